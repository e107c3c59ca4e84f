"""Several of the options."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing, options
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import ManyChoiceField
from forms_builder.fields.showing import listed
from forms_builder.spec import FieldSpec

BETWEEN = ";؛\n"
# Of so many options every selection is tried as an example.
_MOST_COMPARED = 4


class LimitedManyField(ManyChoiceField):
    """At least and at most so many."""

    def __init__(self, *, least: int, most: int | None, **kwargs: Any) -> None:
        self.least = least
        self.most = most
        super().__init__(**kwargs)

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if not value:
            return
        if len(value) < self.least:
            raise ValidationError(
                ngettext("Choose at least %(number)s option", "Choose at least %(number)s options", self.least)
                % {"number": self.least},
                code="too_few",
            )
        if self.most is not None and len(value) > self.most:
            raise ValidationError(
                ngettext("Choose no more than %(number)s option", "Choose no more than %(number)s options", self.most)
                % {"number": self.most},
                code="too_many",
            )


@base.register
class ManyOf(base.FieldType):
    """Any of the options, as check boxes."""

    key = "many_of"
    label = gettext_lazy("Many of several")
    icon = "tick-inverse"
    menu = editing.CHOICES
    operators = ("contains", "not_contains", "answered", "not_answered")
    condition_input = "options"
    template = "components/fields/choices.html"

    class Settings(base.Settings):
        least: int = Field(default=0, ge=0)
        most: int | None = Field(default=None, ge=1)

    def block(self) -> blocks.StructBlock:
        least = blocks.IntegerBlock(
            required=False,
            min_value=0,
            label=gettext_lazy("Options at least"),
            help_text=gettext_lazy("How many have to be chosen. Empty: one where it must be answered."),
        )
        most = blocks.IntegerBlock(
            required=False,
            min_value=1,
            label=gettext_lazy("Options at most"),
            help_text=gettext_lazy("How many may be chosen. Empty: all."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("options", editing.OPTIONS)],
            more=[("least", least), ("most", most)],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        yield from options.common_faults(spec)
        settings = self.settings(spec)
        if settings.most is not None and settings.least > settings.most:
            yield _("Set the most options to no fewer than the least.")
        if spec.options and settings.least > len(spec.options):
            yield _("Ask for no more options than there are.")

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        settings = self.settings(spec)
        return LimitedManyField(
            items=options.items(spec.options, context.language),
            least=settings.least,
            most=settings.most,
            required=required,
            error_messages={
                "required": wording.choose(spec),
                "invalid_choice": wording.choose(spec),
                "invalid_list": wording.choose(spec),
            },
            widget=forms.CheckboxSelectMultiple,
        )

    def fits(self, answer: Answer) -> bool:
        return isinstance(answer, list) and all(isinstance(value, str) for value in answer)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return [option.value for option in spec.options[: max(1, self.settings(spec).least)]] or None

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        """Every selection of the compared options, filled up with others to the least that must be chosen."""
        compared = list(dict.fromkeys(values))[:_MOST_COMPARED]
        others = [option.value for option in spec.options if option.value not in compared]
        least = max(1, self.settings(spec).least)
        selections = [list(chosen) for size in range(len(compared) + 1) for chosen in combinations(compared, size)]
        return [[*chosen, *others[: max(0, least - len(chosen))]] for chosen in selections]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return len(set(values)) <= _MOST_COMPARED

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return listed((options.label_of(spec, value, language) for value in answer or []), language)

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return ["; ".join(options.cell_of(spec, value, language, forbidden=BETWEEN) for value in answer or [])]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        written = [text for text in re.split(f"[{BETWEEN}]", cells[0]) if text.strip()]
        values = [options.read_cell(spec.options, text) for text in written]
        field = self.form_field(spec, context, required=False)
        return self.to_answer(spec, field.clean(values), context)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"enum": [option.value for option in spec.options]},
            "uniqueItems": True,
            "minItems": max(1, self.settings(spec).least),
            **({"maxItems": self.settings(spec).most} if self.settings(spec).most else {}),
        }
