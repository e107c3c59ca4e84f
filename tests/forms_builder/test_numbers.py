"""Numbers as people type them: digits of any script, thousands, decimals, limits, currencies."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.conditions import holds
from forms_builder.fields import field_type
from forms_builder.review import errors
from forms_builder.route import effective_answers
from tests.forms_builder import samples
from tests.forms_builder.building import ARABIC, ENGLISH, compiled, one_field, one_step


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def read(type_: str, typed: str, **settings: Any) -> Any:
    field = one_field(type_, **settings)
    return field_type(type_).form_field(field, ENGLISH, required=True).clean(typed)


def refusal(type_: str, typed: str, **settings: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        read(type_, typed, **settings)
    return str(refused.value.messages[0])


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("١٢", 12), (" 1,250 ", 1250), ("١٬٢٥٠", 1250), ("1 250", 1250), ("-3", -3), ("−3", -3), ("12.0", 12)],
)
def test_a_whole_number_is_read_in_any_digits(typed: str, number: int) -> None:
    assert read("whole_number", typed, least=-10) == number
    assert isinstance(read("whole_number", typed, least=-10), int)


@pytest.mark.parametrize(("typed", "number"), [("12.5", 12.5), ("١٢٫٥", 12.5), ("1,250.75", 1250.75), ("0.1", 0.1)])
def test_a_decimal_number_is_read_in_any_digits(typed: str, number: float) -> None:
    assert read("decimal", typed) == number


@pytest.mark.parametrize("typed", ["twelve", "1,5", "1.2.3", "12 m", "1e5", "0x1f", "--1", "٫", ",", "NaN", "Infinity"])
def test_what_is_no_number_or_two_numbers_is_refused_with_an_example(typed: str) -> None:
    assert "for example 12.5" in refusal("decimal", typed)


def test_decimals_in_a_whole_number_are_refused() -> None:
    assert refusal("whole_number", "2.5") == "Write question q as a whole number, for example 12"


def test_more_decimals_than_there_may_be_are_refused_not_rounded() -> None:
    assert "2 decimals at most" in refusal("decimal", "1.005")


@pytest.mark.parametrize(("typed", "limit"), [("0", "from 1 on"), ("501", "up to 500")])
def test_a_number_outside_the_limits_names_the_limit(typed: str, limit: str) -> None:
    assert limit in refusal("whole_number", typed, least=1, most=500)


@pytest.mark.parametrize("type_", ["whole_number", "decimal", "money"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_that_json_could_not_keep_is_refused(type_: str, sign: str) -> None:
    assert refusal(type_, sign + "9" * 30)


def test_a_currency_decides_the_decimals() -> None:
    assert read("money", "1.125", currency="JOD") == 1.125
    assert "2 decimals at most" in refusal("money", "1.125", currency="SAR")
    assert "whole number" in refusal("money", "1.5", currency="JPY")


def test_an_amount_is_shown_with_its_currency_in_the_readers_language() -> None:
    field = one_field("money", currency="JOD")
    kind = field_type("money")

    assert kind.as_text(field, 1250.5, "en") == "1,250.500 Jordanian dinars"
    assert kind.as_text(field, 1250, "ar") == "1,250 دينار أردني"


def test_an_amount_is_asked_in_the_currency_of_the_organisation_unless_another_is_named() -> None:
    steps = [samples.step("fees", samples.field("money", "own"), samples.field("money", "other", currency="EGP"))]

    spec = compile_form(FormStepsBlock().to_python(steps), currency="JOD")

    assert [field.settings["currency"] for field in spec.fields()] == ["JOD", "EGP"]


def test_a_currency_that_does_not_exist_is_a_fault() -> None:
    assert "XXZ" in errors(one_step(samples.field("money", "fee", currency="XXZ")))[0].message


def test_limits_the_wrong_way_round_are_a_fault() -> None:
    assert errors(one_step(samples.field("whole_number", "rooms", least=5, most=2)))


@pytest.mark.parametrize(
    ("operator", "value", "shown_for"),
    [("at_least", "3", [3, 4]), ("more_than", "٣", [4]), ("less_than", "3", [2]), ("at_most", "3", [2, 3])],
)
def test_a_condition_compares_numbers(operator: str, value: str, shown_for: list[int]) -> None:
    form = compiled(
        samples.step(
            "first",
            samples.field("whole_number", "rooms"),
            samples.field("short_text", "why", show_if=samples.condition(("rooms", operator, value))),
        )
    )

    assert errors(form) == []
    why = form.field("why")
    assert why is not None
    assert [rooms for rooms in (2, 3, 4) if holds(why.show_if, {"rooms": rooms})] == shown_for
    assert not holds(why.show_if, effective_answers(form, {}))


def test_a_condition_that_compares_a_number_with_words_is_a_fault() -> None:
    form = compiled(
        samples.step(
            "first",
            samples.field("whole_number", "rooms"),
            samples.field("short_text", "why", show_if=samples.condition(("rooms", "at_least", "many"))),
        )
    )

    assert "many" in errors(form)[0].message


def test_the_error_is_in_the_readers_language() -> None:
    field = one_field("whole_number")
    with pytest.raises(ValidationError) as refused:
        field_type("whole_number").form_field(field, ARABIC, required=True).clean("عشرة")
    assert refused.value.code == "number"


def test_a_largest_number_says_nothing_about_the_smallest() -> None:
    asked = one_field("whole_number", least=None, most=10)

    assert field_type("whole_number").check(asked, -11, ARABIC, required=True) == -11


@pytest.mark.parametrize(("number", "shown"), [(2026, "2026"), (9999.5, "9999.50"), (12500, "12,500")])
def test_four_digits_are_not_parted_because_they_may_be_a_year(number: float, shown: str) -> None:
    assert field_type("decimal").as_text(one_field("decimal"), number, "en") == shown
