"""What the templates of `components/fields/` are given: a question with everything they print."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.forms import BoundField, Select, Textarea, Widget
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.fields.appointment import TAKEN, Appointment, Picker
from forms_builder.fields.base import FileRef
from forms_builder.fields.captcha import HARDEST, WORDS
from forms_builder.fields.date import Date
from forms_builder.fields.files import Files
from forms_builder.fields.lookup import Lookup
from forms_builder.fields.options import fit_in_a_row
from forms_builder.fields.showing import megabytes
from forms_builder.fields.sum_in_words import Sum, new_sum
from forms_builder.kinds import endings
from forms_builder.spec import FieldSpec


class Part(Protocol):
    """Something on the page of a step: a question, a group or a content."""

    @property
    def template(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def anchor(self) -> str:
        """Id of the input to go to from the error summary."""


class ContentPart:
    """Words between the questions."""

    anchor = ""
    template = "components/fields/content.html"

    def __init__(self, spec: FieldSpec, language: str) -> None:
        settings = field_type(spec.type).settings(spec)
        self.key = spec.key
        self.style: str = settings.style
        self.text = in_language(settings.text, language)


class CheckPart:
    """A check against programs, in the words of the widget that solves it."""

    def __init__(self, spec: FieldSpec, name: str, error: ValidationError | None) -> None:
        self.key = spec.key
        self.name = name
        self.template = field_type(spec.type).template
        self.anchor = f"q-{spec.key}"
        self.error_id = f"{self.anchor}-error"
        self.error = str(error.messages[0]) if error else ""
        self.error_code = ""
        # He went that way, so it is not hidden from him.
        self.is_in_words = error is not None and error.code == WORDS

    @cached_property
    def sum(self) -> Sum:
        """What is asked where the widget cannot work: another one each time the page is shown."""
        return new_sum()

    @property
    def most_tries(self) -> int:
        """How far the widget has to look: it goes on to a million where it is not told."""
        return HARDEST

    @property
    def strings(self) -> str:
        """What the widget says, as it wants it."""
        return json.dumps(
            {
                "label": _("I am not a program"),
                "verifying": _("Checking…"),
                "verified": _("Checked"),
                "error": _("The check failed. Try again."),
                "expired": _("The check has expired. Try again."),
                "waitAlert": _("The check is still running. Wait a moment."),
                "footer": "",
            },
            ensure_ascii=False,
        )


class ComputedPart:
    """A number that other answers come to; empty while they do not."""

    anchor = ""

    def __init__(self, spec: FieldSpec, answer: Any, language: str) -> None:
        kind = field_type(spec.type)
        self.key = spec.key
        self.template = kind.template
        self.label = in_language(spec.label, language)
        self.hint = in_language(spec.hint, language)
        self.html = kind.as_html(spec, answer, language)


class ConfirmedPart:
    """What the state says of the applicant: shown with where it is from, and not asked."""

    anchor = ""
    template = "components/fields/confirmed.html"

    def __init__(self, spec: FieldSpec, answer: Any, language: str) -> None:
        self.key = spec.key
        self.label = in_language(spec.label, language)
        self.html = field_type(spec.type).as_html(spec, answer, language)


@dataclass(frozen=True)
class Choice:
    """One radio button or check box."""

    id: str
    value: str
    label: str
    hint: str
    checked: bool


def drawn(widget: Widget, name: str, value: Any, attributes: dict[str, Any]) -> SafeString:
    """The widget as markup. Django draws each through a template of its own, ten times slower."""
    shown = "" if value is None else str(value)
    given = {"name": name, **widget.attrs, **attributes}
    if isinstance(widget, Textarea):
        # The first line break inside a textarea is dropped by browsers.
        return SafeString(f"<textarea{_attributes(given)}>\n{escape(shown)}</textarea>")
    if isinstance(widget, Select):
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if str(key) == shown else ""}>{escape(label)}</option>'
            for key, label in widget.choices
        )
        return SafeString(f"<select{_attributes(given)}>{options}</select>")
    return SafeString(f'<input type="text"{_attributes({**given, "value": shown} if shown else given)}>')


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


class Question:
    """A question as it is drawn. Ids: the input's `id`, then `…-hint` and `…-error`."""

    def __init__(
        self,
        spec: FieldSpec,
        bound: BoundField,
        language: str,
        error: ValidationError | None,
        *,
        answer: Any = None,
        is_row: bool,
    ) -> None:
        self.spec = spec
        # What counts as answered now; nothing while what was typed is wrong.
        self.answer = None if error else answer
        self.bound = bound
        self.language = language
        self.kind = field_type(spec.type)
        self.field: Any = bound.field
        self.key = spec.key
        self.name = bound.html_name
        self.id = str(bound.auto_id)
        self.label = in_language(spec.label, language)
        self.hint = in_language(spec.hint, language)
        self.required = bool(self.field.required)
        self.error = str(error.messages[0]) if error else ""
        self.error_code = getattr(error, "code", "") or ""
        self.is_row = is_row
        self.template = self.kind.template
        if spec.type in ("one_of", "dependent_choice") and self.is_list:
            self.template = "components/fields/select.html"

    @property
    def is_list(self) -> bool:
        return bool(self.kind.settings(self.spec).style == "list")

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint"

    @property
    def described_by(self) -> str:
        """Ids of what a screen reader says with the input."""
        ids = [self.hint_id] if self.has_hint else []
        return " ".join([*ids, self.error_id] if self.error else ids)

    @property
    def has_hint(self) -> bool:
        return bool(self.hint or self.shape or self.spec.type == "files")

    @property
    def shape(self) -> str:
        """How a number looks, said where the editor wrote no hint of his own."""
        return "" if self.hint else str(getattr(self.field, "shape", ""))

    @property
    def anchor(self) -> str:
        """Id of the input to go to from the error summary."""
        parts = getattr(self.field.widget, "widgets_names", ())
        if isinstance(self.kind, Appointment):
            return self.picker.first_id or f"{self.id}.day"
        if parts and all(parts):
            return self.id + (self._first_empty if self.error_code == "incomplete" else parts[0])
        if self.spec.type == "earlier_request" and self.field.offered and self.error_code == "required":
            return f"{self.id}.own"
        if self.error_code == "kind":
            return f"{self.id}.kind"
        if self.template == "components/fields/choices.html" and self.choices:
            return self.choices[0].id
        return self.id

    @property
    def _first_empty(self) -> str:
        names = self.field.widget.widgets_names
        return next((name for name, value in zip(names, self._part_values, strict=True) if not value), names[0])

    @property
    def _part_values(self) -> list[Any]:
        value = self.value
        return list(value) if isinstance(value, list | tuple) else self.field.widget.decompress(value)

    def _attributes(self) -> dict[str, Any]:
        described = self.described_by
        return {
            **({"aria-describedby": described} if described else {}),
            **({"aria-invalid": "true"} if self.error else {}),
        }

    @cached_property
    def value(self) -> Any:
        return self.bound.value()

    @property
    def control(self) -> SafeString:
        """The input itself, for types with one input."""
        return drawn(self.field.widget, self.name, self.value, {"id": self.id, **self._attributes()})

    @cached_property
    def choices(self) -> list[Choice]:
        """Radio buttons or check boxes; the first has the question's own id, so links reach it."""
        value = self.value
        chosen = {str(item) for item in value} if isinstance(value, list | tuple) else {str(value)}
        return [
            Choice(
                self.id if place == 0 else f"{self.id}-{place + 1}",
                item.value,
                item.label,
                item.hint,
                item.value in chosen,
            )
            for place, item in enumerate(self.field.items)
        ]

    @property
    def input_type(self) -> str:
        return "checkbox" if self.spec.type == "many_of" else "radio"

    @property
    def in_a_row(self) -> bool:
        return self.input_type == "radio" and fit_in_a_row(self.field.items)

    @property
    def prefix(self) -> str:
        return str(getattr(self.field, "prefix", ""))

    @property
    def unit(self) -> str:
        return str(getattr(self.field, "unit", ""))

    @property
    def limit(self) -> int | None:
        return getattr(self.field, "limit", None)

    # -- several inputs

    @cached_property
    def _part_controls(self) -> dict[str, SafeString]:
        widget = self.field.widget
        return {
            part: drawn(single, self.name + suffix, shown, {"id": f"{self.id}{suffix}", **self._attributes()})
            for part, suffix, single, shown in zip(
                widget.parts, widget.widgets_names, widget.widgets, self._part_values, strict=True
            )
        }

    @property
    def number_control(self) -> SafeString:
        return self._part_controls[""]

    @property
    def kind_control(self) -> SafeString:
        return self._part_controls.get("kind", SafeString())

    @property
    def own_control(self) -> SafeString:
        """The list to pick from; nothing where it would be empty."""
        return self._part_controls["own"] if self.field.offered else SafeString()

    @property
    def day_control(self) -> SafeString:
        return self._part_controls["day"]

    @property
    def month_control(self) -> SafeString:
        return self._part_controls["month"]

    @property
    def year_control(self) -> SafeString:
        return self._part_controls["year"]

    @property
    def other_calendar(self) -> str:
        """The same day in the other calendar, once a day is filled in."""
        if not isinstance(self.kind, Date):
            return ""
        return self.kind.other_calendar([str(part or "") for part in self._part_values], self.language)

    # -- lookup

    @property
    def found(self) -> Sequence[tuple[str, SafeString]]:
        """(column, value) of the entry that was found; empty until then."""
        if not isinstance(self.kind, Lookup) or not self.kind.fits(self.answer):
            return ()
        return self.kind.facts(self.spec, self.answer, self.language)

    @property
    def found_key(self) -> Sequence[tuple[str, str]]:
        """(name of the input, what to look for again) of the entry that was found."""
        names = self.field.widget.widgets_names
        return [(self.name + name, text) for name, text in zip(names, self.field.key_of(self.answer), strict=True)]

    @property
    def inputs(self) -> Sequence[dict[str, Any]]:
        """What is asked to find an entry, each with its label."""
        assert isinstance(self.kind, Lookup)  # only its template asks
        labels = self.kind.part_labels(self.spec, self.language)
        controls = self._part_controls
        return [
            {"id": f"{self.id}.{part}", "label": label, "control": controls[part]} for part, label in labels.items()
        ]

    # -- appointment

    @cached_property
    def picker(self) -> Picker:
        """The days and times to choose from."""
        assert isinstance(self.kind, Appointment)  # no other template asks
        return self.kind.picker(self.field, self._part_values, self.id, offers=self.error_code == TAKEN)

    # -- files

    @property
    def files(self) -> Sequence[FileRef]:
        return list(self.field.initial or [])

    @property
    def file_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "id": ref["id"],
                "name": ref["name"],
                "size": megabytes(ref["size"]),
                "is_image": ref["type"].startswith("image/"),
            }
            for ref in self.files
        ]

    @property
    def accept(self) -> str:
        return str(getattr(self.field, "accept", ""))

    @property
    def kinds(self) -> list[str]:
        return endings(self.kind.settings(self.spec).kinds)

    @property
    def max_size(self) -> str:
        return megabytes(self.kind.max_bytes(self.spec)) if isinstance(self.kind, Files) else ""

    @property
    def max_files(self) -> int:
        return int(self.kind.settings(self.spec).max_files)

    @property
    def can_add_files(self) -> bool:
        return len(self.files) < self.max_files

    # -- declaration

    @property
    def text(self) -> str:
        return in_language(self.kind.settings(self.spec).text, self.language)

    @property
    def checked(self) -> bool:
        return bool(self.value)
