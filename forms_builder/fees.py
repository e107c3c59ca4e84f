"""What is due for the answers given. Pure: worked out anew from the published form wherever it is shown.

Fee lines may depend on answers: charged under a condition, or times a number, which may itself be a
computed one (how many entries a group has, the sum of a question over them).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cms.languages import Texts, in_language
from cms.money import decimals_of, money_text, number_text
from forms_builder.conditions import holds
from forms_builder.fields.base import Answers
from forms_builder.route import effective_answers
from forms_builder.spec import FeeLine, FormSpec


@dataclass(frozen=True)
class Fee:
    """One line of what is due: `quantity` times `each`, in `currency`."""

    words: Texts
    quantity: Decimal
    each: Decimal
    currency: str

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.each

    def label(self, language: str) -> str:
        """`Inspection fee (3 × 100)`; without the sum where it is charged once."""
        words = in_language(self.words, language)
        if self.quantity == 1:
            return words
        each = number_text(self.each, decimals_of(self.currency))
        # Isolated: in Arabic the factors would change places.
        return f"{words} (\u2066{number_text(self.quantity, _MOST_DECIMALS)} × {each}\u2069)"

    def text(self, language: str) -> str:
        return money_text(self.amount, self.currency, language)


# Of a number that an amount is taken times.
_MOST_DECIMALS = 3


def fees_for(spec: FormSpec, answers: Answers) -> list[Fee]:
    """The lines that are due with these answers, in their order."""
    effective = effective_answers(spec, answers)
    found = [
        Fee(line.words, _quantity(line, effective), Decimal(line.amount), spec.currency)
        for line in spec.fees
        if holds(line.show_if, effective)
    ]
    return [fee for fee in found if fee.amount]


@dataclass(frozen=True)
class Bill:
    """The lines in words, and their sum."""

    lines: list[tuple[str, str]]
    total: str


def bill(spec: FormSpec, answers: Answers, language: str) -> Bill | None:
    """What is due with these answers, ready to be shown; None when nothing is."""
    fees = fees_for(spec, answers)
    if not fees:
        return None
    return Bill([(fee.label(language), fee.text(language)) for fee in fees], total_of(fees, language))


def total_of(fees: list[Fee], language: str) -> str:
    """The sum in words."""
    return money_text(sum((fee.amount for fee in fees), Decimal(0)), fees[0].currency, language)


def _quantity(line: FeeLine, effective: Answers) -> Decimal:
    if not line.per:
        return Decimal(1)
    number: Any = effective.get(line.per)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return max(Decimal(str(number)), Decimal(0)) if is_number else Decimal(0)
