"""Which starts a calendar offers: a calculation, tried without a database and with clocks that change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cms.week import WEEKDAYS, Span
from service_requests.appointments.slots import (
    Opening,
    is_offered,
    is_start,
    offered,
    overlapped,
    starts_on,
)

RIYADH, CAIRO = ZoneInfo("Asia/Riyadh"), ZoneInfo("Africa/Cairo")
# Cairo: at midnight of the last Friday of April the clocks go to 1:00; at midnight after the last Thursday of
# October they go back to 23:00.
SPRING, AUTUMN = date(2027, 4, 30), date(2026, 10, 29)


def opening(*spans: str, zone: ZoneInfo = RIYADH, minutes: int = 30, **more: Any) -> Opening:
    hours = {day: [Span.read(span) for span in spans] for day in WEEKDAYS}
    return Opening(zone=zone, hours=hours, length=timedelta(minutes=minutes), **more)


def clocks(starts: Any) -> list[str]:
    return [start.strftime("%H:%M") for start in starts]


def test_a_day_is_cut_into_slots_and_a_rest_that_is_too_short_is_left() -> None:
    found = starts_on(opening("08:00-09:45", "13:00-14:00"), date(2026, 11, 24))

    assert clocks(found) == ["08:00", "08:30", "09:00", "13:00", "13:30"]


def test_a_closed_day_and_a_day_without_hours_offer_nothing() -> None:
    shut = opening("08:00-10:00", closed=frozenset({date(2026, 11, 24)}))
    sundays = Opening(zone=RIYADH, hours={"sun": [Span.read("08:00-10:00")]}, length=timedelta(minutes=30))

    assert list(starts_on(shut, date(2026, 11, 24))) == []
    assert list(starts_on(sundays, date(2026, 11, 24))) == []
    assert len(list(starts_on(sundays, date(2026, 11, 22)))) == 4


def test_the_hour_that_is_skipped_in_spring_has_no_slots() -> None:
    found = list(starts_on(opening("00:00-02:00", zone=CAIRO), SPRING))

    assert clocks(found) == ["01:00", "01:30"]


def test_the_hour_that_comes_twice_in_autumn_has_slots_twice_each_a_moment_of_its_own() -> None:
    found = list(starts_on(opening("22:00-24:00", zone=CAIRO), AUTUMN))

    assert clocks(found) == ["22:00", "22:30", "23:00", "23:30", "23:00", "23:30"]
    assert len({start.astimezone(UTC) for start in found}) == 6
    assert len({start.isoformat() for start in found}) == 6


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2026, 11, 24)])
@pytest.mark.parametrize("minutes", [20, 30, 45])
def test_slots_follow_each_other_in_real_time_whatever_the_clock_does(day: date, minutes: int) -> None:
    found = [start.astimezone(UTC) for start in starts_on(opening("00:00-24:00", zone=CAIRO, minutes=minutes), day)]

    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=minutes)}


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_office_hours_of_the_day_keep_their_clock_when_the_night_was_longer_or_shorter(day: date) -> None:
    for place in (-1, 0, 1):
        found = starts_on(opening("09:00-10:00", zone=CAIRO), day + timedelta(days=place))
        assert clocks(found) == ["09:00", "09:30"]


def test_lead_and_horizon_bound_what_is_offered() -> None:
    now = datetime(2026, 11, 24, 8, 0, tzinfo=RIYADH)
    shop = opening("09:00-11:00", lead=timedelta(hours=2), horizon=1)

    found = offered(shop, now)

    assert [start.strftime("%d %H:%M") for start in found] == [
        "24 10:00",
        "24 10:30",
        "25 09:00",
        "25 09:30",
        "25 10:00",
        "25 10:30",
    ]
    assert all(is_offered(shop, start, now) for start in found)
    assert not is_offered(shop, datetime(2026, 11, 24, 9, 30, tzinfo=RIYADH), now)
    assert not is_offered(shop, datetime(2026, 11, 26, 9, 0, tzinfo=RIYADH), now)


def test_the_day_is_that_of_the_place_and_not_of_utc() -> None:
    # 22:30 in UTC is half past one of the next day in Riyadh.
    now = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)

    found = offered(opening("09:00-09:30", horizon=0), now)

    assert [start.isoformat() for start in found] == ["2026-11-25T09:00:00+03:00"]


def test_a_time_between_two_slots_is_no_start() -> None:
    assert is_start(opening("09:00-11:00"), datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
    assert not is_start(opening("09:00-11:00"), datetime(2026, 11, 24, 6, 40, tzinfo=UTC))


def test_what_is_booked_may_lie_outside_of_new_hours_but_not_across_them() -> None:
    half, booked = timedelta(minutes=30), datetime(2026, 11, 24, 9, 30, tzinfo=RIYADH)

    assert not overlapped(opening("09:00-11:00"), booked, half)
    assert not overlapped(opening("13:00-14:00"), booked, half)
    assert overlapped(opening("09:15-11:15"), booked, half)
    assert overlapped(opening("09:00-11:00", minutes=20), booked, half) is True
    assert overlapped(opening("08:30-11:30", minutes=60), booked, half) is False


@pytest.mark.parametrize("text", ["8-9", "10:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-24:30", "", "٠٩:٠٠-١٠:٠٠"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}"):
        Span.read(text)
