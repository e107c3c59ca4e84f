"""The kinds of work there are, by name; and which of them recur."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from cms.jobs.models import Job

Work = Callable[["Job"], None]
TIME_LIMIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Kind:
    """A function that does one kind of job, and how long it may take.

    A patient kind comes by the thousand and lets every other go first.
    """

    name: str
    work: Work
    time_limit: timedelta
    is_patient: bool = False


@dataclass(frozen=True)
class Recurring:
    """A kind that is due again and again."""

    name: str
    kind: str
    every: timedelta


KINDS: dict[str, Kind] = {}
RECURRING: dict[str, Recurring] = {}


def job_kind(name: str, *, time_limit: timedelta = TIME_LIMIT, is_patient: bool = False) -> Callable[[Work], Work]:
    """Make a function the work of a kind of job. What it raises is kept with the job, which is tried again."""

    def register(work: Work) -> Work:
        _add(Kind(name, work, time_limit, is_patient))
        return work

    return register


def schedule(
    name: str, *, every: timedelta, time_limit: timedelta = TIME_LIMIT
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have a function run every so often, once however many workers there are."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        kind = f"schedule:{name}"
        _add(Kind(kind, lambda job: work(), time_limit))
        RECURRING[name] = Recurring(name, kind, every)
        return work

    return register


def kind_named(name: str) -> Kind:
    """The kind of that name.

    Raises:
        LookupError: no module that was imported registers it.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise LookupError(f"No job kind is called “{name}”; known are {', '.join(sorted(KINDS))}.") from None


def _add(kind: Kind) -> None:
    if kind.name in KINDS:
        raise ImproperlyConfigured(f"Two job kinds are called “{kind.name}”.")
    KINDS[kind.name] = kind
