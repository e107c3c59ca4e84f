"""The lists of "my account": requests that run, requests that ended, drafts, appointments and messages."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language

from cms.arabic import digits
from cms.languages import in_language
from forms_builder.fields.appointment import day_text
from home.accounts.models import User
from service_requests.appointments.models import Booking
from service_requests.citizen.looks import Badge, badge_of
from service_requests.records.models import Message, ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.drafts import KEPT_FOR, own_drafts
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import office_slug
from services_catalog.processes.statuses import CITIZENS_WORDS, CLOSED, OPEN, Status

LONGEST_NUMBER = 40
_SERIAL = re.compile(r"\d{1,9}")
# As much of an answer or a message as a row has room for.
_EXCERPT = 200


@dataclass(frozen=True)
class RequestRow:
    """One request of the list; `answer` is what the office decided, of a finished one."""

    public_id: str
    number: str
    service: str
    submitted_at: datetime
    beneficiary: str
    badge: Badge
    unread: int
    answer: str
    acting_for: str = ""


@dataclass(frozen=True)
class DraftRow:
    """One draft of the list, with the day on which it will be deleted."""

    public_id: str
    slug: str
    service: str
    updated_at: datetime
    kept_until: datetime
    acting_for: str = ""


@dataclass(frozen=True)
class AppointmentRow:
    """One appointment of a request."""

    public_id: str
    number: str
    service: str
    day: str
    clock: str
    calendar: str
    place: str
    state: str
    is_cancelled: bool


@dataclass(frozen=True)
class MessageRow:
    """One message of an office; staff are named by their department."""

    public_id: str
    number: str
    service: str
    department: str
    excerpt: str
    written_at: datetime
    is_read: bool


@dataclass(frozen=True)
class ServiceGroup:
    """How many requests of one service there are, and how many messages wait in them."""

    service: int
    name: str
    number: int
    unread: int


@dataclass(frozen=True)
class Counts:
    """How many stand under each tab."""

    open: int
    closed: int
    drafts: int
    appointments: int
    unread: int


def counts_of(person: User, *, unread: int) -> Counts:
    """Three queries."""
    numbers = own_requests(person).aggregate(
        open=Count("pk", filter=Q(status__in=OPEN)), closed=Count("pk", filter=Q(status__in=CLOSED))
    )
    coming = bookings_of(person).filter(state=Booking.State.CONFIRMED, slot__starts_at__gt=timezone.now())
    drafts = own_drafts(person).filter(closed_at=None).count()
    return Counts(drafts=drafts, appointments=coming.count(), unread=unread, **numbers)


def found_by_number(requests: ServiceRequestQuerySet, asked: str) -> ServiceRequestQuerySet:
    """Those of these whose number, or number at the office, holds what was written, in either digit set."""
    number = digits(asked).replace(" ", "")[:LONGEST_NUMBER].upper()
    if not number:
        return requests
    within = Q(number__contains=number) | Q(transaction_number__contains=number)
    return requests.filter(within | Q(serial=int(number)) if _SERIAL.fullmatch(number) else within)


def states_of(statuses: Collection[Status]) -> dict[str, tuple[str, list[Status]]]:
    """The states a citizen tells apart: key → his words for it, and the statuses they stand for."""
    states: dict[str, tuple[str, list[Status]]] = {}
    keys: dict[str, str] = {}
    for status in (status for status in Status if status in statuses):
        words = str(CITIZENS_WORDS[status])
        key = keys.setdefault(words, str(status.value))
        states.setdefault(key, (words, []))[1].append(status)
    return states


def request_rows(
    requests: Iterable[ServiceRequest], names: Mapping[int, str], unread: Mapping[int, int]
) -> list[RequestRow]:
    """The rows of a list; what they are called and what waits in them was read for all at once."""
    return [
        RequestRow(
            public_id=str(request.public_id),
            number=request.number,
            service=names[request.service_id],
            submitted_at=request.submitted_at,
            beneficiary=request.applicant_name,
            badge=badge_of(request.status),
            unread=unread.get(request.pk, 0),
            answer=Truncator(request.outcome_note).chars(_EXCERPT) if request.closed_at else "",
            acting_for=str(request.acting_for or ""),
        )
        for request in requests
    ]


def groups_of(
    numbers: Mapping[int, int], services: Mapping[int, int], unread: Mapping[int, int], names: Mapping[int, str]
) -> list[ServiceGroup]:
    """By service, those with the most requests first; `services` is the service of each request that waits."""
    waiting: dict[int, int] = {}
    for request, number in unread.items():
        service = services.get(request)
        if service is not None:
            waiting[service] = waiting.get(service, 0) + number
    groups = [
        ServiceGroup(service, names[service], number, waiting.get(service, 0)) for service, number in numbers.items()
    ]
    return sorted(groups, key=lambda group: (-group.number, group.name))


def draft_rows(person: User, *, until: datetime | None = None) -> list[DraftRow]:
    """His drafts; with a moment, those that will be deleted by then."""
    chosen: QuerySet[Draft] = own_drafts(person).filter(closed_at=None)
    if until:
        chosen = chosen.filter(updated_at__lt=until - KEPT_FOR)
    chosen = chosen.annotate(slug=F("service__slug")).select_related("acting_for").defer("data")
    drafts = list(chosen.order_by("-updated_at"))
    names = service_names({draft.service_id for draft in drafts}) if drafts else {}
    return [
        DraftRow(
            str(draft.public_id),
            office_slug(draft.acting_for, draft.slug),
            names[draft.service_id],
            draft.updated_at,
            draft.updated_at + KEPT_FOR,
            str(draft.acting_for or ""),
        )
        for draft in drafts
    ]


def bookings_of(person: User) -> "QuerySet[Booking]":
    """The appointments of his requests."""
    return Booking.objects.filter(request__in=own_requests(person))


def appointments_between(person: User, first: datetime, last: datetime) -> "QuerySet[Booking]":
    """Those that stand, in this time."""
    return bookings_of(person).filter(state=Booking.State.CONFIRMED, slot__starts_at__range=(first, last))


def appointment_rows(bookings: "QuerySet[Booking]") -> list[AppointmentRow]:
    """With where and when, by the clock of the place."""
    booked = list(bookings.select_related("slot__calendar__organisation", "request").defer("request__answers"))
    ids = {booking.request.service_id for booking in booked if booking.request}
    names = service_names(ids) if ids else {}
    return [
        AppointmentRow(
            public_id=str(booking.request.public_id),
            number=booking.request.number,
            service=names[booking.request.service_id],
            day=day_text(booking.starts_at.date(), _language()),
            clock=booking.clock,
            calendar=in_language(booking.slot.calendar.name),
            place=in_language(booking.slot.calendar.place or {}),
            state=booking.get_state_display(),
            is_cancelled=booking.state == Booking.State.CANCELLED,
        )
        for booking in booked
        if booking.request
    ]


def message_rows(messages: Sequence[Message]) -> list[MessageRow]:
    """Messages that were read with their department and their request with its body."""
    names = service_names({said.request.service_id for said in messages}) if messages else {}
    return [
        MessageRow(
            public_id=str(said.request.public_id),
            number=said.request.number,
            service=names[said.request.service_id],
            department=in_language(said.office),
            excerpt=Truncator(said.text).chars(_EXCERPT),
            written_at=said.written_at,
            is_read=said.is_read,  # type: ignore[attr-defined]  # reading.messages_to
        )
        for said in messages
    ]


def soon(days: int) -> tuple[datetime, datetime]:
    """From now until so many days later."""
    now = timezone.now()
    return now, now + timedelta(days=days)


def _language() -> str:
    return (get_language() or "ar").split("-")[0]
