"""The lists under "my requests": requests that run, requests that ended, and drafts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from home.accounts.models import User
from service_requests.citizen.looks import Badge, badge_of
from service_requests.citizen.titles import titles_of
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import own_requests
from service_requests.wizard.models import Draft
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


@dataclass(frozen=True)
class DraftRow:
    """One draft of the list."""

    public_id: str
    slug: str
    service: str
    updated_at: datetime


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
    return Counts(drafts=Draft.objects.filter(applicant=person, closed_at=None).count(), **numbers)


def request_rows(chosen: ServiceRequestQuerySet, language: str) -> list[RequestRow]:
    """The rows of a list: one query for them and at most one for the names of their services."""
    requests = chosen.select_related("service").defer("answers", "search_text", "outcome_note", "service__form_steps")
    titles = titles_of([request.service for request in requests], language)
    return [
        RequestRow(
            public_id=str(request.public_id),
            number=request.number,
            service=titles[request.service_id],
            submitted_at=request.submitted_at,
            badge=badge_of(request.status),
            needs_answer=request.status == Status.WAITING_CITIZEN,
        )
        for request in requests
    ]


def draft_rows(person: User, language: str) -> list[DraftRow]:
    drafts = list(
        Draft.objects.filter(applicant=person, closed_at=None)
        .select_related("service")
        .defer("data", "service__form_steps")
        .order_by("-updated_at")
    )
    titles = titles_of([draft.service for draft in drafts], language)
    return [
        DraftRow(str(draft.public_id), draft.service.slug, titles[draft.service_id], draft.updated_at)
        for draft in drafts
    ]
