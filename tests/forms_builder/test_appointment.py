"""A question for an appointment, with a calendar in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from forms_builder.examples import choices
from forms_builder.fields import field_type
from forms_builder.fields.appointment import DAYS_AT_ONCE, nearest
from forms_builder.forms import StepForm
from forms_builder.review import errors
from forms_builder.spec import FormSpec
from tests.forms_builder import samples
from tests.forms_builder.building import ARABIC, ENGLISH, one_field, one_step
from tests.forms_builder.diary import FREE, Diary
from tests.forms_builder.samples import SAMPLES

KIND = field_type("appointment")
SETTINGS, ANSWER = SAMPLES["appointment"]
HELD_BY = replace(ENGLISH, holder="draft")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def faults(**settings: Any) -> list[str]:
    return [fault.message for fault in errors(one_step(samples.field("appointment", "q", **settings)))]


def test_a_question_without_its_calendar_is_not_published() -> None:
    assert faults(**SETTINGS) == []
    assert len(faults()) == 1
    assert len(faults(calendar="gone")) == 1
    assert "gone" in faults(calendar="gone")[0]


def test_a_calendar_of_another_organisation_is_refused() -> None:
    field = one_field("appointment", **SETTINGS)
    own = field.model_copy(update={"settings": {**SETTINGS, "organisation": "office"}})
    other = field.model_copy(update={"settings": {**SETTINGS, "organisation": "elsewhere"}})

    assert list(KIND.faults(own)) == []
    assert len(list(KIND.faults(other))) == 1


def test_an_appointment_is_not_asked_in_a_group() -> None:
    note = samples.field("short_text", "note")
    form = one_step(samples.field("group", "g", item=samples.texts("بند"), most=2, fields=[note]))
    (group,) = form.steps[0].fields
    with_it = group.model_copy(update={"fields": (*group.fields, one_field("appointment", **SETTINGS))})
    form = FormSpec(steps=(form.steps[0].model_copy(update={"fields": (with_it,)}),))

    assert [fault.block for fault in errors(form)] == ["block-q"]


def test_a_time_that_is_free_is_answered_with_everything_a_reader_needs() -> None:
    step = one_step(samples.field("appointment", "q", **SETTINGS)).steps[0]

    form = StepForm(step, answers={}, context=ARABIC, data=MultiValueDict({"q.time": ["2026-11-24T06:30:00+00:00"]}))

    # The same moment, by the clock of the place.
    assert form.answers()["q"] == ANSWER


@pytest.mark.parametrize("context", [ARABIC, ENGLISH], ids=["ar", "en"])
def test_it_is_told_in_words(context: Any) -> None:
    text = KIND.as_text(one_field("appointment", **SETTINGS), ANSWER, context.language)

    expected = {
        "ar": "الثلاثاء 24 نوفمبر 2026م (14 جمادى الآخرة 1448هـ)، 09:30–10:00، زيارات، المبنى الرئيس",
        "en": "Tuesday 24 November 2026 (14 Jumada II 1448 AH), 09:30–10:00, Visits, Main building",
    }
    assert text == expected[context.language]


def test_what_is_sent_is_looked_at_by_whoever_can_hold_it(diary: Diary) -> None:
    field = one_field("appointment", **SETTINGS)
    diary.free = FREE[3:]

    with override("en"), pytest.raises(ValidationError, match="not free any more"):
        KIND.check(field, ANSWER, HELD_BY, required=True)
    # An import, or a reader of old requests, holds nothing: what was given before stands.
    assert KIND.check(field, ANSWER, ENGLISH, required=True) == ANSWER


def test_an_answer_of_another_calendar_is_asked_for_again() -> None:
    with pytest.raises(ValidationError):
        KIND.check(one_field("appointment", **SETTINGS), {**ANSWER, "calendar": "old"}, HELD_BY, required=True)


def test_an_import_makes_no_appointment() -> None:
    field = one_field("appointment", **SETTINGS)

    assert [column.writable for column in KIND.columns(field, "en")] == [False, False, False]
    assert KIND.cells(field, ANSWER, "en") == ["visits", "2026-11-24 09:30+03:00", "30"]
    assert (
        KIND.read_cells(field, ["visits", "2026-11-25 09:00+03:00", "30"], replace(ENGLISH, answers={"q": ANSWER}))
        == ANSWER
    )


def test_the_path_explorer_fills_in_the_first_free_time_or_none(diary: Diary) -> None:
    field = one_field("appointment", **SETTINGS)

    assert choices(field, [], ENGLISH, required=True)[0]["slot"] == FREE[0].isoformat()
    diary.free = []
    assert choices(field, [], ENGLISH, required=True) == []


def test_the_nearest_times_are_the_closest_on_either_side_in_their_order() -> None:
    assert nearest(FREE, FREE[2] + timedelta(minutes=5)) == FREE[:3]
    assert nearest(FREE, FREE[3] - timedelta(minutes=5)) == FREE[3:]
    assert nearest(FREE[:1], FREE[2]) == FREE[:1]
    assert nearest([], FREE[2]) == []


def test_not_more_days_are_laid_out_than_a_phone_can_bear(diary: Diary) -> None:
    diary.free = [FREE[0] + timedelta(days=place, minutes=30 * time) for place in range(40) for time in range(4)]
    step = one_step(samples.field("appointment", "q", **SETTINGS)).steps[0]

    part = StepForm(step, answers={}, context=ENGLISH).parts[0]
    html = render_to_string(part.template, {"part": part})

    assert html.count("<details") == DAYS_AT_ONCE
    assert html.count("<option") == 40
    assert html.count('<details class="slot-day" open') == 1


def test_what_is_held_is_told_with_its_end(diary: Diary) -> None:
    diary.held = {FREE[1]: FREE[0]}
    step = one_step(samples.field("appointment", "q", **SETTINGS)).steps[0]

    part = StepForm(step, answers={"q": ANSWER}, context=HELD_BY).parts[0]

    with override("en"):
        drawn = render_to_string(part.template, {"part": part})
    assert 'Held for you until <bdi dir="ltr">09:00</bdi>' in drawn
