"""What staff type at the desk. What the office allows is decided by the actions."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.arabic import digits
from cms.money import decimals_of
from service_requests.casework.amounts import Line, finding_seen
from service_requests.casework.asking import LONGEST_LABEL, MOST_DOCUMENTS, Wanted
from service_requests.casework.checklist import Item, Mark, standing
from service_requests.casework.models import LONGEST_NOTE, LONGEST_REMARK, DocumentCheck, Finding, Inspection
from service_requests.workflow.moves import is_said
from services_catalog.processes.workflow import Kind, Outcome

MOST_LINES = 30
_SPARE_LINES = 2
# Sorts of files that staff attach to an outcome.
DOCUMENT_KINDS = ("pdf", "jpg", "png")
DOCUMENT_BYTES = 10 * 1024 * 1024
_ACCEPTED = ".pdf,.jpg,.jpeg,.png"


def takes_file(outcome: Outcome) -> bool:
    """Whether a file may go with it: one that is asked for, or one beside the words to the citizen."""
    return outcome.needs_document or is_said(outcome)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A colleague, by his name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name())


class AmountField(forms.DecimalField):
    """An amount of money, in Arabic or Latin digits, with or without commas."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        places = decimals_of(currency)
        super().__init__(
            max_digits=11 + places,
            decimal_places=places,
            min_value=Decimal(0),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"}),
            error_messages={
                "invalid": _("Write the amount in digits, for example 150.50."),
                "min_value": _("An amount is 0 or more."),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        plain = digits(value).replace(",", "").replace("٬", "").replace("٫", ".") if isinstance(value, str) else value
        if isinstance(plain, str) and "e" in plain.lower():
            # A power of ten is a number, but nobody writes an amount so: a key was hit by mistake.
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(plain)


class PlainForm(forms.Form):
    """Labels without a colon, as everywhere in the portal; a reader is taken to the first field that was refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        super().full_clean()
        refused = [name for name in self.fields if name in self.errors]
        for name in refused[:1]:
            self.fields[name].widget.attrs["autofocus"] = True


class SeenForm(PlainForm):
    """Carries what the page showed, so that a decision never answers something the person has not seen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    # Told beside the fields: what a text to the citizen will look like.
    preview: Any = None
    is_open = False

    def plain_fields(self) -> list[Any]:
        """Those that are drawn one below the other."""
        return list(self.visible_fields())


class DepartmentField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A department that requests are referred to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Department"),
                "queryset": None,
                "empty_label": _("Choose a department"),
                "error_messages": {"required": _("Choose the department that it is referred to.")},
                **kwargs,
            }
        )


