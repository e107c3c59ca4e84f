"""The way of a request as its applicant reads it: states in his words, and when each began."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service_requests.records.models import ServiceRequest
from services_catalog.processes.statuses import CITIZENS_WORDS, Status


@dataclass(frozen=True)
class Milestone:
    words: str
    at: datetime


# More than these are a long way down a phone: what came before is folded.
RECENT = 8


def milestones(states: Iterable[tuple[str, datetime]]) -> list[Milestone]:
    """One milestone per change of words, oldest first; moves inside the office do not show."""
    way: list[Milestone] = []
    for status, at in states:
        words = str(CITIZENS_WORDS[Status(status)])
        if not way or way[-1].words != words:
            way.append(Milestone(words, at))
    return way


def timeline_of(request: ServiceRequest) -> list[Milestone]:
    """From its history, in one query."""
    rows = request.history.order_by("history_date", "history_id").values_list("status", "history_date")
    return milestones(rows)


def folded(way: list[Milestone]) -> tuple[list[Milestone], list[Milestone]]:
    """What came earlier, and the latest; nothing is earlier where the whole way is hardly longer than those."""
    return (way[:-RECENT], way[-RECENT:]) if len(way) > RECENT + 2 else ([], way)
