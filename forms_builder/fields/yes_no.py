"""Yes or no."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail import blocks

from cms.arabic import fold
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import ChoiceField, Item
from forms_builder.spec import FieldSpec

_YES = frozenset(fold(word) for word in ("yes", "true", "1", "نعم", "y"))
_NO = frozenset(fold(word) for word in ("no", "false", "0", "لا", "n"))


def _read(text: str) -> bool | None:
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


@base.register
class YesNo(base.FieldType):
    """Two radio buttons; neither is chosen beforehand."""

    key = "yes_no"
    label = gettext_lazy("Yes or no")
    icon = "tick"
    menu = editing.CHOICES
    operators = ("equals", "not_equals", "answered", "not_answered")
    condition_input = "yes_no"
    template = "components/fields/choices.html"

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu)

    def condition_value(self, text: str) -> Answer:
        read = _read(text)
        return text if read is None else read

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        return isinstance(value, bool)

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return ChoiceField(
            items=[Item("yes", _("Yes")), Item("no", _("No"))],
            required=required,
            error_messages={"required": wording.answer(spec), "invalid_choice": wording.answer(spec)},
            widget=forms.RadioSelect,
        )

    def from_answer(self, spec: FieldSpec, answer: Answer) -> Any:
        return None if answer is None else "yes" if answer else "no"

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        return {"yes": True, "no": False}.get(cleaned)

    def fits(self, answer: Answer) -> bool:
        return isinstance(answer, bool)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return True

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        return [True, False]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        if answer is None:
            return ""
        with override(language):
            return _("Yes") if answer else _("No")

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        written = cells[0].strip()
        if not written:
            return None
        read = _read(written)
        if read is None:
            raise ValidationError(_("Write yes or no, not “%(text)s”") % {"text": written}, code="yes_no")
        return read

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "boolean"}
