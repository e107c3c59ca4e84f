"""Identity numbers, by kind and country."""

import pytest
from django.core.exceptions import ValidationError

from cms.identity import IdentityType, check_identity, fold_identity, shape_of


@pytest.mark.parametrize(
    ("kind", "number", "country", "stored"),
    [
        ("national_id", "1000000008", "SA", "1000000008"),
        ("national_id", "١٠٠٠٠٠٠٠٠٨", "SA", "1000000008"),
        ("national_id", " 100-000-0008\u200f", "SA", "1000000008"),
        ("residence", "2000000006", "SA", "2000000006"),
        ("border_number", "3000000001", "SA", "3000000001"),
        ("passport", "a 123-4567", "SA", "A1234567"),
        ("national_id", "29001011234567", "EG", "29001011234567"),
        ("national_id", "9871234567", "JO", "9871234567"),
    ],
)
def test_a_right_number_is_stored_in_one_spelling(kind: str, number: str, country: str, stored: str) -> None:
    assert check_identity(kind, number, country) == stored
    assert fold_identity(number) == stored


@pytest.mark.parametrize(
    ("kind", "number", "country", "code"),
    [
        ("national_id", "1098765432", "SA", "check_digit"),
        ("national_id", "1000000009", "SA", "check_digit"),
        ("national_id", "2000000006", "SA", "shape"),
        ("residence", "1000000008", "SA", "shape"),
        ("national_id", "100000008", "SA", "shape"),
        ("national_id", "10000000080", "SA", "shape"),
        ("national_id", "", "SA", "shape"),
        ("border_number", "30000", "SA", "shape"),
        ("passport", "ABCDEFG", "SA", "shape"),
        ("passport", "12", "SA", "shape"),
        ("national_id", "29013011234567", "EG", "check_digit"),
        ("national_id", "29001019934567", "EG", "check_digit"),
    ],
)
def test_a_wrong_number_is_refused(kind: str, number: str, country: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_identity(kind, number, country)

    assert refused.value.code == code


def test_every_wrong_digit_of_a_saudi_number_is_noticed() -> None:
    right = "1000000008"
    for place in range(1, 10):
        for digit in set("0123456789") - {right[place]}:
            with pytest.raises(ValidationError):
                check_identity("national_id", right[:place] + digit + right[place + 1 :])


@pytest.mark.parametrize("kind", IdentityType.values)
def test_every_kind_has_a_shape_in_every_country(kind: str) -> None:
    assert all(shape_of(kind, country).hint for country in ("SA", "EG", "JO", "AE"))
