"""Spans of a week by the clock on the wall, and the moments they are. Pure.

Hours are written as the wall clock shows them, and time is counted as it passes: on the night the clocks
change an hour is missing or comes twice.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# In the order of `date.weekday()`.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Span:
    """From one wall-clock time to another, in minutes after midnight; 1440 is the end of the day."""

    opens: int
    closes: int

    @classmethod
    def read(cls, text: str) -> "Span":
        """`08:00-14:30` as a span.

        Raises:
            ValueError: when it is none.
        """
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(text)
        hour, minute, last_hour, last_minute = map(int, found.groups())
        span = cls(hour * 60 + minute, last_hour * 60 + last_minute)
        if minute > 59 or last_minute > 59 or not 0 <= span.opens < span.closes <= _MINUTES_A_DAY:
            raise ValueError(text)
        return span

    def __str__(self) -> str:
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))


def moment_at(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The moment at which the clock of a place shows so many minutes after midnight, in UTC.

    In UTC, because additions to a local time would follow the wall clock, not time. A wall-clock time that
    is skipped in spring is the moment to which the clocks jump.
    """
    on = day + timedelta(days=minutes // _MINUTES_A_DAY)
    at = time(minutes // 60 % 24, minutes % 60)
    return datetime.combine(on, at, zone).astimezone(UTC)
