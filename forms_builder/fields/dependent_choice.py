"""One of the options that belong to the answer of another question."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.blocks import CodeBlock
from forms_builder import wording
from forms_builder.fields import base, editing, options
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import ChoiceField
from forms_builder.fields.one_of import style_block
from forms_builder.spec import FieldSpec, Option


@base.register
class DependentChoice(base.FieldType):
    """A choice whose options the server filters by the parent's answer; another parent's option is refused."""

    key = "dependent_choice"
    label = gettext_lazy("Choice that depends on another")
    icon = "list-ul"
    menu = editing.CHOICES
    operators = ("equals", "not_equals", "one_of", "answered", "not_answered")
    condition_input = "options"
    template = "components/fields/choices.html"

    class Settings(base.Settings):
        depends_on: str = ""
        style: Literal["radio", "list"] = "list"

    def block(self) -> blocks.StructBlock:
        parent = CodeBlock(
            regex=editing.KEY_PATTERN,
            label=gettext_lazy("Depends on"),
            help_text=gettext_lazy("Key of an earlier question with one answer."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("depends_on", parent), ("options", editing.CHILD_OPTIONS)],
            more=[("style", style_block())],
        )

    def reads(self, spec: FieldSpec) -> set[str]:
        parent = str(spec.settings.get("depends_on") or "")
        return {parent} if parent else set()

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        yield from options.common_faults(spec)
        if not self.settings(spec).depends_on:
            yield _("Name the field that the options depend on.")
        if any(not option.parent for option in spec.options):
            yield _("Say for each option for which answer it is offered.")

    def offered(self, spec: FieldSpec, answers: base.Answers) -> list[Option]:
        parent = answers.get(self.settings(spec).depends_on)
        return [option for option in spec.options if parent is not None and option.parent == parent]

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        items = options.items(self.offered(spec, context.answers), context.language)
        as_list = self.settings(spec).style == "list"
        field = ChoiceField(
            items=items,
            # With nothing on offer there is nothing to answer.
            required=required and bool(items),
            error_messages={"required": wording.choose(spec), "invalid_choice": wording.choose(spec)},
            widget=forms.Select(attrs={"class": "select"}) if as_list else forms.RadioSelect,
        )
        if as_list:
            first = _("Choose from the list") if items else _("Answer the question before first")
            field.choices = [("", first), *((item.value, item.label) for item in items)]
        return field

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return next((option.value for option in self.offered(spec, context.answers)), None)

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        # Which of them are offered depends on the other answer; so each may be the only one that is.
        return list(dict.fromkeys(option.value for option in spec.options))

    def values_of_read(self, spec: FieldSpec, values: Sequence[Answer]) -> dict[str, list[Answer]]:
        parents = list(dict.fromkeys(option.parent for option in spec.options)) if values else []
        return {key: list(parents) for key in self.reads(spec)}

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return options.label_of(spec, answer, language) if answer else ""

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [options.cell_of(spec, answer, language) if answer else ""]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        written = cells[0].strip()
        value = options.read_cell(self.offered(spec, context.answers), written) if written else ""
        return super().read_cells(spec, [value], context)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"enum": list(dict.fromkeys(option.value for option in spec.options))}
