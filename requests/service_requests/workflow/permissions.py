"""Who may do what to a request. Pages ask before they offer something, actions before they do it.

Rights come from groups (workflow.groups). Which requests a person may reach at all is another question
(records.scope).
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from service_requests.records.models import ServiceRequest
from services_catalog.processes.workflow import Kind, Outcome

if TYPE_CHECKING:
    from home.accounts.models import User

PROCESS = "service_requests.process_servicerequest"
ASSIGN = "service_requests.assign_servicerequest"
BULK = "service_requests.bulk_servicerequest"
EXPORT = "service_requests.export_servicerequest"
IMPORT = "service_requests.import_servicerequest"
HISTORY = "service_requests.history_servicerequest"


def permitted(request: ServiceRequest, user: "User") -> list[Outcome]:
    """What this member of staff may do with this request now, in the order of its workflow."""
    if request.applicant_id == user.pk:
        return []
    return [
        outcome
        for outcome in request.stage.outcomes
        if holds_right(user, outcome) and not (outcome.kind is Kind.TAKE and is_anothers(request, user))
    ]


def holds_right(user: "User", outcome: Outcome) -> bool:
    """Whether this is an outcome for staff, and his groups allow it to him."""
    return not outcome.is_citizens and user.has_perm(f"service_requests.{outcome.permission}")


def is_anothers(request: ServiceRequest, user: "User") -> bool:
    """Whether somebody else was put in charge of it."""
    return request.assignee_id not in {None, user.pk}


def may_assign(request: ServiceRequest, user: "User") -> bool:
    """Whether he may put somebody in charge of it."""
    return not request.stage.is_closed and user.has_perm(ASSIGN)


def staff_of(departments: "QuerySet[Any, Any] | list[int]") -> "QuerySet[User]":
    """Active staff of these departments who may process requests."""
    people = get_user_model().objects.filter(memberships__department__in=departments, is_active=True)
    rights = Permission.objects.filter(content_type__app_label="service_requests", codename=PROCESS.split(".")[1])
    allowed = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights) | Q(is_superuser=True)
    return people.filter(allowed).distinct().order_by("full_name", "username")


def departments_to_process(person: "User") -> set[int]:
    """Keys of the departments in which he processes requests."""
    if not person.is_active or not person.has_perm(PROCESS):
        return set()
    return set(person.memberships.values_list("department", flat=True))
