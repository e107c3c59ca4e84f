"""When the sample requests of the demonstration happened: on past working days, in office hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from unittest.mock import patch

from django.utils import timezone

DAYS = 10
FRIDAY, SATURDAY = 4, 5
OPENS = time(8)
MINUTES_A_DAY = 6 * 60 + 30
# Nobody applies exactly every so many minutes.
UNEVEN = 53


@dataclass(frozen=True)
class OfficeHours:
    """The minutes in which the office was open, counted on from the first of these days."""

    days: tuple[date, ...]
    now: datetime
    zone: tzinfo

    @classmethod
    def until(cls, now: datetime, zone: tzinfo) -> "OfficeHours":
        """The last working days before today."""
        today = now.astimezone(zone).date()
        back = (today - timedelta(days=count) for count in range(1, DAYS * 2))
        open_days = [day for day in back if day.weekday() not in {FRIDAY, SATURDAY}]
        return cls(tuple(reversed(open_days[:DAYS])), now, zone)

    def submitted(self, place: int, of: int) -> int:
        """The minute in which the request at this place of so many was submitted."""
        apart = len(self.days) * MINUTES_A_DAY / of
        return int(place * apart) + place * UNEVEN % int(apart)

    def at(self, minute: int) -> datetime:
        """That minute as a moment; what would come after the last day happens now."""
        day, rest = divmod(minute, MINUTES_A_DAY)
        if day >= len(self.days):
            return self.now
        return datetime.combine(self.days[day], OPENS, self.zone) + timedelta(
            minutes=rest, seconds=minute * UNEVEN % 60
        )


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Everything done inside is dated by this moment: the actions themselves, so that nobody writes dates past them."""
    with patch.object(timezone, "now", lambda: moment):
        yield
