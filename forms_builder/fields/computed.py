"""A number worked out from other answers: how many companions, the sum of the amounts, area by price.

It is worked out anew from the answers wherever they are read, so nobody can send another. Conditions
read it like any number; that is how a condition counts or sums the rows of a group.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import reduce
from operator import add, mul, sub, truediv
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from cms.blocks import CodeBlock
from forms_builder.fields import base, editing, numbers
from forms_builder.fields.base import Answer, Answers, Column, Context
from forms_builder.fields.decimal_number import MOST_DECIMALS
from forms_builder.spec import FieldSpec

COUNT = "count"
OPERATIONS = {
    COUNT: gettext_lazy("How many entries a group has"),
    "sum": gettext_lazy("Sum"),
    "difference": gettext_lazy("Difference: the first less the others"),
    "product": gettext_lazy("Product"),
    "quotient": gettext_lazy("Quotient: the first divided by the others"),
}
_STEPS = {"sum": add, "difference": sub, "product": mul, "quotient": truediv}
_OPERAND = r"^[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59})?$|^-?\d{1,12}(\.\d{1,6})?$"


@base.register
class Computed(numbers.UnitNumberType):
    """Shown where it stands, or kept out of sight and only used."""

    key = "computed"
    label = gettext_lazy("Computed number")
    icon = "superscript"
    computes = True
    template = "components/fields/computed.html"

    class Settings(numbers.UnitSettings):
        operation: Literal["count", "sum", "difference", "product", "quotient"] = "count"
        operands: list[str] = []
        decimals: int = Field(default=0, ge=0, le=MOST_DECIMALS)
        hidden: bool = False

    def block(self) -> blocks.StructBlock:
        operation = blocks.ChoiceBlock(
            choices=list(OPERATIONS.items()),
            default=COUNT,
            label=gettext_lazy("Works out"),
            help_text=gettext_lazy("How the number comes from the others."),
        )
        operands = blocks.ListBlock(
            CodeBlock(
                regex=_OPERAND,
                label=gettext_lazy("Of"),
                error_messages={
                    "invalid": gettext_lazy(
                        "Write the key of an earlier field, group.field for all entries, or a number."
                    )
                },
            ),
            label=gettext_lazy("Of what"),
            help_text=gettext_lazy("Keys of earlier fields; group.field means that field of every entry."),
        )
        decimals = blocks.IntegerBlock(
            required=False,
            default=0,
            min_value=0,
            max_value=MOST_DECIMALS,
            label=gettext_lazy("Decimals at most"),
            help_text=gettext_lazy("Digits behind the point; 0 for whole numbers."),
        )
        hidden = blocks.BooleanBlock(
            required=False,
            label=gettext_lazy("Not shown to the citizen"),
            help_text=gettext_lazy("Conditions and fees can read it all the same."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("operation", operation), ("operands", operands)],
            more=[("decimals", decimals), ("unit", numbers.UNIT), ("hidden", hidden)],
            may_be_optional=False,
        )

    def decimals(self, spec: FieldSpec) -> int:
        return int(self.settings(spec).decimals)

    def reads(self, spec: FieldSpec) -> set[str]:
        return {operand.partition(".")[0] for operand in self.settings(spec).operands if not _is_number(operand)}

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        if not settings.operands:
            yield _("Say what the number is worked out of.")
        if settings.operation == COUNT and len(settings.operands) > 1:
            yield _("Count the entries of one group only.")

    def faults_of_reading(self, spec: FieldSpec, earlier: Mapping[str, FieldSpec]) -> Iterator[str]:
        settings = self.settings(spec)
        for operand in settings.operands:
            key, _dot, inner = operand.partition(".")
            read = earlier.get(key)
            if _is_number(operand) or read is None:
                continue
            if settings.operation == COUNT and not read.fields:
                yield _("“%(key)s” is no group whose entries can be counted.") % {"key": operand}
            elif settings.operation != COUNT and not _gives_numbers(read, inner):
                yield _("“%(key)s” is no number.") % {"key": operand}

    def compute(self, spec: FieldSpec, answers: Answers) -> Answer:
        """The number; None while something it is worked out of is missing."""
        settings = self.settings(spec)
        if settings.operation == COUNT:
            return sum(len(_rows(answers, operand)) for operand in settings.operands)
        found = [_numbers_of(answers, operand) for operand in settings.operands]
        # A sum counts what is there; the others need every part.
        if settings.operation != "sum" and any(not values for values in found):
            return None
        values = [value for values in found for value in values]
        try:
            result = reduce(_STEPS[settings.operation], values) if values else Decimal(0)
            rounded = round(result, settings.decimals)
        except (DivisionByZero, InvalidOperation):
            return None
        return numbers.plain(rounded) if abs(rounded) <= numbers.BIGGEST else None

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return None

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        return []

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        # What it is worked out of is tried at a few numbers only.
        return False

    def values_of_read(self, spec: FieldSpec, values: Sequence[Answer]) -> dict[str, list[Answer]]:
        settings = self.settings(spec)
        fixed = [Decimal(operand) for operand in settings.operands if _is_number(operand)]
        wanted = [number for value in values if self.fits(value) for number in _undone(numbers.exact(value), fixed)]
        near = [numbers.plain(round(number, MOST_DECIMALS)) for number in wanted]
        read: dict[str, list[Answer]] = {key: [] for key in self.reads(spec)}
        return read | {operand: list(near) for operand in settings.operands if not _is_number(operand)}

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return forms.FloatField(required=False, disabled=True)

    def check(self, spec: FieldSpec, answer: Answer, context: Context, *, required: bool) -> Answer:
        return self.compute(spec, context.answers)

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        number = numbers.read_number(cells[0])
        return None if number is None else numbers.plain(number)

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        return [Column(column.key, column.label, writable=False) for column in super().columns(spec, language)]

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "number", "readOnly": True}


def _is_number(operand: str) -> bool:
    return operand[:1].isdigit() or operand[:1] == "-"


def _rows(answers: Answers, key: str) -> list[Mapping[str, Any]]:
    rows = answers.get(key)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _numbers_of(answers: Answers, operand: str) -> list[Decimal]:
    if _is_number(operand):
        return [Decimal(operand)]
    key, _dot, inner = operand.partition(".")
    found = [row.get(inner) for row in _rows(answers, key)] if inner else [answers.get(key)]
    return [numbers.exact(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)]


def _gives_numbers(field: FieldSpec, inner: str) -> bool:
    asked = next((part for part in field.fields if part.key == inner), None) if inner else field
    return asked is not None and isinstance(base.field_type(asked.type), numbers.NumberType)


def _undone(number: Decimal, fixed: Sequence[Decimal]) -> Iterator[Decimal]:
    """The number, and what it was before one of the fixed numbers was added, taken off, multiplied or divided by."""
    yield number
    for other in fixed:
        yield from (number - other, number + other, number * other)
        if other:
            yield number / other
