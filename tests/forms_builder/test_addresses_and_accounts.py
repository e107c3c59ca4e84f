"""Web addresses, bank accounts and countries."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from forms_builder.fields import field_type
from tests.forms_builder.building import ENGLISH, one_field

SAUDI = "SA0380000000608010167519"
JORDANIAN = "JO94CBJO0010000000000131000302"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def clean(type_: str, typed: str, **settings: Any) -> Any:
    return field_type(type_).form_field(one_field(type_, **settings), ENGLISH, required=True).clean(typed)


def refusal(type_: str, typed: str, **settings: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        clean(type_, typed, **settings)
    return str(refused.value.messages[0])


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.com", "https://example.com"),
        (" HTTP://Example.COM/Path ", "http://example.com/Path"),
        ("https://موقع.السعودية/صفحة", "https://موقع.السعودية/صفحة"),
    ],
)
def test_an_address_of_the_web_is_completed(typed: str, address: str) -> None:
    assert clean("url", typed) == address


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "not an address", "https://", "http://["]
)
def test_what_is_no_address_of_the_web_is_refused(typed: str) -> None:
    assert refusal("url", typed) == "Write question q like https://example.com"


def test_an_address_is_shown_as_text_and_never_as_a_link() -> None:
    assert "href" not in field_type("url").as_html(one_field("url"), "https://example.com", "ar")


@pytest.mark.parametrize("typed", [SAUDI, "sa03 8000 0000 6080 1016 7519", "SA٠٣٨٠٠٠٠٠٠٠٦٠٨٠١٠١٦٧٥١٩"])
def test_an_account_is_read_with_spaces_small_letters_and_arabic_digits(typed: str) -> None:
    assert clean("iban", typed) == SAUDI


@pytest.mark.parametrize("typed", ["SA0380000000608010167518", "SA03", "12345", "ZZ0380000000608010167519"])
def test_an_account_that_does_not_add_up_is_refused(typed: str) -> None:
    assert "does not add up" in refusal("iban", typed)


def test_an_account_abroad_is_refused_unless_the_editor_allows_it() -> None:
    assert "begins with SA" in refusal("iban", JORDANIAN)
    assert clean("iban", JORDANIAN, any_country=True) == JORDANIAN


def test_an_account_is_shown_in_groups_of_four() -> None:
    assert field_type("iban").as_text(one_field("iban"), SAUDI, "en") == "SA03 8000 0000 6080 1016 7519"


@pytest.mark.parametrize("written", ["jo", "الأردن", "Jordan", "الاردن"])
def test_a_country_is_imported_by_code_or_name_in_any_language(written: str) -> None:
    assert field_type("country").read_cells(one_field("country"), [written], ENGLISH) == "JO"


def test_a_country_that_does_not_exist_is_refused_on_import() -> None:
    with pytest.raises(ValidationError, match="Atlantis"):
        field_type("country").read_cells(one_field("country"), ["Atlantis"], ENGLISH)


def test_the_organisations_own_country_stands_first() -> None:
    field = field_type("country").form_field(one_field("country"), replace(ENGLISH, country="EG"), required=True)

    assert [value for value, _name in field.choices][:2] == ["", "EG"]  # type: ignore[attr-defined]
    assert [value for value, _name in field.choices].count("EG") == 1  # type: ignore[attr-defined]
