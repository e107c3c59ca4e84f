"""Arabic text: folding for search, digits of any script, and what is cleaned out of typed text.

Pure functions on strings; every app may use them. The same folding stands on both sides of a
search (what is stored, what is asked), so spelling variants meet.
"""

import re
import unicodedata
from typing import Any

# Marks that steer direction, and joiners without width that come along when text is copied.
_INVISIBLE = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
_TATWEEL = "\u0640"
_TASHKEEL = "".join(
    chr(code) for code in (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE))
)

_REMOVED = str.maketrans("", "", _INVISIBLE + _TATWEEL)
_FOLDED = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE + _TATWEEL + _TASHKEEL + "ءؤئ"),
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
    }
)
_SIGNS = str.maketrans({"٫": ".", "٬": ",", "٪": "%"})
# Control characters (NUL is refused by PostgreSQL) and halves of surrogate pairs (no UTF-8 for them).
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")


def digits(text: str) -> str:
    """The text with digits of any script, and Arabic decimal signs, as ASCII."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text.translate(_SIGNS)
    )


def fold(text: str) -> str:
    """The text as it is searched: without vowel signs, hamza and case, one form per letter, ASCII digits."""
    plain = unicodedata.normalize("NFKC", storable(text)).translate(_FOLDED)
    return _SPACES.sub(" ", digits(plain)).casefold().strip()


def storable(text: str) -> str:
    """The text without characters that no database or encoding takes."""
    return _UNSTORABLE.sub("", text)


def clean(text: str, *, multiline: bool = False) -> str:
    """What a person meant to type: no invisible marks, no tatweel, single spaces.

    With `multiline` the breaks between lines stay.
    """
    text = unicodedata.normalize("NFC", storable(text)).translate(_REMOVED)
    if not multiline:
        return _SPACES.sub(" ", text).strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SPACES_IN_LINE.sub(" ", lines).replace(" \n", "\n").strip()


def visible(text: Any) -> Any:
    """The text as it is; empty when it is nothing but signs that nobody sees."""
    return "" if isinstance(text, str) and not text.translate(_REMOVED).strip() else text


def compact(text: str) -> str:
    """A number as typed, reduced to what counts: ASCII digits and letters, no spaces, dots or dashes."""
    return re.sub(r"[\s\-–—_.()/]", "", digits(clean(text)))
