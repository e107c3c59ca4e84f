"""One line of text."""

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import TypedField, text_widget
from forms_builder.spec import FieldSpec

MOST = 499
# What is known of the establishment that somebody applies for, by purpose (Context.known).
OF_AN_ESTABLISHMENT = (
    ("establishment_name", gettext_lazy("name of the establishment")),
    ("establishment_number", gettext_lazy("classification or registration number of the establishment")),
)


@base.register
class ShortText(base.FieldType):
    """One line; what is typed is kept as it is but for stray marks and spaces."""

    key = "short_text"
    label = gettext_lazy("Short text")
    icon = "pilcrow"
    menu = editing.TEXTS
    operators = ("answered", "not_answered", "equals", "not_equals", "one_of")

    class Settings(base.Settings):
        max_length: int = Field(default=250, ge=1, le=MOST)
        filled_with: Literal["", "establishment_name", "establishment_number"] = ""

    def block(self) -> blocks.StructBlock:
        limit = blocks.IntegerBlock(
            default=250,
            min_value=1,
            max_value=MOST,
            required=False,
            label=gettext_lazy("Characters at most"),
            help_text=gettext_lazy("Longer texts are refused with words."),
        )
        filled_with = blocks.ChoiceBlock(
            choices=OF_AN_ESTABLISHMENT,
            required=False,
            label=gettext_lazy("Filled in with"),
            help_text=gettext_lazy("Of the establishment that somebody applies for. It can be changed."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[("max_length", limit), ("filled_with", filled_with)],
        )

    def known_for(self, spec: FieldSpec) -> str:
        return str(spec.settings.get("filled_with", ""))

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        limit = self.settings(spec).max_length
        return TypedField(
            required=required,
            max_length=limit,
            too_long=_("Shorten %(question)s to %(limit)s characters")
            % {"question": wording.name_of(spec), "limit": limit},
            error_messages={"required": wording.write(spec)},
            widget=text_widget(size="medium" if limit <= 40 else ""),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return wording.example(context.language)[: self.settings(spec).max_length]

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        others = [letter for letter in ascii_uppercase if letter not in values]
        return [*values, *others[:1]]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.settings(spec).max_length}
