"""A calendar in memory, for forms that are tested without a database."""

from datetime import datetime

from forms_builder.ports import KnownCalendar, Openings
from tests.forms_builder.samples import texts

VISITS = KnownCalendar("visits", "office", texts("زيارات", "Visits"), texts("المبنى الرئيس", "Main building"), 30)
FREE = [
    datetime.fromisoformat(f"2026-11-{day}T{time}:00+03:00") for day in (24, 25) for time in ("09:00", "09:30", "10:00")
]


class Diary:
    """One calendar, `visits`; `free` may be emptied, `held` filled."""

    def __init__(self) -> None:
        self.free = list(FREE)
        self.held: dict[datetime, datetime] = {}

    def choices(self) -> list[tuple[str, str]]:
        return [(VISITS.key, "Visits")]

    def calendar(self, key: str) -> KnownCalendar | None:
        return VISITS if key == VISITS.key else None

    def openings(self, key: str, holder: str) -> Openings:
        return Openings(self.free, self.held, VISITS) if key == VISITS.key else Openings()
