"""What may stand in a cell of a file that leaves or enters the office. Pure.

A spreadsheet runs a text that begins like a formula. In CSV such a text gets an apostrophe in front,
which an import takes off again; in XLSX cells are typed as text and need none.
"""

import re
from datetime import date, datetime, time
from typing import Any

# What a spreadsheet takes for the beginning of a formula, its full-width forms included.
_STARTS = "=+\\-@\t\r\n＝＋－＠"
# A text that has apostrophes before such a sign gets one more, so that taking one off is exact.
_LIVE = re.compile(rf"'*[{_STARTS}]")
_GUARDED = re.compile(rf"'+[{_STARTS}]")
# Control characters but tab and newline, lone surrogates and non-characters: no XML and no UTF-8 for them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Excel keeps no more of a cell.
LONGEST_CELL = 32_767


def printable(text: str) -> str:
    """The text with plain line breaks and without characters that no spreadsheet takes."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet runs; `undone` gives it back."""
    return f"'{text}" if _LIVE.match(text) else text


def undone(text: str) -> str:
    """The text that `inert` was given."""
    return text[1:] if _GUARDED.match(text) else text


def as_text(value: Any) -> str:
    """What a typed cell of a workbook says, as a person reads it there."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def same(cell: str, shown: str) -> bool:
    """Whether a cell still says what was exported, cut where Excel cuts and guarded or not."""
    return any(text in {shown, shown[:LONGEST_CELL]} for text in (cell, undone(cell)))
