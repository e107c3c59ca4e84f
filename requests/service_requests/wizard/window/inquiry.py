"""Where a request stands, for any staff of its body: nothing of what is in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from cms.languages import in_language
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import of_bodies, visible_to
from service_requests.records.services import service_names
from service_requests.workflow.lights import Expectation, expectation_of


@dataclass(frozen=True)
class Standing:
    """What is said at the window.

    Attributes:
        address: the request at the desk, for whom it is there.
    """

    number: str
    service: str
    state: str
    department: str
    last_step: str
    last_step_at: datetime
    expectation: Expectation | None
    closed_at: datetime | None
    address: str


def standing_of(user: Any, number: str) -> Standing | None:
    """The request of that number in the bodies this person works in."""
    found = of_bodies(user).filter(number=number).select_related("department").defer("answers", "search_text").first()
    if found is None:
        return None
    seen = visible_to(user).filter(pk=found.pk).exists()
    return Standing(
        number=found.number,
        service=service_names([found.service_id]).get(found.service_id, ""),
        state=in_language(found.stage.label),
        department=str(found.department),
        last_step=_last_step(found),
        last_step_at=found.stage_since,
        expectation=expectation_of(found),
        closed_at=found.closed_at,
        address=reverse("requests:inspect", args=[found.public_id]) if seen else "",
    )


def _last_step(request: ServiceRequest) -> str:
    """What was done last, in the words of its workflow; empty while nothing was done."""
    for stage in request.workflow.stages:
        outcome = stage.outcome(request.last_outcome)
        if outcome:
            return in_language(outcome.label)
    return ""
