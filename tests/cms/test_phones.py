"""Phone numbers: read in any spelling, stored in one."""

import pytest
from django.core.exceptions import ValidationError

from cms.phones import international, masked, national, parse_phone, prefix, within


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("0501234567", "SA", "+966501234567"),
        ("501234567", "SA", "+966501234567"),
        ("00966501234567", "SA", "+966501234567"),
        ("+966 50 123 4567", "SA", "+966501234567"),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567"),
        ("\u202a050-123-4567\u202c", "SA", "+966501234567"),
        ("0791234567", "JO", "+962791234567"),
        ("01001234567", "EG", "+201001234567"),
        ("+962791234567", "SA", "+962791234567"),
    ],
)
def test_one_number_has_one_spelling(typed: str, country: str, stored: str) -> None:
    assert parse_phone(typed, country, mobile_only=True) == stored


@pytest.mark.parametrize("typed", ["", "12", "abc", "0112345", "5012345678901234567890", "\x00"])
def test_what_is_no_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_phone(typed)


def test_a_landline_is_refused_where_a_mobile_is_needed() -> None:
    assert parse_phone("0112345678") == "+966112345678"
    with pytest.raises(ValidationError):
        parse_phone("0112345678", mobile_only=True)


def test_a_number_is_shown_as_people_know_it() -> None:
    assert national("+966501234567") == "050 123 4567"
    assert international("+966501234567") == "+966 50 123 4567"
    assert (prefix("SA"), within("+966501234567", "SA")) == ("+966", "501234567")
    assert within("+962791234567", "SA") == "+962791234567"


def test_a_masked_number_hides_most_of_itself() -> None:
    assert masked("+966501234567") == "05•••••567"
    assert masked("") == ""
