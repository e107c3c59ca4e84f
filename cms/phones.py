"""Phone numbers: stored as E.164, shown as people of the country write them.

Used by form fields, accounts and notices. Numbers are isolated from the text's direction by
whoever prints them (`{% ltr %}`).
"""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from cms.arabic import clean, digits

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
# What people leave out is worth saying only where every number has it.
_MOBILE_SHAPES = {
    "SA": _("Write the mobile number in 9 digits, beginning with 5"),
    "JO": _("Write the mobile number in 9 digits, beginning with 7"),
    "EG": _("Write the mobile number in 10 digits, beginning with 1"),
}


def parse_phone(text: str, country: str = "SA", *, mobile_only: bool = False) -> str:
    """The number in E.164, read as in that country when it has no country code.

    Raises:
        ValidationError: saying what to write.
    """
    typed = digits(clean(text))
    parsed = _parsed(typed, country)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise ValidationError(_what_to_write(country, mobile_only), code="phone")
    if mobile_only and phonenumbers.number_type(parsed) not in _MOBILE:
        raise ValidationError(_what_to_write(country, mobile_only), code="not_mobile")
    return _formatted_number(parsed)


def _formatted_number(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _parsed(text: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _what_to_write(country: str, mobile_only: bool) -> str:
    if mobile_only:
        return str(_MOBILE_SHAPES.get(country, _("Write a mobile number with its digits only")))
    return str(_("Write the phone number with its area code, in digits only"))


def example_phone(country: str) -> str:
    """A mobile number of the right shape, in E.164; for generated answers."""
    found = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    return _formatted_number(found) if found else ""


def prefix(country: str) -> str:
    """`+966`."""
    return f"+{phonenumbers.country_code_for_region(country)}"


def country_of(e164: str) -> str:
    """Whose numbers begin so, as ISO 3166 writes it; empty for a number of no country."""
    parsed = _parsed(e164, "ZZ")
    return str(phonenumbers.region_code_for_number(parsed) or "") if parsed else ""


def within(e164: str, country: str) -> str:
    """The number as typed after the prefix of that country; whole when it is another country's."""
    code = prefix(country)
    return e164.removeprefix(code)


def national(e164: str) -> str:
    """As it is dialled at home: `050 123 4567`. Anything else comes back as it is."""
    return _formatted(e164, PhoneNumberFormat.NATIONAL)


def international(e164: str) -> str:
    """`+966 50 123 4567`."""
    return _formatted(e164, PhoneNumberFormat.INTERNATIONAL)


def masked(e164: str) -> str:
    """Enough to recognise one's own number: the first two digits dialled at home and the last three."""
    plain = national(e164).replace(" ", "")
    if len(plain) < 7:
        return "•" * len(plain)
    return plain[:2] + "•" * (len(plain) - 5) + plain[-3:]


def _formatted(e164: str, style: int) -> str:
    parsed = _parsed(e164, "ZZ")
    return str(phonenumbers.format_number(parsed, style)) if parsed else e164
