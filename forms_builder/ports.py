"""What forms need from the apps above them. Small protocols: an app above registers its answer in its
`AppConfig.ready`, a test registers a fake. Until then nothing is known and nothing is found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cms.languages import Texts

# --- Calendars of appointments ------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownCalendar:
    """What a form says of a calendar, and keeps with an answer."""

    key: str
    organisation: str
    name: Texts
    place: Texts
    minutes: int


@dataclass(frozen=True)
class Openings:
    """The times that somebody may choose now.

    Attributes:
        free: starts in their order, by the clock of the place; what he holds himself is among them.
        held: what he holds, and until when.
        calendar: which they are of; None when there is none.
    """

    free: Sequence[datetime] = ()
    held: Mapping[datetime, datetime] = field(default_factory=dict)
    calendar: KnownCalendar | None = None


class Calendars(Protocol):
    """Offices that receive people by appointment. Holding and confirming is the wizard's business."""

    def choices(self) -> list[tuple[str, str]]:
        """(key, name) of every calendar, for the editor's list."""

    def calendar(self, key: str) -> KnownCalendar | None: ...

    def openings(self, key: str, holder: str) -> Openings:
        """What `holder` (Context.holder) may choose."""


class _NoCalendars:
    def choices(self) -> list[tuple[str, str]]:
        return []

    def calendar(self, key: str) -> KnownCalendar | None:
        return None

    def openings(self, key: str, holder: str) -> Openings:
        return Openings()


_calendars: Calendars = _NoCalendars()


def register_calendars(answering: Calendars) -> Calendars:
    """Have this one asked from now on; the one that was asked before is returned."""
    global _calendars
    before, _calendars = _calendars, answering
    return before


def calendars() -> Calendars:
    return _calendars
