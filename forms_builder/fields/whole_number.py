"""A number without decimals."""

from django.utils.translation import gettext_lazy
from wagtail import blocks

from forms_builder.fields import base, numbers


@base.register
class WholeNumber(numbers.UnitNumberType):
    """How many: persons, rooms, days."""

    key = "whole_number"
    label = gettext_lazy("Whole number")

    def limits(self) -> list[tuple[str, blocks.Block]]:
        return [
            (
                "least",
                blocks.IntegerBlock(
                    required=False,
                    default=0,
                    label=gettext_lazy("Smallest number"),
                    help_text=gettext_lazy("Empty: no limit."),
                ),
            ),
            (
                "most",
                blocks.IntegerBlock(
                    required=False, label=gettext_lazy("Largest number"), help_text=gettext_lazy("Empty: no limit.")
                ),
            ),
        ]
