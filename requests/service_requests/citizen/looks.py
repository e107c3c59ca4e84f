"""How the state of a request looks to its applicant: a word, and the colour and icon beside it."""

from dataclasses import dataclass

from services_catalog.processes.statuses import CITIZENS_WORDS, Status


@dataclass(frozen=True)
class Badge:
    """What components/badge.html takes."""

    words: str
    kind: str
    icon: str


_KINDS = {
    Status.WAITING_CITIZEN: ("warning", "warning"),
    Status.WAITING_PAYMENT: ("warning", "money"),
    Status.READY: ("success", "tick"),
    Status.COMPLETED: ("success", "tick"),
    Status.REJECTED: ("danger", "alert"),
    Status.CANCELLED: ("", "close"),
}


def badge_of(status: str) -> Badge:
    kind, icon = _KINDS.get(Status(status), ("info", "clock"))
    return Badge(str(CITIZENS_WORDS[Status(status)]), kind, icon)
