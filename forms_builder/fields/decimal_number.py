"""A number that may have decimals."""

from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from forms_builder.fields import base, numbers
from forms_builder.spec import FieldSpec

MOST_DECIMALS = 6


@base.register
class DecimalNumber(numbers.UnitNumberType):
    """A measure: metres, tons, per cent."""

    key = "decimal"
    label = gettext_lazy("Decimal number")

    class Settings(numbers.UnitSettings):
        decimals: int = Field(default=2, ge=1, le=MOST_DECIMALS)

    def decimals(self, spec: FieldSpec) -> int:
        return int(self.settings(spec).decimals)

    def more(self) -> list[tuple[str, blocks.Block]]:
        decimals = blocks.IntegerBlock(
            required=False,
            default=2,
            min_value=1,
            max_value=MOST_DECIMALS,
            label=gettext_lazy("Decimals at most"),
            help_text=gettext_lazy("Digits behind the point; 0 for whole numbers."),
        )
        return [*super().more(), ("decimals", decimals)]
