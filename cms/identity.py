"""Identity documents: their kinds, and what makes a number of each kind right.

`check_identity` is called by form fields, accounts and imports. Only published check rules are
applied: where none is known the shape alone is checked, because a wrong refusal sends a person away.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.arabic import compact


class IdentityType(models.TextChoices):
    """The documents by which a person is known."""

    NATIONAL_ID = "national_id", _("National identity")
    RESIDENCE = "residence", _("Residence permit")
    BORDER_NUMBER = "border_number", _("Border number")
    PASSPORT = "passport", _("Passport")


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(number)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


_EGYPTIAN_GOVERNORATES = frozenset(
    [
        "01",
        "02",
        "03",
        "04",
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "18",
        "19",
        "21",
        "22",
        "23",
        "24",
        "25",
        "26",
        "27",
        "28",
        "29",
        "31",
        "32",
        "33",
        "34",
        "35",
        "88",
    ]
)


def _egyptian(number: str) -> bool:
    """Century, birth date and governorate; the rule of the check digit is not published."""
    century = {"2": 1900, "3": 2000}[number[0]]
    try:
        date(century + int(number[1:3]), int(number[3:5]), int(number[5:7]))
    except ValueError:
        return False
    return number[7:9] in _EGYPTIAN_GOVERNORATES


@dataclass(frozen=True)
class Shape:
    """How numbers of one kind look.

    Attributes:
        pattern: of the number after digits are ASCII and separators are gone.
        wrong: what to write instead, said when the pattern or the check fails.
        hint: the same, shown before anything is typed.
        holds: the check digit or another rule inside the number.
        numeric: whether a keypad of digits is enough.
    """

    pattern: str
    wrong: str | Promise
    hint: str | Promise
    holds: Callable[[str], bool] = lambda number: True
    numeric: bool = True


_SAUDI_MISTYPED = _("Check the identity number: one of its digits is not as on the document")

_ANYWHERE = {
    IdentityType.BORDER_NUMBER: Shape(
        r"[0-9]{10}", _("Write the border number in 10 digits"), _("10 digits, as on the entry stamp")
    ),
    IdentityType.PASSPORT: Shape(
        r"(?=.*[0-9])[A-Z0-9]{5,12}",
        _("Write the passport number as on the passport: Latin letters and digits, 5 to 12 of them"),
        _("Latin letters and digits, as on the passport"),
        numeric=False,
    ),
}
_BY_COUNTRY = {
    "SA": {
        IdentityType.NATIONAL_ID: Shape(
            r"1[0-9]{9}",
            _("Write the national identity number in 10 digits, beginning with 1"),
            _("10 digits, beginning with 1"),
            _luhn,
        ),
        IdentityType.RESIDENCE: Shape(
            r"2[0-9]{9}",
            _("Write the residence permit number in 10 digits, beginning with 2"),
            _("10 digits, beginning with 2"),
            _luhn,
        ),
    },
    "EG": {
        IdentityType.NATIONAL_ID: Shape(
            r"[23][0-9]{13}",
            _("Write the national identity number in 14 digits, beginning with 2 or 3"),
            _("14 digits, beginning with 2 or 3"),
            _egyptian,
        ),
    },
    "JO": {
        IdentityType.NATIONAL_ID: Shape(
            r"[0-9]{10}", _("Write the national identity number in 10 digits"), _("10 digits")
        ),
    },
}
_UNKNOWN = Shape(
    r"[A-Z0-9]{5,20}",
    _("Write the number as on the document: letters and digits, without signs"),
    _("As on the document"),
    numeric=False,
)


def shape_of(kind: str, country: str = "SA") -> Shape:
    """How a number of that kind looks in that country."""
    known = {**_ANYWHERE, **_BY_COUNTRY.get(country.upper(), {})}
    try:
        return known.get(IdentityType(kind), _UNKNOWN)
    except ValueError:
        return _UNKNOWN


def fold_identity(number: str) -> str:
    """The number in the one spelling it is stored in, right or wrong: ASCII, capitals, no separators."""
    return compact(number).upper()


def check_identity(kind: str, number: str, country: str = "SA") -> str:
    """The number as it is stored: ASCII digits and capitals, nothing between them.

    Raises:
        ValidationError: saying what to write; code `shape` or `check_digit`.
    """
    normal = fold_identity(number)
    shape = shape_of(kind, country)
    if not re.fullmatch(shape.pattern, normal):
        raise ValidationError(str(shape.wrong), code="shape")
    if not shape.holds(normal):
        raise ValidationError(_SAUDI_MISTYPED, code="check_digit")
    return normal


# Numbers that belong to nobody; between them they have the shape of every kind.
_EXAMPLES = ("1000000008", "2000000006", "29001011200000", "A1234567")


def example_number(kind: str, country: str = "SA") -> str:
    """A number that is right for that kind; for generated answers."""
    return next(number for number in _EXAMPLES if _is_right(kind, number, country))


def _is_right(kind: str, number: str, country: str) -> bool:
    shape = shape_of(kind, country)
    return re.fullmatch(shape.pattern, number) is not None and shape.holds(number)
