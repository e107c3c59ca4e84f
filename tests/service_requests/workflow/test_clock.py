"""The clock of a request against examples worked by hand, with the calendars of three countries."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.week import Span
from cms.working_time import NoWorkingTime, WorkingTime
from service_requests.workflow.clock import Deadline, Light, deadline, used
from services_catalog.processes.targets import Target, Unit

SUNDAY_TO_THURSDAY = ("sun", "mon", "tue", "wed", "thu")
RIYADH, AMMAN, CAIRO = ZoneInfo("Asia/Riyadh"), ZoneInfo("Asia/Amman"), ZoneInfo("Africa/Cairo")


def week(span: str, days: tuple[str, ...] = SUNDAY_TO_THURSDAY) -> dict[str, list[Span]]:
    return {day: [Span.read(span)] for day in days}


# Ramadan 1448 is 8 February to 8 March 2027, Eid al-Fitr 9 March.
SAUDI = WorkingTime(
    RIYADH,
    week("07:30-14:30"),
    week("10:00-15:00"),
    closed=frozenset(date(2027, 3, day) for day in (9, 10, 11)),
)
JORDAN = WorkingTime(AMMAN, week("08:00-15:30"), {})
EGYPT = WorkingTime(CAIRO, week("08:00-14:00"), {})


def riyadh(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=RIYADH)  # type: ignore[arg-type, misc]


def hours(amount: int) -> Target:
    return Target(amount=amount, unit=Unit.HOURS)


def days(amount: int) -> Target:
    return Target(amount=amount)


def due(office: WorkingTime, target: Target, start: datetime, *pauses: tuple[datetime, datetime]) -> datetime:
    return deadline(office, target, start, pauses).due_at.astimezone(office.zone)


def test_hours_go_on_after_the_weekend() -> None:
    # Thursday 13:00 to 14:30, then Sunday 7:30 to 9:00.
    assert due(SAUDI, hours(3), riyadh(2026, 11, 19, 13)) == riyadh(2026, 11, 22, 9)


def test_what_arrives_at_night_begins_in_the_morning() -> None:
    assert due(SAUDI, hours(1), riyadh(2026, 11, 22, 23, 15)) == riyadh(2026, 11, 23, 8, 30)


def test_working_days_do_not_count_the_day_of_receipt() -> None:
    assert due(SAUDI, days(3), riyadh(2026, 11, 19, 13)) == riyadh(2026, 11, 24, 14, 30)


def test_a_day_received_at_night_is_that_day_still() -> None:
    assert due(SAUDI, days(1), riyadh(2026, 11, 22, 23, 59)) == riyadh(2026, 11, 23, 14, 30)


def test_hours_grow_shorter_when_ramadan_begins() -> None:
    # Thursday 2, Sunday 7, and Monday, the first of Ramadan, opens at 10.
    assert due(SAUDI, hours(10), riyadh(2027, 2, 4, 12, 30)) == riyadh(2027, 2, 8, 11)


def test_days_cross_ramadan_and_eid() -> None:
    # Monday 8 March is the last of Ramadan; Tuesday to Thursday are Eid; Sunday has its usual hours again.
    assert due(SAUDI, days(1), riyadh(2027, 3, 7, 11)) == riyadh(2027, 3, 8, 15)
    assert due(SAUDI, days(2), riyadh(2027, 3, 7, 11)) == riyadh(2027, 3, 14, 14, 30)


def test_jordanian_half_hours() -> None:
    # Wednesday half an hour, Thursday 7.5, Sunday 7.5, Monday half an hour.
    start = datetime(2026, 11, 18, 15, tzinfo=AMMAN)

    assert due(JORDAN, hours(16), start) == datetime(2026, 11, 23, 8, 30, tzinfo=AMMAN)


def test_cairos_clocks_go_forward_over_a_weekend() -> None:
    # One hour on Thursday 23 April 2026, and one on Sunday, when Cairo is three hours ahead of UTC.
    start = datetime(2026, 4, 23, 13, tzinfo=CAIRO)

    assert deadline(EGYPT, hours(2), start).due_at == datetime(2026, 4, 26, 6, tzinfo=UTC)


def test_the_hour_that_comes_twice_in_cairo_is_worked_twice() -> None:
    night = WorkingTime(CAIRO, week("22:00-24:00", ("thu",)), {})

    # On Thursday 29 October 2026 the clock goes from midnight back to 23:00.
    assert night.between(datetime(2026, 10, 29, 12, tzinfo=CAIRO), datetime(2026, 10, 30, 12, tzinfo=CAIRO)) == (
        timedelta(hours=3)
    )


def test_the_hour_that_is_skipped_in_cairo_is_not_worked() -> None:
    night = WorkingTime(CAIRO, week("00:00-02:00", ("fri",)), {})

    # On Friday 24 April 2026 there is no time between midnight and 1:00.
    assert night.between(datetime(2026, 4, 23, 12, tzinfo=CAIRO), datetime(2026, 4, 24, 12, tzinfo=CAIRO)) == (
        timedelta(hours=1)
    )


def test_waiting_for_the_citizen_stops_the_clock() -> None:
    # 1.5 hours on Sunday, 4.5 on Tuesday, 4 on Wednesday.
    pause = riyadh(2026, 11, 22, 10), riyadh(2026, 11, 24, 10)

    assert due(SAUDI, hours(10), riyadh(2026, 11, 22, 8, 30), pause) == riyadh(2026, 11, 25, 11, 30)


def test_a_pause_moves_a_target_in_days_by_the_working_time_it_took() -> None:
    pause = riyadh(2026, 11, 22, 7, 30), riyadh(2026, 11, 23, 7, 30)

    assert due(SAUDI, days(3), riyadh(2026, 11, 19, 13), pause) == riyadh(2026, 11, 25, 14, 30)


def test_a_pause_after_the_deadline_does_not_save_it() -> None:
    pause = riyadh(2026, 11, 23, 8), riyadh(2026, 11, 24, 8)

    assert due(SAUDI, hours(2), riyadh(2026, 11, 22, 8), pause) == riyadh(2026, 11, 22, 10)


def test_several_pauses_add_up() -> None:
    first = riyadh(2026, 11, 22, 8, 30), riyadh(2026, 11, 22, 9, 30)
    second = riyadh(2026, 11, 22, 10), riyadh(2026, 11, 22, 13)

    assert due(SAUDI, hours(3), riyadh(2026, 11, 22, 7, 30), first, second) == riyadh(2026, 11, 22, 14, 30)


def test_a_clock_is_amber_from_three_quarters_on_and_red_when_the_time_is_over() -> None:
    clock = deadline(SAUDI, hours(4), riyadh(2026, 11, 22, 8))

    assert clock == Deadline(riyadh(2026, 11, 22, 11), riyadh(2026, 11, 22, 12))
    assert clock.light(riyadh(2026, 11, 22, 10, 59)) is Light.GREEN
    assert clock.light(riyadh(2026, 11, 22, 11)) is Light.AMBER
    assert clock.light(riyadh(2026, 11, 22, 12)) is Light.AMBER
    assert clock.light(riyadh(2026, 11, 22, 12, 1)) is Light.RED


def test_what_was_used_leaves_out_pauses_nights_and_weekends() -> None:
    pause = riyadh(2026, 11, 22, 9), riyadh(2026, 11, 23, 9)

    # 1.5 hours on Thursday, 1.5 on Sunday, 1 on Monday.
    assert used(SAUDI, riyadh(2026, 11, 19, 13), riyadh(2026, 11, 23, 10), [pause]) == timedelta(hours=4)


def test_an_office_without_hours_promises_nothing() -> None:
    with pytest.raises(NoWorkingTime):
        deadline(WorkingTime(RIYADH, {}, {}), hours(1), riyadh(2026, 11, 22, 8))
    with pytest.raises(NoWorkingTime):
        deadline(WorkingTime(RIYADH, {}, {}), days(1), riyadh(2026, 11, 22, 8))


# Hypothesis wants its limits without a zone.
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
offices = st.sampled_from([SAUDI, JORDAN, EGYPT])


@given(office=offices, start=moments, minutes=st.integers(1, 20_000))
def test_so_much_time_has_passed_when_it_is_due(office: WorkingTime, start: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)

    assert office.between(start, office.after(start, amount)) == amount


@given(office=offices, ends=st.lists(moments, min_size=3, max_size=3))
def test_working_time_adds_up(office: WorkingTime, ends: list[datetime]) -> None:
    first, second, third = sorted(ends)

    assert office.between(first, third) == office.between(first, second) + office.between(second, third)


@given(office=offices, start=moments, amount=st.integers(1, 60), pause=st.lists(moments, min_size=2, max_size=2))
def test_a_pause_never_makes_anything_due_earlier(
    office: WorkingTime, start: datetime, amount: int, pause: list[datetime]
) -> None:
    begun, ended = sorted(pause)

    assert due(office, days(amount), start, (begun, ended)) >= due(office, days(amount), start)
