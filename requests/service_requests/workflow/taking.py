"""“Take next”: the oldest due request that waits for somebody, for whoever asks first."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from service_requests.history.reasons import written
from service_requests.history.writing import record_changes
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import not_concerning, visible_to
from service_requests.workflow.actions import choose
from service_requests.workflow.moves import NotPossible
from service_requests.workflow.permissions import PROCESS, permitted
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind

if TYPE_CHECKING:
    from home.accounts.models import User

# Of a queue in which so many in a row are not for him, he is told that there is nothing.
_MOST_LOOKED_AT = 500


def take_next(*, by: "User") -> ServiceRequest | None:
    """The request he is in charge of now; None when none waits for him.

    Of two people who ask at the same moment each gets another one: a request that somebody else takes
    meanwhile is passed over.

    Raises:
        PermissionDenied: when he processes no requests.
    """
    if not by.has_perm(PROCESS):
        raise PermissionDenied
    for request in waiting_for(by)[:_MOST_LOOKED_AT]:
        if _taken(request, by):
            return request
    return None


def waiting_for(person: "User") -> ServiceRequestQuerySet:
    """What nobody works on yet, and what he was put in charge of and has not begun."""
    nobodys = Q(assignee=None) | Q(assignee=person, status=Status.SUBMITTED)
    waiting = visible_to(person).open().filter(nobodys).filter(not_concerning(person))
    related = ("organisation", "department", "form_version")
    return waiting.exclude(status=Status.WAITING_CITIZEN).select_related(*related).oldest_due_first()


def _taken(request: ServiceRequest, by: "User") -> bool:
    offered = permitted(request, by)
    taking = next((outcome for outcome in offered if outcome.kind is Kind.TAKE), None)
    if taking:
        try:
            choose(request, taking.key, by=by)
        except NotPossible:
            return False
        return True
    return bool(offered) and _put_in_charge(request, by)


@transaction.atomic
def _put_in_charge(request: ServiceRequest, by: "User") -> bool:
    """In a stage that nobody takes by an outcome: he is in charge if still nobody is."""
    now = timezone.now()
    seen = {"workflow_version": request.workflow_version_id, "stage_key": request.stage_key, "assignee": None}
    if not visible_to(by).filter(pk=request.pk, **seen).update(assignee=by, updated_at=now):
        return False
    record_changes([request.pk], by=by, reason=written(""))
    request.assignee, request.updated_at = by, now
    return True
