"""One of several options."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing, options
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import ChoiceField
from forms_builder.spec import FieldSpec

STYLES = [("radio", gettext_lazy("All options in view")), ("list", gettext_lazy("Drop-down list"))]


def style_block() -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        choices=STYLES,
        default="radio",
        required=False,
        label=gettext_lazy("Shown as"),
        help_text=gettext_lazy("How it looks on the page; what is stored is the same."),
    )


@base.register
class OneOf(base.FieldType):
    """One option, as radio buttons or as a list."""

    key = "one_of"
    label = gettext_lazy("One of several")
    icon = "radio-full"
    menu = editing.CHOICES
    operators = ("equals", "not_equals", "one_of", "answered", "not_answered")
    condition_input = "options"
    template = "components/fields/choices.html"

    class Settings(base.Settings):
        style: Literal["radio", "list"] = "radio"

    def block(self) -> blocks.StructBlock:
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("options", editing.OPTIONS)],
            more=[("style", style_block())],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        return options.common_faults(spec)

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        items = options.items(spec.options, context.language)
        as_list = self.settings(spec).style == "list"
        field = ChoiceField(
            items=items,
            required=required,
            error_messages={"required": wording.choose(spec), "invalid_choice": wording.choose(spec)},
            widget=forms.Select(attrs={"class": "select"}) if as_list else forms.RadioSelect,
        )
        if as_list:
            field.choices = [("", _("Choose from the list")), *((item.value, item.label) for item in items)]
        return field

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return spec.options[0].value if spec.options else None

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return options.label_of(spec, answer, language) if answer else ""

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [options.cell_of(spec, answer, language) if answer else ""]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        written = cells[0].strip()
        value = options.read_cell(spec.options, written) if written else ""
        return super().read_cells(spec, [value], context)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"enum": [option.value for option in spec.options]}
