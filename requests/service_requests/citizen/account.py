"""“My account”: what needs me first, then my requests, drafts, appointments and messages, each under its tab.

Every choice is a link or a field of a form that is sent by GET, so that it works without script and can be kept.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cms.arabic import storable
from home.accounts.establishments.delegating import current_establishments
from home.accounts.models import User
from service_requests.appointments.models import Booking
from service_requests.citizen.needs import needs_of
from service_requests.citizen.reading import messages_to, seen_by, unread_by_request
from service_requests.citizen.rows import (
    LONGEST_NUMBER,
    appointment_rows,
    bookings_of,
    counts_of,
    draft_rows,
    found_by_number,
    groups_of,
    message_rows,
    request_rows,
    states_of,
)
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from services_catalog.processes.statuses import CLOSED, OPEN

OPEN_TAB, CLOSED_TAB, DRAFTS, APPOINTMENTS, MESSAGES = "open", "closed", "drafts", "appointments", "messages"
TABS = (OPEN_TAB, CLOSED_TAB, DRAFTS, APPOINTMENTS, MESSAGES)
PER_PAGE = 20
# Of past appointments: what is older stands in its request.
MOST_PAST = 50


@dataclass(frozen=True)
class Choice:
    """What of the list he wants to see; whatever is not understood is as if it were not said."""

    tab: str
    service: int | None
    state: str
    number: str
    office: str = ""

    @classmethod
    def of(cls, http: HttpRequest) -> "Choice":
        tab, service = http.GET.get("show", ""), http.GET.get("service", "")
        return cls(
            tab=tab if tab in TABS else OPEN_TAB,
            service=int(service) if service.isascii() and service.isdigit() and len(service) < 10 else None,
            state=http.GET.get("state", ""),
            number=storable(http.GET.get("number", "")).strip()[:LONGEST_NUMBER],
            office=http.GET.get("for", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.service or self.state or self.number or self.office)


@never_cache
@login_required
@require_GET
def request_list(http: HttpRequest) -> HttpResponse:
    """One tab of the account."""
    person = http.user
    assert isinstance(person, User)  # login_required stands before
    choice, unread = Choice.of(http), unread_by_request(person)
    context: dict[str, Any] = {
        "choice": choice,
        "tab": choice.tab,
        "needs": needs_of(person),
        "counts": counts_of(person, unread=sum(unread.values())),
    }
    match choice.tab:
        case "drafts":
            context["rows"] = draft_rows(person)
        case "appointments":
            context |= _appointments(person)
        case "messages":
            said = messages_to(person).annotate(is_read=seen_by(person))
            said = said.select_related("department", "request__organisation")
            page = _page(http, said.order_by("-written_at", "-id"))
            context |= {"page": page, "rows": message_rows(list(page))}
        case _:
            context |= _requests(http, person, choice, unread)
    return render(http, "pages/requests/list.html", context)


def _requests(http: HttpRequest, person: User, choice: Choice, unread: dict[int, int]) -> dict[str, Any]:
    """Requests that run or ended. A number is looked for among all of them: who looks for one forgot where it is."""
    statuses = CLOSED if choice.tab == CLOSED_TAB else OPEN
    mine = own_requests(person)
    of_tab = mine.filter(status__in=statuses)
    numbers = dict(of_tab.order_by().values_list("service").annotate(number=Count("pk")))
    states = states_of(statuses)
    chosen = found_by_number(mine, choice.number) if choice.number else of_tab
    narrowed = Q(service=choice.service) if choice.service else Q()
    # Those he acts for today; what he asked for besides is among all of them.
    offices = list(current_establishments(person))
    office = next((one for one in offices if str(one.public_id) == choice.office), None)
    if office:
        narrowed &= Q(acting_for=office)
    if choice.state in states:
        narrowed &= Q(status__in=states[choice.state][1])
    rows = chosen.filter(narrowed).select_related("acting_for").defer("answers", "search_text")
    page = _page(http, rows.waiting_first())
    services = dict(of_tab.filter(pk__in=unread).values_list("pk", "service")) if unread else {}
    ids = {*numbers, *(request.service_id for request in page)}
    names = service_names(ids) if ids else {}
    return {
        "page": page,
        "rows": request_rows(page, names, unread),
        "groups": groups_of(numbers, services, unread, names),
        "offices": offices,
        "states": [(key, words) for key, (words, _statuses) in states.items()],
    }


def _appointments(person: User) -> dict[str, Any]:
    now, booked = timezone.now(), bookings_of(person)
    coming = booked.filter(slot__starts_at__gt=now, state=Booking.State.CONFIRMED)
    past = booked.exclude(pk__in=coming.values("pk")).exclude(state=Booking.State.HELD)
    return {
        "rows": appointment_rows(coming.order_by("slot__starts_at")),
        "past": appointment_rows(past.order_by("-slot__starts_at")[:MOST_PAST]),
    }


def _page(http: HttpRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(http.GET.get("page"))
