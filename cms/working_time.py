"""Working time of an office: how much of it lies between two moments, and when so much of it has passed. Pure.

Targets are promised in working hours or in working days. A day of receipt does not count (as the guides of
public bodies promise): three working days end with the third working day after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from cms.hijri import hijri_parts
from cms.week import WEEKDAYS, Span, moment_at

RAMADAN = 9
_DAY = timedelta(days=1)
# An office that has not worked for so long has no hours that a target could be counted in.
_LONGEST_CLOSURE = 400

Interval = tuple[datetime, datetime]


class NoWorkingTime(Exception):
    """The office has no working hours in which a target could be reached."""


@dataclass(frozen=True)
class WorkingTime:
    """When an office works.

    Attributes:
        hours: spans by weekday (`WEEKDAYS`), by the clock of the place.
        ramadan: spans by weekday in the month of Ramadan (Umm al-Qura); empty when they are the same.
        closed: days on which it does not work, whatever the weekday.
    """

    zone: ZoneInfo
    hours: Mapping[str, Sequence[Span]]
    ramadan: Mapping[str, Sequence[Span]]
    closed: frozenset[date] = frozenset()

    @cached_property
    def works_at_all(self) -> bool:
        return any(self.hours.values()) or any(self.ramadan.values())

    @cached_property
    def _known_days(self) -> dict[date, list[Interval]]:
        return {}

    def spans_on(self, day: date) -> list[Interval]:
        """The working intervals of one day, as moments."""
        # Many requests are counted in the same days.
        if day not in self._known_days:
            self._known_days[day] = self._spans_on(day)
        return self._known_days[day]

    def _spans_on(self, day: date) -> list[Interval]:
        if day in self.closed:
            return []
        week = self.ramadan if self.ramadan and _is_ramadan(day) else self.hours
        return [
            (moment_at(self.zone, day, span.opens), moment_at(self.zone, day, span.closes))
            for span in week.get(WEEKDAYS[day.weekday()], ())
        ]

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to another; none when it is not later."""
        total = timedelta()
        day, last = self._day_of(start), self._day_of(end)
        while day <= last:
            for opens, closes in self.spans_on(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
            day += _DAY
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment at which so much working time has passed since `start`.

        Raises:
            NoWorkingTime: when there is none for over a year.
        """
        if amount <= timedelta():
            return start
        for opens, closes in self._coming(start):
            here = closes - max(opens, start)
            if here >= amount:
                return max(opens, start) + amount
            amount -= max(timedelta(), here)
        raise AssertionError  # _coming() ends with NoWorkingTime only

    def end_of_working_day(self, start: datetime, number: int) -> datetime:
        """The end of the `number`th working day after the day of `start`.

        Raises:
            NoWorkingTime: when there is none for over a year.
        """
        ended = start
        days: set[date] = set()
        for opens, closes in self._coming(self._midnight_after(start)):
            day = self._day_of(opens)
            if day not in days and len(days) == number:
                break
            days.add(day)
            ended = closes
        return ended

    def _coming(self, start: datetime) -> Iterator[Interval]:
        day, without = self._day_of(start), 0
        while without < _LONGEST_CLOSURE:
            found = [interval for interval in self.spans_on(day) if interval[1] > start]
            yield from found
            without = 0 if found else without + 1
            day += _DAY
        raise NoWorkingTime

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _midnight_after(self, moment: datetime) -> datetime:
        return moment_at(self.zone, self._day_of(moment) + _DAY, 0)


@lru_cache(maxsize=4096)
def _is_ramadan(day: date) -> bool:
    parts = hijri_parts(day)
    return parts is not None and parts[1] == RAMADAN
