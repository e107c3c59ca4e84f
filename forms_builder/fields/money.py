"""An amount of money in one currency."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms import money
from cms.blocks import CodeBlock
from forms_builder.fields import base, numbers
from forms_builder.spec import FieldSpec


@base.register
class Money(numbers.NumberType):
    """An amount; its currency is the organisation's unless the editor names another.

    Publishing writes the currency into the form version, so an old answer never changes its meaning.
    """

    key = "money"
    label = gettext_lazy("Amount of money")

    class Settings(numbers.NumberSettings):
        least: float | None = 0
        currency: str = money.DEFAULT

    def decimals(self, spec: FieldSpec) -> int:
        return money.decimals_of(self.settings(spec).currency)

    def unit(self, spec: FieldSpec, language: str, number: Decimal) -> str:
        return money.currency_name(self.settings(spec).currency, language, number)

    def figure(self, spec: FieldSpec, number: Decimal) -> str:
        return money.number_text(number, self.decimals(spec))

    def more(self) -> list[tuple[str, blocks.Block]]:
        currency = CodeBlock(
            required=False,
            regex=r"^[A-Z]{3}$",
            label=gettext_lazy("Currency"),
            help_text=gettext_lazy("ISO 4217 code, for example JOD. Empty: the currency of the organisation."),
            error_messages={"invalid": gettext_lazy("Write three capital letters, for example JOD.")},
        )
        return [*super().more(), ("currency", currency)]

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        yield from super().faults(spec)
        if self.settings(spec).currency not in money.currencies():
            yield _("“%(code)s” is no currency.") % {"code": self.settings(spec).currency}
