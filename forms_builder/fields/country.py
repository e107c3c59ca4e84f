"""A country."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.arabic import fold
from cms.countries import country_name, country_names
from cms.languages import content_languages
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.inputs import ChoiceField, Item
from forms_builder.spec import FieldSpec


@base.register
class Country(base.FieldType):
    """One country from a list; the organisation's own stands first."""

    key = "country"
    label = gettext_lazy("Country")
    icon = "globe"
    menu = editing.CHOICES
    operators = ("equals", "not_equals", "one_of", "answered", "not_answered")
    condition_input = "countries"
    personal = True
    template = "components/fields/select.html"

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu)

    def condition_value(self, text: str) -> Answer:
        return text.upper()

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        return value in country_names("en")

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        names = country_names(context.language)
        own = [(context.country, names[context.country])] if context.country in names else []
        field = ChoiceField(
            items=[Item(code, name) for code, name in (*own, *names.items())],
            required=required,
            error_messages={"required": wording.choose(spec), "invalid_choice": wording.choose(spec)},
            widget=forms.Select(attrs={"class": "select"}),
        )
        rest = [(code, name) for code, name in names.items() if code != context.country]
        field.choices = [("", _("Choose from the list")), *own, *rest]
        return field

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        names = country_names("en")
        return context.country if context.country in names else next(iter(names))

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        others = [code for code in country_names("en") if code not in values]
        return [*values, *others[:1]]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return country_name(answer, language) if answer else ""

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        written = cells[0].strip()
        return _read(written) if written else None

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"enum": sorted(country_names("en"))}


def _read(text: str) -> str:
    if text.upper() in country_names("en"):
        return text.upper()
    wanted = fold(text)
    for language, _name in content_languages():
        for code, name in country_names(language).items():
            if fold(name) == wanted:
                return code
    raise ValidationError(_("Write a country or its two-letter code, not “%(text)s”") % {"text": text}, code="country")
