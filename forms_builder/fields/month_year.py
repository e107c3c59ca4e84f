"""A month of a year, such as the end of a card."""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail import blocks

from cms.arabic import clean, digits
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.date import EARLIEST_YEAR, LATEST_YEAR
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.spec import FieldSpec

_STORED = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})", re.ASCII)
_LONGEST = 9
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{4})", re.ASCII)


class MonthWidget(PartsWidget):
    """Two inputs, from left to right as digits are read."""

    def __init__(self) -> None:
        super().__init__(
            {
                "month": text_widget(keypad="numeric", left_to_right=True, classes="input value", maxlength=4),
                "year": text_widget(keypad="numeric", left_to_right=True, classes="input value", maxlength=6),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        found = _STORED.fullmatch(value) if isinstance(value, str) else None
        return [str(int(found[2])), found[1]] if found else [None, None]


class MonthField(TypedMixin, forms.Field):
    """Cleaned to `YYYY-MM`, or to the empty text."""

    def __init__(self, *, question: str, **kwargs: Any) -> None:
        self.question = question
        super().__init__(widget=MonthWidget(), **kwargs)

    def clean(self, value: Any) -> str:
        month, year = _parts(value)
        if not month and not year:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        if not month:
            raise self._refused(_("Write the month too: %(question)s"), "incomplete")
        if not year:
            raise self._refused(_("Write the year too: %(question)s"), "incomplete")
        if not (_is_number(month, 1, 12) and _is_number(year, EARLIEST_YEAR, LATEST_YEAR)):
            raise self._refused(_("Write %(question)s as a month and a year, for example 3 2026"), "month")
        return f"{int(year):04}-{int(month):02}"

    def _refused(self, message: str, code: str) -> ValidationError:
        return ValidationError(message % {"question": self.question}, code=code)


def _parts(value: Any) -> list[str]:
    """Month and year from two inputs, or from one text in either order."""
    if isinstance(value, list | tuple):
        return [digits(clean(str(part or ""))) for part in value]
    text = digits(clean(str(value or "")))
    if found := _YEAR_FIRST.fullmatch(text):
        return [found[2], found[1]]
    if found := _MONTH_FIRST.fullmatch(text):
        return [found[1], found[2]]
    return [text, text]


def _is_number(text: str, least: int, most: int) -> bool:
    # Python refuses to read a number of thousands of digits.
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST and least <= int(text) <= most


@base.register
class MonthYear(base.FieldType):
    """A month; the day does not matter."""

    key = "month_year"
    label = gettext_lazy("Month and year")
    icon = "calendar-alt"
    menu = editing.DATES
    operators = ("answered", "not_answered", "equals", "not_equals")
    condition_input = "month"
    template = "components/fields/month.html"

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu)

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        return _STORED.fullmatch(str(value)) is not None

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return MonthField(
            question=wording.name_of(spec), required=required, error_messages={"required": wording.write(spec)}
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return "2026-01"

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        others = [f"{year}-01" for year in range(2026, 2028 + len(values))]
        return [*values, *(month for month in others if month not in values)][: len(values) + 1]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        found = _STORED.fullmatch(str(answer or ""))
        if found is None:
            return ""
        with override(language):
            return date_format(datetime.date(int(found[1]), int(found[2]), 1), "F Y")

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [str(answer or "")]

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}
