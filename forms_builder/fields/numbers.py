"""What the types that ask for a number share: reading a typed number, limits, and the settings for them.

An answer is a JSON number. It has at most `DIGITS` digits, so that it is the same number in JSON,
in a database and in a browser (IEEE 754 keeps fifteen).
"""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.arabic import clean, digits
from cms.blocks import LocalisedTextBlock
from cms.languages import Texts, in_language
from cms.money import number_text
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import NumberTextField, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec

DIGITS = 15
BIGGEST = 10**DIGITS - 1
OPERATORS = ("equals", "not_equals", "less_than", "at_most", "more_than", "at_least", "answered", "not_answered")

# Thousands may be parted by commas; a comma that parts anything else would be read two ways.
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """The number that was typed in digits of any script; None when it is none, or not surely one."""
    written = digits(clean(text)).replace(" ", "").replace("−", "-")
    return Decimal(written.replace(",", "")) if _NUMBER.fullmatch(written) else None


def plain(number: Decimal) -> int | float:
    """The number as JSON has it."""
    return int(number) if number == number.to_integral_value() else float(number)


def exact(answer: Answer) -> Decimal:
    """The stored number as it was typed: its shortest spelling, not the binary fraction."""
    return Decimal(str(answer))


class NumberField(NumberTextField):
    """Cleaned to a JSON number, or to None."""

    def __init__(
        self, *, question: str, decimals: int, least: Decimal | None, most: Decimal | None, **kwargs: Any
    ) -> None:
        self.question = question
        self.decimals = decimals
        self.least = least
        self.most = most
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{exact(value):f}"
        return value

    def clean(self, value: Any) -> int | float | None:  # a number, not its text
        typed = super().clean(self.prepare_value(value))
        if not typed:
            return None
        number = read_number(typed)
        if number is None:
            raise self._refused(_("Write %(question)s in digits, for example %(example)s"), "number")
        if max(0, -int(number.normalize().as_tuple().exponent)) > self.decimals:
            raise self._refused(self._too_fine(), "decimals")
        self._check_limits(number)
        return plain(number)

    def _too_fine(self) -> str:
        if self.decimals:
            return _("Write %(question)s with %(decimals)s decimals at most, for example %(example)s")
        return _("Write %(question)s as a whole number, for example %(example)s")

    def _check_limits(self, number: Decimal) -> None:
        if self.least is not None and number < self.least:
            raise self._refused(_("Write a number from %(limit)s on: %(question)s"), "too_small", limit=self.least)
        biggest = Decimal(BIGGEST) / 10**self.decimals
        most = biggest if self.most is None else self.most
        if number > most:
            raise self._refused(_("Write a number up to %(limit)s: %(question)s"), "too_big", limit=most)
        if number < -biggest:
            raise self._refused(_("Write a number from %(limit)s on: %(question)s"), "too_small", limit=-biggest)

    def _refused(self, message: str, code: str, *, limit: Decimal | None = None) -> ValidationError:
        values = {
            "question": self.question,
            "decimals": self.decimals,
            "example": "12.5" if self.decimals else "12",
            "limit": "" if limit is None else number_text(limit, self.decimals),
        }
        return ValidationError(message % values, code=code)


class NumberSettings(base.Settings):
    least: float | None = None
    most: float | None = None


