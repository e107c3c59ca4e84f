"""Which starts a calendar offers: a calculation from opening hours, closures and the clock. Pure.

Hours are written as the wall clock shows them, and slots are counted in real time between them: on the
night the clocks change no slot is offered that does not exist, and none lasts longer or shorter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cms.week import WEEKDAYS, Span, moment_at

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """When a calendar takes appointments.

    Attributes:
        hours: spans by weekday (`WEEKDAYS`).
        closed: days on which it does not open, whatever the weekday.
        lead: how long before its start a slot can be booked at the latest.
        horizon: for how many days ahead.
    """

    zone: ZoneInfo
    hours: Mapping[str, Sequence[Span]]
    length: timedelta
    closed: frozenset[date] = frozenset()
    lead: timedelta = timedelta()
    horizon: int = 30


def starts_on(opening: Opening, day: date) -> Iterator[datetime]:
    """The starts of one day in their order, by the clock of the place."""
    if day in opening.closed:
        return
    for span in opening.hours.get(WEEKDAYS[day.weekday()], ()):
        start, end = (moment_at(opening.zone, day, minutes) for minutes in (span.opens, span.closes))
        while start + opening.length <= end:
            yield start.astimezone(opening.zone)
            start += opening.length


def is_start(opening: Opening, start: datetime) -> bool:
    """Whether a slot begins then at all, however soon or far that is."""
    return start in starts_on(opening, start.astimezone(opening.zone).date())


def offered(opening: Opening, now: datetime) -> list[datetime]:
    """Every start that can be booked now, in order."""
    today = now.astimezone(opening.zone).date()
    days = (today + place * _DAY for place in range(opening.horizon + 1))
    return [start for day in days for start in starts_on(opening, day) if start >= now + opening.lead]


def is_offered(opening: Opening, start: datetime, now: datetime) -> bool:
    """Whether one start can be booked now."""
    ahead = start.astimezone(opening.zone).date() - now.astimezone(opening.zone).date()
    return now + opening.lead <= start and ahead.days <= opening.horizon and is_start(opening, start)


def overlapped(opening: Opening, start: datetime, length: timedelta) -> bool:
    """Whether a slot as it was booked runs into slots as they are offered now, without being one of them."""
    around = start.astimezone(opening.zone).date()
    others = [other for place in (-1, 0, 1) for other in starts_on(opening, around + place * _DAY)]
    if start in others:
        return length > opening.length
    return any(other < start + length and start < other + opening.length for other in others)
