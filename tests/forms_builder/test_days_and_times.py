"""Hijri days, months, times of day: as people type them, and what is no day, month or time."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import override

from forms_builder.fields import field_type
from forms_builder.forms import StepForm
from forms_builder.review import errors
from tests.forms_builder import samples
from tests.forms_builder.building import ENGLISH, one_field, one_step


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def clean(type_: str, typed: Any, **settings: Any) -> Any:
    return field_type(type_).form_field(one_field(type_, **settings), ENGLISH, required=True).clean(typed)


def refusal(type_: str, typed: Any, **settings: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        clean(type_, typed, **settings)
    return str(refused.value.messages[0])


# The days of the Umm al-Qura calendar, as the calendar of the Saudi press agency prints them.
@pytest.mark.parametrize(
    ("hijri", "gregorian"),
    [(["1", "1", "1448"], "2026-06-16"), (["١", "٩", "١٤٤٧"], "2026-02-18"), (["10", "12", "1446"], "2025-06-06")],
)
def test_a_hijri_day_is_stored_as_the_gregorian_day_it_is(hijri: list[str], gregorian: str) -> None:
    assert clean("hijri_date", hijri) == gregorian


@pytest.mark.parametrize("hijri", [["30", "1", "1448"], ["1", "13", "1448"], ["0", "1", "1448"], ["1", "1", "1342"],
                                   ["1", "1", "2026"], ["x", "1", "1448"], ["31", "12", "1448"],
                                   ["1", "0", "1448"], ["1", "1", "1501"], ["1", "1", "99999"], ["1", "1", "-1448"],
                                   ["9" * 5000, "1", "1448"], ["1", "1", "1448" * 1100],
                                   # Gregorian days as an import or a program sends them, outside the calendar.
                                   "1900-01-01", "2200-01-01", "0001-01-01", "9999-12-31"])  # fmt: skip
def test_a_hijri_day_that_does_not_exist_is_refused(hijri: list[str]) -> None:
    assert refusal("hijri_date", hijri).startswith("Write question q as a day of the Hijri calendar that exists")


def test_a_hijri_day_is_shown_in_both_calendars_and_typed_again_as_it_was() -> None:
    step = one_step(samples.field("hijri_date", "q")).steps[0]

    form = StepForm(step, answers={"q": "2026-06-16"}, context=ENGLISH)
    page = render_to_string(form.parts[0].template, {"part": form.parts[0]})

    assert 'value="1448"' in page
    assert "16 June 2026" in page
    assert field_type("hijri_date").as_text(step.fields[0], "2026-06-16", "en") == "1 Muharram 1448 AH (16 June 2026)"


def test_a_missing_part_of_a_hijri_day_is_named() -> None:
    assert refusal("hijri_date", ["1", "", "1448"]) == "Write the month too: question q"


@pytest.mark.parametrize("typed", [["3", "2026"], ["٠٣", "٢٠٢٦"], "2026-03", "03/2026"])
def test_a_month_is_read_in_any_spelling(typed: Any) -> None:
    assert clean("month_year", typed) == "2026-03"


@pytest.mark.parametrize("typed", [["13", "2026"], ["0", "2026"], ["3", "26"], ["three", "2026"], "2026"])
def test_what_is_no_month_is_refused(typed: Any) -> None:
    assert "a month and a year" in refusal("month_year", typed)


def test_a_missing_part_of_a_month_is_named_and_led_to() -> None:
    assert refusal("month_year", ["3", ""]) == "Write the year too: question q"


def test_a_month_is_shown_in_words() -> None:
    field = one_field("month_year")

    assert field_type("month_year").as_text(field, "2026-03", "en") == "March 2026"
    assert field_type("month_year").as_text(field, "2026-03", "ar") == "مارس 2026"


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9:30", "09:30"), ("0930", "09:30"), ("14.05", "14:05"), ("٩:٣٠ ص", "09:30"), ("٢:٣٠ م", "14:30"),
        ("2 pm", "14:00"), ("12 am", "00:00"), ("12:15 مساءً", "12:15"), ("08:00:00", "08:00"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_any_spelling(typed: str, time: str) -> None:
    assert clean("time", typed) == time


@pytest.mark.parametrize("typed", ["25:00", "9:75", "9", "noon", "13 pm", "-1:00", "9:30 x"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    assert "as a time of day" in refusal("time", typed)


@pytest.mark.parametrize(("typed", "limit"), [("07:59", "from 08:00 on"), ("14:01", "up to 14:00")])
def test_a_time_outside_the_limits_names_the_limit(typed: str, limit: str) -> None:
    assert limit in refusal("time", typed, earliest="08:00", latest="14:00")


def test_times_the_wrong_way_round_are_a_fault() -> None:
    assert errors(one_step(samples.field("time", "q", earliest="14:00", latest="08:00")))
