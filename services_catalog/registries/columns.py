"""The columns of a registry, and how a cell of each kind is read. Pure but for the editor's block.

A number and a day are stored as texts in one spelling, so that what is typed, imported and compared
is the same text.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.arabic import clean, compact, digits, fold
from cms.blocks import CodeBlock, LocalisedTextBlock, texts_of
from forms_builder.fields.editing import KEY_PATTERN
from forms_builder.ports import ColumnKind, RegistryColumn

KINDS = (("text", gettext_lazy("Text")), ("number", gettext_lazy("Number")), ("date", gettext_lazy("Day")))
LONGEST_VALUE = 500
LONGEST_NUMBER = 30
LONGEST_KEY = 255
_BETWEEN = "|"
# As people write days: with the year first or last.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


class ColumnBlock(blocks.StructBlock):
    """One column in the editor."""

    label = LocalisedTextBlock(max_length=100, label=gettext_lazy("Heading"))
    key = CodeBlock(
        regex=KEY_PATTERN,
        label=gettext_lazy("Key"),
        help_text=gettext_lazy("Stable name in files and forms: Latin small letters, digits and _."),
    )
    kind = blocks.ChoiceBlock(choices=KINDS, default="text", label=gettext_lazy("Kind"))
    is_key = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("Part of the key"),
        help_text=gettext_lazy("People type it to find an entry. No two entries have the same key."),
    )
    is_expiry = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("Day on which the entry expires"),
        help_text=gettext_lazy("It is still found on that day, and no longer after it."),
    )

    class Meta:
        icon = "table"
        label = gettext_lazy("Column")
        label_format = "{key}"


class ColumnsBlock(blocks.StreamBlock):
    column = ColumnBlock()


def columns_of(value: Any) -> tuple[RegistryColumn, ...]:
    """The columns an editor wrote."""
    return tuple(
        RegistryColumn(
            key=child.value.get("key") or "",
            label=texts_of(child.value.get("label")),
            kind=child.value.get("kind") or "text",
            is_key=bool(child.value.get("is_key")),
        )
        for child in value
    )


def expiry_of(value: Any) -> str:
    """Key of the column with the day of expiry; empty without one."""
    return next((child.value.get("key") or "" for child in value if child.value.get("is_expiry")), "")


def read_value(kind: ColumnKind, text: str) -> str:
    """A cell as it is stored.

    Raises:
        ValidationError: saying what to write instead.
    """
    written = clean(text)
    if len(written) > LONGEST_VALUE:
        raise ValidationError(_("Shorten this to %(most)s characters.") % {"most": LONGEST_VALUE})
    if not written or kind == "text":
        return written
    if kind == "number":
        return _number(digits(written))
    return _day(digits(written)).isoformat()


def _number(written: str) -> str:
    try:
        number = Decimal(written.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    # An exponent of a thousand digits is no number of anything, and would be written out below.
    if not number.is_finite() or len(written) > LONGEST_NUMBER or "e" in written.lower():
        raise ValidationError(_("Write a number in digits, not “%(text)s”.") % {"text": written[:60]})
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _day(written: str) -> date:
    if len(written) == len("2026-01-31") and written[4] == "-":
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    for pattern in _DAYS:
        try:
            return datetime.strptime(written, pattern).date()  # noqa: DTZ007 -- a day without a time
        except ValueError:
            continue
    raise ValidationError(_("Write a day as 2026/01/31, not “%(text)s”.") % {"text": written[:60]})


def lookup_key(parts: Sequence[tuple[ColumnKind, str]]) -> str:
    """What an entry is found by: its key columns without differences of spelling; empty if one is missing."""
    folded = [_folded(kind, text) for kind, text in parts]
    return _BETWEEN.join(folded) if all(folded) else ""


def _folded(kind: ColumnKind, text: str) -> str:
    if kind != "text":
        try:
            return read_value(kind, text)
        except ValidationError:
            # Of no number and no day there is an entry; it is looked for like any text, and not found.
            pass
    return compact(fold(text)).replace(_BETWEEN, "")


def search_text(values: Mapping[str, str]) -> str:
    return fold(" ".join(values.values()))
