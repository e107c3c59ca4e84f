"""The lists under "my requests": requests that run, requests that ended, and drafts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from home.accounts.models import User
from service_requests.citizen.looks import Badge, badge_of
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.drafts import own_drafts
from service_requests.wizard.offers import office_slug
from services_catalog.processes.statuses import CLOSED, OPEN, Status


@dataclass(frozen=True)
class RequestRow:
    """One request of the list."""

    public_id: str
    number: str
    service: str
    submitted_at: datetime
    badge: Badge
    needs_answer: bool
    acting_for: str = ""


@dataclass(frozen=True)
class DraftRow:
    """One draft of the list."""

    public_id: str
    slug: str
    service: str
    updated_at: datetime
    acting_for: str = ""


@dataclass(frozen=True)
class Counts:
    """How many stand under each tab."""

    open: int
    closed: int
    drafts: int
    waiting: int


def counts_of(person: User) -> Counts:
    numbers = own_requests(person).aggregate(
        open=Count("pk", filter=Q(status__in=OPEN)),
        closed=Count("pk", filter=Q(status__in=CLOSED)),
        waiting=Count("pk", filter=Q(status=Status.WAITING_CITIZEN)),
    )
    return Counts(drafts=own_drafts(person).filter(closed_at=None).count(), **numbers)


def request_rows(chosen: ServiceRequestQuerySet) -> list[RequestRow]:
    """The rows of a list: one query for them and one for the names of their services."""
    requests = list(chosen.select_related("acting_for").defer("answers", "search_text", "outcome_note"))
    names = service_names({request.service_id for request in requests})
    return [
        RequestRow(
            public_id=str(request.public_id),
            number=request.number,
            service=names[request.service_id],
            submitted_at=request.submitted_at,
            badge=badge_of(request.status),
            needs_answer=request.status == Status.WAITING_CITIZEN,
            acting_for=str(request.acting_for or ""),
        )
        for request in requests
    ]


def draft_rows(person: User) -> list[DraftRow]:
    drafts = list(
        own_drafts(person)
        .filter(closed_at=None)
        .annotate(slug=F("service__slug"))
        .select_related("acting_for")
        .defer("data")
        .order_by("-updated_at")
    )
    names = service_names({draft.service_id for draft in drafts})
    return [
        DraftRow(
            str(draft.public_id),
            office_slug(draft.acting_for, draft.slug),
            names[draft.service_id],
            draft.updated_at,
            str(draft.acting_for or ""),
        )
        for draft in drafts
    ]