class OutcomeForm(SeenForm):
    """What goes with an outcome: a note, the department of a referral, and what else it asks for.

    `offers` says what this request gives to choose from (desk.offers).
    """

    to = DepartmentField()

    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        required=False,
    )

    def __init__(self, outcome: Outcome, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome, self.offers = outcome, offers
        if outcome.kind is Kind.REFER:
            self.fields["to"].queryset = offers.departments  # type: ignore[attr-defined]  # a model choice
        else:
            del self.fields["to"]
        self.waiting = offers.waiting_file(outcome) if takes_file(outcome) else None
        note = self.fields["note"]
        note.required = outcome.needs_note
        note.help_text = _("The citizen reads it.") if is_said(outcome) else _("It is kept in the history.")
        note.error_messages["required"] = _("Write what is asked for, or why.")
        if outcome.kind is Kind.ASK_CITIZEN:
            self._add_question_fields()
        if takes_file(outcome):
            self._add_document()
        self.line_count = self._add_lines() if outcome.sets_amount else 0

    def plain_fields(self) -> list[Any]:
        apart = {"template"} | {name for name in self.fields if name.startswith(("label-", "amount-"))}
        return [field for field in self.visible_fields() if field.name not in apart]

    def line_rows(self) -> Iterator[tuple[Any, Any]]:
        """The lines of amounts: what for, how much."""
        for place in range(1, self.line_count + 1):
            yield self[f"label-{place}"], self[f"amount-{place}"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.outcome.needs_document and self.waiting is None and "document" not in self.errors:
            self.add_error("document", _("Attach the document that belongs to it."))
        if self.outcome.kind is Kind.ASK_CITIZEN:
            cleaned["documents"] = self._wanted(cleaned)
        brings = cleaned.get("documents") or cleaned.get("returned") or (self.waiting and is_said(self.outcome))
        if brings and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Write a word to the citizen: what you ask for, or what you send him."))
        if self.line_count:
            cleaned["lines"] = self._lines(cleaned)
        return cleaned

    def _wanted(self, cleaned: dict[str, Any]) -> list[Wanted]:
        """What is ticked, with what the check found about it, then what is written, a document on each line."""
        wanted = self.offers.wanted(cleaned.get("asked") or ())
        lines = [line.strip() for line in (cleaned.get("asked_more") or "").splitlines() if line.strip()]
        if any(len(line) > LONGEST_LABEL for line in lines):
            self.add_error("asked_more", _("Write at most 200 characters on each line."))
        if len(wanted) + len(lines) > MOST_DOCUMENTS:
            self.add_error("asked_more", _("Ask for at most 20 documents at once."))
        return [*wanted, *(Wanted(line) for line in lines)]

    def _lines(self, cleaned: dict[str, Any]) -> list[Line]:
        lines = []
        for place in range(1, self.line_count + 1):
            label, amount = cleaned.get(f"label-{place}", ""), cleaned.get(f"amount-{place}")
            if label and amount is not None:
                lines.append(Line(label, amount))
            elif label and f"amount-{place}" not in self.errors:
                self.add_error(f"amount-{place}", _("Write how much."))
            elif amount is not None:
                self.add_error(f"label-{place}", _("Write what it is for."))
        if not lines and not self.errors:
            self.add_error("label-1", _("Write at least one line of what is to be paid. Write 0 where nothing is."))
        return lines

    def _add_question_fields(self) -> None:
        templates = self.offers.templates
        if templates:
            choices = [("", _("Choose a text")), *((str(one.pk), str(one)) for one in templates)]
            self.fields["template"] = forms.ChoiceField(label=_("Text to begin with"), choices=choices, required=False)
        documents = self.offers.documents
        if documents:
            self.fields["asked"] = forms.MultipleChoiceField(
                label=_("Documents to be brought"),
                help_text=_("The citizen uploads each of them by itself, and reads what you noted in the checklist."),
                choices=documents,
                required=False,
                initial=self.offers.lacking,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["asked_more"] = forms.CharField(
            label=_("Other documents") if documents else _("Documents to be brought"),
            help_text=_("One on each line, as the citizen reads it."),
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        )
        questions = self.offers.questions
        if questions:
            self.fields["returned"] = forms.MultipleChoiceField(
                label=_("Questions to be corrected"),
                help_text=_("The citizen can correct exactly these. Without any he answers with a text and files."),
                choices=questions,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def _add_document(self) -> None:
        is_asked_for = self.outcome.needs_document
        self.fields["document"] = file_field(_("Document") if is_asked_for else _("A file for the citizen"))
        if self.waiting and not is_asked_for:
            self.fields["without"] = forms.BooleanField(label=_("Do not send the uploaded file"), required=False)

    def _add_lines(self) -> int:
        proposed: Sequence[Any] = self.offers.lines
        count = len(proposed) + _SPARE_LINES
        if self.is_bound:
            count = max(count, sum(name.startswith("label-") for name in self.data))
        count = min(count, MOST_LINES)
        for place in range(1, count + 1):
            line = proposed[place - 1] if place <= len(proposed) else None
            self.fields[f"label-{place}"] = forms.CharField(
                label=_("What for"), required=False, max_length=200, initial=line.label if line else ""
            )
            self.fields[f"amount-{place}"] = AmountField(
                label=_("Amount"),
                required=False,
                currency=self.offers.currency,
                initial=_plain(line.amount, self.offers.currency) if line else None,
            )
        return count


def file_field(label: Any) -> forms.FileField:
    """One file that staff send along."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=_("PDF, JPG or PNG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": _ACCEPTED}),
    )


class AssignOneForm(SeenForm):
    """Who is to be in charge of one request."""

    to = PersonField(label=_("Who is to be in charge"), queryset=None, required=False, empty_label=_("Nobody"))
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=LONGEST_NOTE, required=False
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]  # a model choice


class ChecklistForm(PlainForm):
    """One line for each document: in order, missing or not matching, and a note."""

    def __init__(self, items: Sequence[Item], checks: dict[str, DocumentCheck], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.checks = items, checks
        for place, item in enumerate(items):
            check = checks.get(item.key)
            self.fields[f"state-{place}"] = forms.ChoiceField(
                label=item.label,
                choices=DocumentCheck.State.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=check.state if check else "",
            )
            self.fields[f"note-{place}"] = forms.CharField(
                label=_("Note"),
                required=False,
                max_length=LONGEST_REMARK,
                widget=forms.TextInput(attrs={"dir": "auto"}),
                initial=check.note if check else "",
            )
            self.fields[f"was-{place}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=standing(check)
            )

    def rows(self) -> Iterator[tuple[Item, DocumentCheck | None, Any, Any]]:
        for place, item in enumerate(self.items):
            yield item, self.checks.get(item.key), self[f"state-{place}"], self[f"note-{place}"]

    def marks(self) -> dict[str, Mark]:
        """What was chosen, by item; lines without a choice are left out."""
        return {
            item.key: Mark(state, self.cleaned_data[f"note-{place}"].strip(), self.cleaned_data[f"was-{place}"])
            for place, item in enumerate(self.items)
            if (state := self.cleaned_data[f"state-{place}"])
        }

    def _standing(self) -> dict[str, str]:
        return {f"was-{place}": standing(self.checks.get(item.key)) for place, item in enumerate(self.items)}

    def tell_of(self, meanwhile: Mapping[str, DocumentCheck]) -> None:
        """What colleagues found in between stands at its place; what he confirms next answers to it."""
        self.data = {**dict(self.data.items()), **self._standing()}
        for place, item in enumerate(self.items):
            check = meanwhile.get(item.key)
            if check:
                words = _("%(person)s marked it “%(state)s” meanwhile. Choose again, then save.")
                told = {"person": check.checked_by.get_full_name(), "state": check.get_state_display()}
                self.add_error(f"state-{place}", words % told)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place, _item in enumerate(self.items):
            if (
                cleaned.get(f"note-{place}")
                and not cleaned.get(f"state-{place}")
                and f"state-{place}" not in self.errors
            ):
                self.add_error(f"state-{place}", ValidationError(_("Choose what the note is about.")))
        return cleaned


class FindingForm(PlainForm):
    """What the technical check found. It carries which findings stood there."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    text = forms.CharField(
        label=_("Findings"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write what the check found.")},
    )

    def __init__(self, finding: Finding | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("was", finding_seen(finding))
        if finding:
            self.initial.setdefault("text", finding.text)

    def tell_of(self, finding: Finding) -> None:
        """What a colleague wrote in between stands below; what he saves next answers to it."""
        self.data = {**dict(self.data.items()), "was": finding_seen(finding)}
        words = _("%(person)s wrote other findings meanwhile; they stand below. Put both together, then save.")
        self.add_error("text", words % {"person": finding.written_by.get_full_name()})


class NoteForm(PlainForm):
    """A word to colleagues."""

    text = forms.CharField(
        label=_("Note to colleagues"),
        help_text=_("The citizen never sees it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write the note.")},
    )


class MessageForm(PlainForm):
    """A word to the citizen, with a file if it needs one; `waiting` is a file that was uploaded before."""

    text = forms.CharField(
        label=_("Message to the citizen"),
        help_text=_("He reads it under “My account”, from your department; your name is not shown."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write what the citizen is to read.")},
    )
    document = file_field(_("A file for the citizen"))
    waiting: Any = None


class TransactionForm(PlainForm):
    """The number that the office files a request under."""

    number = forms.CharField(
        label=_("Transaction number"),
        help_text=_(
            "What the office files it under, such as 4812/1448. The citizen reads it, and asks by it where it stands."
        ),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_number(self) -> str:
        return digits(self.cleaned_data["number"])


class InspectionForm(PlainForm):
    """What a file drawn at random looked like."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=Inspection.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the inspection found.")},
    )
    text = forms.CharField(
        label=_("What was found"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("result") == Inspection.Result.DEFECTS and not (cleaned.get("text") or "").strip():
            self.add_error("text", _("Write what is wrong with the file."))
        return cleaned


def _plain(amount: Decimal, currency: str) -> str:
    return f"{amount:.{decimals_of(currency)}f}"
