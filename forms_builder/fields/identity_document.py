"""An identity document: which kind, and its number."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail import blocks

from cms.arabic import fold
from cms.identity import IdentityType, check_identity, example_number, shape_of
from cms.languages import in_language
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Column, Context, FileUrl
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec


class IdentityWidget(PartsWidget):
    """The number, and before it the kind where there is a choice."""

    def __init__(self, kinds: Sequence[str], number: forms.Widget) -> None:
        parts: dict[str, forms.Widget] = {}
        if len(kinds) > 1:
            choices = [("", _("Choose the document")), *((kind, IdentityType(kind).label) for kind in kinds)]
            parts["kind"] = forms.Select(choices=choices, attrs={"class": "select input--medium"})
        super().__init__({**parts, "": number})

    def decompress(self, value: Any) -> list[Any]:
        value = value if isinstance(value, Mapping) else {}
        shown = [value.get("type"), value.get("number")]
        return shown[-len(self.parts) :]


class IdentityField(TypedMixin, forms.Field):
    """Cleaned to {"type", "number"}, or to None."""

    def __init__(self, *, kinds: Sequence[str], country: str, choose_kind: str, **kwargs: Any) -> None:
        self.kinds = kinds
        self.country = country
        self.choose_kind = choose_kind
        super().__init__(**kwargs)

    def clean(self, value: Any) -> dict[str, str] | None:
        kind, number = self._parts(value)
        if not number.strip():
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if kind not in self.kinds:
            raise ValidationError(self.choose_kind, code="kind")
        try:
            return {"type": kind, "number": check_identity(kind, number, self.country)}
        except ValidationError as error:
            raise ValidationError(error.messages, code=error.code) from error

    def _parts(self, value: Any) -> tuple[str, str]:
        if isinstance(value, Mapping):
            parts = [value.get("type"), value.get("number")]
        else:
            parts = list(value) if isinstance(value, list | tuple) else [value]
        kind = parts[0] if len(parts) > 1 else self.kinds[0]
        return str(kind or ""), str(parts[-1] or "")


@base.register
class IdentityDocument(base.FieldType):
    """A document from the kinds the editor allows; with one kind only the number is asked."""

    key = "identity_document"
    label = gettext_lazy("Identity document")
    icon = "password"
    menu = editing.PEOPLE
    operators = ("answered", "not_answered")
    personal = True
    known_as = "identity"
    template = "components/fields/identity.html"

    class Settings(base.Settings):
        kinds: list[str] = []
        from_account: bool = True

    def block(self) -> blocks.StructBlock:
        kinds = blocks.MultipleChoiceBlock(
            choices=IdentityType.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=gettext_lazy("Kinds of document"),
            help_text=gettext_lazy("None ticked: all. One ticked: only the number is asked."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[("kinds", kinds), ("from_account", editing.FROM_ACCOUNT)],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        if set(self.settings(spec).kinds) - set(IdentityType.values):
            yield _("Choose the kinds of document again: one of them does not exist.")

    def kinds(self, spec: FieldSpec) -> list[str]:
        chosen = self.settings(spec).kinds
        return [kind for kind in IdentityType.values if kind in chosen or not chosen]

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        kinds = self.kinds(spec)
        numeric = all(shape_of(kind, context.country).numeric for kind in kinds)
        number = text_widget(keypad="numeric" if numeric else "", left_to_right=True, size="medium")
        field = IdentityField(
            required=required,
            kinds=kinds,
            country=context.country,
            choose_kind=_("Choose the kind of document: %(question)s") % {"question": wording.name_of(spec)},
            error_messages={"required": wording.write(spec)},
            widget=IdentityWidget(kinds, number),
        )
        # Said before anything is typed, where it is the same for every kind.
        hints = {str(shape_of(kind, context.country).hint) for kind in kinds}
        field.shape = hints.pop() if len(hints) == 1 else ""  # type: ignore[attr-defined]
        return field

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        return cleaned

    def fits(self, answer: Answer) -> bool:
        return (
            isinstance(answer, Mapping)
            and set(answer) <= {"type", "number"}
            and all(isinstance(part, str) for part in answer.values())
        )

    def may_be_filled_in(self, spec: FieldSpec, answer: Answer, context: Context) -> bool:
        """Only a document that this question takes, as the country of the office numbers them."""
        try:
            self.check(spec, answer, context, required=False)
        except ValidationError:
            return False
        return True

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        kind = self.kinds(spec)[0]
        return {"type": kind, "number": example_number(kind, context.country)}

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        if not answer:
            return ""
        if len(self.kinds(spec)) == 1:
            return str(answer["number"])
        return f"{_kind_label(answer['type'], language)} {answer['number']}"

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        if not answer:
            return SafeString()
        number = left_to_right(answer["number"])
        if len(self.kinds(spec)) == 1:
            return number
        return format_html("{} {}", _kind_label(answer["type"], language), number)

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        number = Column(spec.key, in_language(spec.label, language))
        if len(self.kinds(spec)) == 1:
            return [number]
        with override(language):
            label = _("%(question)s: kind of document") % {"question": number.label}
        return [Column(f"{spec.key}.kind", label), number]

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        answer = answer or {"type": "", "number": ""}
        if len(self.kinds(spec)) == 1:
            return [answer["number"]]
        return [_kind_label(answer["type"], language), answer["number"]]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        number = cells[-1]
        kind = _kind_read(cells[0]) if len(cells) > 1 else self.kinds(spec)[0]
        field = self.form_field(spec, context, required=False)
        return field.clean({"type": kind, "number": number})

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "type": {"enum": self.kinds(spec)},
                "number": {"type": "string", "minLength": 1, "maxLength": 20},
            },
            "required": ["type", "number"],
            "additionalProperties": False,
        }


def _kind_label(kind: str, language: str) -> str:
    if kind not in IdentityType.values:
        return kind
    with override(language):
        return str(IdentityType(kind).label)


def _kind_read(cell: str) -> str:
    """A kind from its value or from its label in any language of the interface."""
    wanted = fold(cell)
    for kind in IdentityType.values:
        if wanted in {fold(kind), *(fold(_kind_label(kind, language)) for language in ("ar", "en"))}:
            return kind
    return cell.strip()
