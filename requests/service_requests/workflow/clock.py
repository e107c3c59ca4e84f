"""The clock of a request: when something is due that is promised in working time, and what stops it. Pure.

It stands while the request waits for the citizen or for another party: that time is not the office's
(as the service-level agreements of public bodies say). What was used before goes on counting afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cms.working_time import Interval, WorkingTime

# Of the promised working time; from then on the clock is amber.
AMBER = 0.75


class Granted(Protocol):
    """How long something may take: the target of a stage, or what a service promises."""

    def total(self, office: WorkingTime, start: datetime) -> timedelta:
        """The working time it grants, counted from `start`."""
        ...


class Light(StrEnum):
    """What a clock shows at a glance."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PAUSED = "paused"
    NONE = "none"


@dataclass(frozen=True)
class Deadline:
    """When a clock turns amber, and when what is promised is over."""

    amber_at: datetime
    due_at: datetime

    def light(self, now: datetime) -> Light:
        if now > self.due_at:
            return Light.RED
        return Light.AMBER if now >= self.amber_at else Light.GREEN


def deadline(office: WorkingTime, target: Granted, start: datetime, pauses: Iterable[Interval] = ()) -> Deadline:
    """The deadline of a clock that was started at `start` and stood during `pauses` (in order, all ended).

    Raises:
        NoWorkingTime: when the office has no hours to count in.
    """
    total = target.total(office, start)
    stood = list(pauses)
    return Deadline(_reached(office, start, total * AMBER, stood), _reached(office, start, total, stood))


def used(office: WorkingTime, start: datetime, end: datetime, pauses: Iterable[Interval] = ()) -> timedelta:
    """The working time from `start` to `end` during which the clock ran."""
    stood = sum((office.between(max(begun, start), min(ended, end)) for begun, ended in pauses), timedelta())
    return office.between(start, end) - stood


def _reached(office: WorkingTime, start: datetime, amount: timedelta, pauses: Sequence[Interval]) -> datetime:
    """The moment at which the clock has run for so long."""
    running_since = start
    for begun, ended in pauses:
        if ended <= running_since:
            continue
        run = office.between(running_since, begun)
        if run >= amount:
            break
        amount -= run
        running_since = max(running_since, ended)
    return office.after(running_since, amount)
