"""Who may do what to a request. Pages ask before they offer something, actions before they do it.

Rights come from groups (workflow.groups). Of what his groups allow, a person may do on a request what his posts and
his earlier part in it leave to him (workflow.standing). Which requests he may reach at all is another question
(records.scope).
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from service_requests.records.models import ServiceRequest
from service_requests.records.scope import concerns
from service_requests.workflow.standing import Standing
from services_catalog.duties import Charge, charges_in, charges_of
from services_catalog.processes.workflow import Kind, Outcome

if TYPE_CHECKING:
    from home.accounts.models import User

PROCESS = "service_requests.process_servicerequest"
ASSIGN = "service_requests.assign_servicerequest"
BULK = "service_requests.bulk_servicerequest"
EXPORT = "service_requests.export_servicerequest"
IMPORT = "service_requests.import_servicerequest"
HISTORY = "service_requests.history_servicerequest"
REGISTER = "service_requests.register_servicerequest"


def permitted(request: ServiceRequest, user: "User") -> list[Outcome]:
    """What this member of staff may do with this request now, in the order of its workflow."""
    if concerns(user, request):
        return []
    rightful = [outcome for outcome in request.stage.outcomes if holds_right(user, outcome)]
    if not rightful:
        return []
    standing = Standing.of(user, [request])
    return [
        outcome
        for outcome in rightful
        if not standing.obstacle(request, outcome) and not (outcome.kind is Kind.TAKE and is_anothers(request, user))
    ]


def holds_right(user: "User", outcome: Outcome) -> bool:
    """Whether this is an outcome for staff, and his groups allow it to him."""
    return not outcome.is_citizens and user.has_perm(f"service_requests.{outcome.permission}")


def is_anothers(request: ServiceRequest, user: "User") -> bool:
    """Whether somebody else was put in charge of it."""
    return request.assignee_id not in {None, user.pk}


def may_assign(request: ServiceRequest, user: "User") -> bool:
    """Whether he may put somebody in charge of it; for his own a colleague does."""
    return not request.stage.is_closed and not concerns(user, request) and user.has_perm(ASSIGN)


def staff_of(departments: "QuerySet[Any, Any] | Collection[int]", *, service: int | None = None) -> "QuerySet[User]":
    """Active staff who have a post in these departments today and may process requests.

    With a service: only those who have a post there that is for it.
    """
    there = [
        person
        for person, charges in charges_in(departments).items()
        if service is None or any(charge.covers(charge.department, service) for charge in charges)
    ]
    rights = Permission.objects.filter(content_type__app_label="service_requests", codename=PROCESS.split(".")[1])
    allowed = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights) | Q(is_superuser=True)
    people = get_user_model().objects.filter(allowed, pk__in=there, is_active=True)
    return people.distinct().order_by("full_name", "username")


def charges_to_process(person: "User") -> tuple[Charge, ...]:
    """What he processes requests of: by his posts of today; nothing without the right to process."""
    return charges_of(person) if person.is_active and person.has_perm(PROCESS) else ()


def gone_from(requests: Iterable[ServiceRequest]) -> set[int]:
    """Keys of those open requests whose person in charge has no post for them any more, not even as a substitute.

    Who is absent still works there. A fixed number of queries for any number of requests.
    """
    kept = [request for request in requests if request.assignee_id and not request.stage.is_closed]
    if not kept:
        return set()
    charges = charges_in({request.department_id for request in kept})
    dismissed = set(
        get_user_model()
        .objects.filter(pk__in={request.assignee_id for request in kept}, is_active=False)
        .values_list("pk", flat=True)
    )
    return {
        request.pk
        for request in kept
        if request.assignee_id in dismissed
        or not any(
            charge.covers(request.department_id, request.service_id)
            for charge in charges.get(request.assignee_id or 0, ())
        )
    }
