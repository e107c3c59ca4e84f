"""What the applicant of a request was told, for its page at the desk: each happening once, with every way it took."""

from collections.abc import Sequence
from dataclasses import dataclass

from service_requests.notices.channels import channel
from service_requests.notices.models import DEAD, Notice, NoticeState
from service_requests.records.models import ServiceRequest


@dataclass(frozen=True)
class WayTaken:
    """One channel, and how far the notice got by it."""

    label: str
    state: str
    tone: str


@dataclass(frozen=True)
class Happening:
    """One thing that was told, in the words of the first channel."""

    text: str
    language: str
    ways: Sequence[WayTaken]


def happenings_of(request: ServiceRequest) -> list[Happening]:
    """Newest first; one query."""
    told: dict[tuple[str, str], list[Notice]] = {}
    for notice in request.notices.order_by("-created_at", "pk"):
        told.setdefault((notice.event, notice.occasion), []).append(notice)
    return [
        Happening(notices[0].text, notices[0].language, [_way(notice) for notice in notices])
        for notices in told.values()
    ]


def tone_of(state: str) -> str:
    """How a state looks: success, danger or plain."""
    if state in {NoticeState.SENT, NoticeState.DELIVERED}:
        return "success"
    return "danger" if state in DEAD else "plain"


def _way(notice: Notice) -> WayTaken:
    return WayTaken(str(channel(notice.channel).label), notice.get_state_display(), tone_of(notice.state))
