"""What staff type at the desk. What the office allows is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from service_requests.records.models import ServiceRequest
from service_requests.workflow.moves import is_said
from services_catalog.organisations.models import Department
from services_catalog.processes.workflow import Kind, Outcome

LONGEST_NOTE = 4000


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A colleague, by his name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name())


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
    """The note that goes with an outcome, and the department of a referral."""

    to = DepartmentField()

    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_NOTE, required=False
    )

    def __init__(self, outcome: Outcome, case: ServiceRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        if outcome.kind is Kind.REFER:
            others = Department.objects.filter(organisation=case.organisation_id).exclude(pk=case.department_id)
            self.fields["to"].queryset = others  # type: ignore[attr-defined]  # a model choice
        else:
            del self.fields["to"]
        note = self.fields["note"]
        note.required = outcome.needs_note
        note.help_text = _("The citizen reads it.") if is_said(outcome) else _("It is kept in the history.")
        note.error_messages["required"] = _("Write what is asked for, or why.")


class AssignOneForm(SeenForm):
    """Who is to be in charge of one request."""

    to = PersonField(label=_("Who is to be in charge"), queryset=None, required=False, empty_label=_("Nobody"))
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST_NOTE, required=False
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]  # a model choice
