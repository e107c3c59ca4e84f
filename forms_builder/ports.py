"""What forms need from the apps above them. Small protocols: an app above registers its answer in its
`AppConfig.ready`, a test registers a fake. Until then nothing is known and nothing is found.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from cms.languages import Texts

# --- Registries ---------------------------------------------------------------------------------------

ColumnKind = Literal["text", "number", "date"]


@dataclass(frozen=True)
class RegistryColumn:
    """One column of a registry. `is_key`: it is asked for to find an entry."""

    key: str
    label: Texts
    kind: ColumnKind = "text"
    is_key: bool = False


@dataclass(frozen=True)
class KnownRegistry:
    """What an editor has to know of a registry."""

    key: str
    organisation: str
    columns: tuple[RegistryColumn, ...]
    has_expiry: bool = False
    is_empty: bool = False


@dataclass(frozen=True)
class Entry:
    """A row of a registry.

    Attributes:
        id: stays the same when the registry is imported again.
        values: by column; a day as ISO, a number with a plain dot.
    """

    id: str
    values: Mapping[str, str]
    is_expired: bool = False
    is_used: bool = False


@dataclass(frozen=True)
class Wanted:
    """An entry somebody looks for.

    Attributes:
        organisation: whose registry it must be.
        key: (kind of the column, what was typed) for each key column, in the registry's order.
        asked_by: who asks (`Context.asked_by`); nobody is limited where there is nobody.
        most_failures: how many different keys one person may get wrong within an hour.
    """

    organisation: str
    registry: str
    key: tuple[tuple[ColumnKind, str], ...]
    asked_by: Mapping[str, int] = field(default_factory=dict)
    most_failures: int = 10


class TooManyLookups(Exception):
    """Whoever asks has tried so many keys that he has to wait."""


class Registries(Protocol):
    """Lists that organisations keep: permits, contractors, members."""

    def names(self) -> list[tuple[str, str]]:
        """(key, name) of every registry, for the editor's list."""

    def columns(self) -> Mapping[str, Sequence[RegistryColumn]]:
        """The columns of every registry, for the editor's lists."""

    def registry(self, key: str) -> KnownRegistry | None: ...

    def find(self, wanted: Wanted) -> Entry | None:
        """The entry with this key.

        Raises:
            TooManyLookups: without saying whether there is one.
        """

    def samples(self, organisation: str, key: str) -> Sequence[Entry]:
        """A few entries that could be found now."""

    def use(self, entry: str, *, by: str) -> bool:
        """Mark the entry as used by the request of this number; False when another one was faster."""

    def give_back(self, entries: Collection[str], *, of: Collection[str], by: Any) -> None:
        """Make those of these entries free again that requests of these numbers have used up; `by` a person."""


class _NoRegistries:
    def names(self) -> list[tuple[str, str]]:
        return []

    def columns(self) -> Mapping[str, Sequence[RegistryColumn]]:
        return {}

    def registry(self, key: str) -> KnownRegistry | None:
        return None

    def find(self, wanted: Wanted) -> Entry | None:
        return None

    def samples(self, organisation: str, key: str) -> Sequence[Entry]:
        return ()

    def use(self, entry: str, *, by: str) -> bool:
        return False

    def give_back(self, entries: Collection[str], *, of: Collection[str], by: Any) -> None:
        pass


_registries: Registries = _NoRegistries()


def register_registries(answering: Registries) -> Registries:
    """Have this one asked from now on; the one that was asked before is returned."""
    global _registries
    before, _registries = _registries, answering
    return before


def registries() -> Registries:
    return _registries


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


# --- Earlier requests of whoever applies --------------------------------------------------------------


@dataclass(frozen=True)
class EarlierRequest:
    """One that may be named: by its number, and in words."""

    number: str
    words: str


class OwnRequests(Protocol):
    """What applicants sent before. `applicant` is Context.applicant."""

    def offered(self, applicant: str, language: str) -> Sequence[EarlierRequest]:
        """Those he may pick from, the newest first."""

    def find(self, applicant: str, written: str) -> str:
        """The number of his request that is meant by what he wrote; empty where none or no single one is."""


class _NoRequests:
    def offered(self, applicant: str, language: str) -> Sequence[EarlierRequest]:
        return ()

    def find(self, applicant: str, written: str) -> str:
        return ""


_own_requests: OwnRequests = _NoRequests()


def register_own_requests(answering: OwnRequests) -> OwnRequests:
    """Have this one asked from now on; the one that was asked before is returned."""
    global _own_requests
    before, _own_requests = _own_requests, answering
    return before


def own_requests() -> OwnRequests:
    return _own_requests