class NumberType(base.FieldType):
    """Base of the types whose answer is a number. `decimals` and `unit` are theirs to say."""

    icon = "decimal"
    menu = editing.NUMBERS
    operators = OPERATORS
    condition_input = "number"
    template = "components/fields/number.html"

    Settings = NumberSettings

    def decimals(self, spec: FieldSpec) -> int:
        """How many decimals an answer may have."""
        return 0

    def unit(self, spec: FieldSpec, language: str, number: Decimal) -> str:
        """What stands after the number."""
        return ""

    def figure(self, spec: FieldSpec, number: Decimal) -> str:
        """The number in digits. Four of them are not parted: they may be a year."""
        text = number_text(number, self.decimals(spec))
        return text.replace(",", "") if abs(number) < 10_000 else text

    def limits(self) -> list[tuple[str, blocks.Block]]:
        """The editor's blocks of the limits, first in the settings."""
        return [
            (
                "least",
                blocks.FloatBlock(
                    required=False, label=gettext_lazy("Smallest number"), help_text=gettext_lazy("Empty: no limit.")
                ),
            ),
            (
                "most",
                blocks.FloatBlock(
                    required=False, label=gettext_lazy("Largest number"), help_text=gettext_lazy("Empty: no limit.")
                ),
            ),
        ]

    def more(self) -> list[tuple[str, blocks.Block]]:
        return self.limits()

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu, more=self.more())

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        limits = self.settings(spec)
        if None not in (limits.least, limits.most) and limits.least > limits.most:
            yield _("Set the largest number above the smallest.")

    def condition_value(self, text: str) -> Answer:
        number = read_number(text)
        return text if number is None else plain(number)

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        return self.fits(value)

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        limits, decimals = self.settings(spec), self.decimals(spec)
        field = NumberField(
            question=wording.name_of(spec),
            decimals=decimals,
            least=None if limits.least is None else exact(limits.least),
            most=None if limits.most is None else exact(limits.most),
            required=required,
            error_messages={"required": wording.write(spec)},
            widget=text_widget(
                keypad="decimal" if decimals else "numeric", left_to_right=True, size="short", maxlength=DIGITS * 2
            ),
        )
        field.unit = self.unit(spec, context.language, Decimal(0))  # type: ignore[attr-defined]  # after the input
        return field

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        return cleaned

    def fits(self, answer: Answer) -> bool:
        return isinstance(answer, int | float) and not isinstance(answer, bool)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        limits, grain = self.settings(spec), Decimal(1).scaleb(-self.decimals(spec))
        number = Decimal(1)
        if limits.least is not None and number < exact(limits.least):
            number = exact(limits.least).quantize(grain, ROUND_CEILING)
        if limits.most is not None and number > exact(limits.most):
            number = exact(limits.most).quantize(grain, ROUND_FLOOR)
        return plain(number)

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        grain = Decimal(1).scaleb(-self.decimals(spec))
        found = []
        for value in values:
            if self.fits(value):
                below, above = (exact(value).quantize(grain, way) for way in (ROUND_FLOOR, ROUND_CEILING))
                found += [below, above, below - grain, above + grain]
        return [plain(number) for number in found]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        if not self.fits(answer):
            return ""
        number = exact(answer)
        return f"{self.figure(spec, number)} {self.unit(spec, language, number)}".strip()

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        if not self.fits(answer):
            return SafeString()
        number = exact(answer)
        shown = left_to_right(self.figure(spec, number))
        unit = self.unit(spec, language, number)
        return format_html("{} {}", shown, unit) if unit else shown

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [f"{exact(answer):f}" if self.fits(answer) else ""]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        return self.form_field(spec, context, required=False).clean(cells[0].strip())

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        limits = self.settings(spec)
        return {
            "type": "number" if self.decimals(spec) else "integer",
            **({} if limits.least is None else {"minimum": limits.least}),
            **({} if limits.most is None else {"maximum": limits.most}),
        }


class UnitSettings(NumberSettings):
    unit: Texts = {}


UNIT = LocalisedTextBlock(
    required=False, max_length=40, label=gettext_lazy("Unit"), help_text=gettext_lazy("Stands after the number.")
)


class UnitNumberType(NumberType):
    """A number with a unit the editor writes, such as m²."""

    Settings = UnitSettings

    def unit(self, spec: FieldSpec, language: str, number: Decimal) -> str:
        return in_language(self.settings(spec).unit, language)

    def more(self) -> list[tuple[str, blocks.Block]]:
        return [*super().more(), ("unit", UNIT)]
