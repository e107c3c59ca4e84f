"""What needs the citizen first.

What an office waits for, what is to be paid or collected, drafts that will be deleted, an appointment that is near, an
invitation to act for an establishment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.accounts.establishments.delegating import invitations_for
from home.accounts.establishments.models import Invitation
from home.accounts.models import User
from service_requests.casework.models import AskedDocument
from service_requests.citizen.rows import (
    AppointmentRow,
    DraftRow,
    appointment_rows,
    appointments_between,
    draft_rows,
    soon,
)
from service_requests.records.models import Message, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from services_catalog.processes.statuses import Status

# Days before a draft is deleted, and before an appointment.
DRAFT_SOON, APPOINTMENT_SOON = 5, 3
MOST_REQUESTS = 20
_EXCERPT = 160
# Where nothing is asked for in words, the state says what he has to do.
_TO_DO: Mapping[str, Promise] = {
    Status.WAITING_PAYMENT: gettext_lazy("Pay what is due: the office goes on afterwards."),
    Status.READY: gettext_lazy("It is ready: collect it, with your original identity document."),
}


@dataclass(frozen=True)
class AskedOf:
    """A request that waits for its applicant, and what for; `is_answered_here` where he does it on its page."""

    public_id: str
    number: str
    service: str
    since: datetime
    what: str
    is_answered_here: bool


@dataclass(frozen=True)
class Needs:
    """Everything that waits for him, the most urgent kind first."""

    requests: list[AskedOf]
    appointments: list[AppointmentRow]
    drafts: list[DraftRow]
    invitations: list[Invitation]

    @property
    def number(self) -> int:
        return len(self.requests) + len(self.appointments) + len(self.drafts) + len(self.invitations)


def needs_of(person: User) -> Needs:
    """Four queries where nothing waits; for each kind that does, its names, and for requests what they wait for."""
    first, last = soon(APPOINTMENT_SOON)
    waiting = own_requests(person).filter(status__in=[Status.WAITING_CITIZEN, *_TO_DO]).order_by("stage_since", "pk")
    return Needs(
        requests=_asked(list(waiting.only("public_id", "number", "service", "status", "stage_since")[:MOST_REQUESTS])),
        appointments=appointment_rows(appointments_between(person, first, last).order_by("slot__starts_at")),
        drafts=draft_rows(person, until=soon(DRAFT_SOON)[1]),
        invitations=list(invitations_for(person)),
    )


def _asked(requests: list[ServiceRequest]) -> list[AskedOf]:
    if not requests:
        return []
    names = service_names({request.service_id for request in requests})
    questions, documents = _questions(requests), _documents(requests)
    return [
        AskedOf(
            public_id=str(request.public_id),
            number=request.number,
            service=names[request.service_id],
            since=request.stage_since,
            what=str(_TO_DO.get(request.status, "")) or _what(questions.get(request.pk), documents.get(request.pk, [])),
            is_answered_here=request.status not in _TO_DO,
        )
        for request in requests
    ]


def _questions(requests: list[ServiceRequest]) -> Mapping[int, Message]:
    """The last question of each."""
    asked = Message.objects.filter(request__in=requests, kind=Message.Kind.QUESTION).select_related("correction")
    return {said.request_id: said for said in asked.order_by("written_at", "id")}


def _documents(requests: list[ServiceRequest]) -> Mapping[int, list[str]]:
    """What each of them still has to be brought."""
    found: dict[int, list[str]] = {}
    asked = AskedDocument.objects.filter(request__in=requests, answered_at=None).order_by("message", "position")
    for request, label in asked.values_list("request", "label"):
        found.setdefault(request, []).append(label)
    return found


def _what(question: Message | None, documents: list[str]) -> str:
    if documents:
        # Translators: stands between the parts of a list.
        return _("Documents asked for: %(documents)s") % {"documents": _(", ").join(documents)}
    if question is None:
        return ""
    correction = getattr(question, "correction", None)
    if correction and correction.answered_at is None:
        return _("Some of your answers are to be corrected.")
    return Truncator(question.text).chars(_EXCERPT)
