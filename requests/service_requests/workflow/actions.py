"""What may happen to a request on its way through a process. Pages, jobs, imports and the API call these.

Each action is one transaction: a conditional UPDATE on the stage the caller saw, a history row with
the person and the reason, a message where one was said, and the notice to the citizen. Of two people
who press at the same moment exactly one finds a row to change; the other is told who was first.

The UPDATE runs on the requests the person may reach, so an action on somebody else's request finds
nothing. What an outcome leads to is asked of the workflow; no stage is named here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from service_requests.history.reasons import written
from service_requests.history.writing import record_changes
from service_requests.notices.outbox import announce
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.many import assign_many, move_many
from service_requests.workflow.moves import (
    MESSAGES,
    NotPossible,
    check_right,
    give_back_appointments,
    landing,
    obstacle,
    occasion_of,
    reach,
    still_free,
    what_came_first,
)
from service_requests.workflow.permissions import ASSIGN, staff_of
from service_requests.workflow.placing import obstacles_to_place, placed
from services_catalog.organisations.models import Department
from services_catalog.processes.workflow import Kind, Outcome

if TYPE_CHECKING:
    from home.accounts.models import User

__all__ = [
    "NotPossible",
    "answer",
    "approve",
    "ask_citizen",
    "assign",
    "assign_many",
    "choose",
    "move_many",
    "reject",
    "take",
]


def take(request: ServiceRequest, *, by: "User") -> None:
    """Begin to work on it, and be in charge of it."""
    choose(request, _first(request, Kind.TAKE, by), by=by)


def ask_citizen(request: ServiceRequest, *, by: "User", text: str) -> None:
    """Ask the applicant for something; the request waits for his answer."""
    choose(request, _first(request, Kind.ASK_CITIZEN, by), by=by, note=text)


def answer(request: ServiceRequest, *, by: "User", text: str, files: Sequence[Attachment] = ()) -> None:
    """The applicant's answer, with files of his own that belong to nothing yet; brings the request back."""
    with transaction.atomic():
        message = choose(request, _first(request, Kind.ANSWERED, by), by=by, note=text)
        Attachment.objects.filter(pk__in=[file.pk for file in files], owner=by, message=None).update(
            request=request, message=message
        )


def approve(request: ServiceRequest, *, by: "User", note: str = "") -> None:
    """Grant what was asked for."""
    choose(request, _first(request, Kind.APPROVE, by), by=by, note=note)


def reject(request: ServiceRequest, *, by: "User", reason: str) -> None:
    """Refuse it; the applicant reads the reason."""
    choose(request, _first(request, Kind.REJECT, by), by=by, note=reason)


@transaction.atomic
def choose(
    request: ServiceRequest, key: str, *, by: "User", note: str = "", to: Department | None = None
) -> Message | None:
    """Choose an outcome of the stage the request stands in; what was said by it, if anything.

    Args:
        to: the department that a referral goes to; one of the request's organisation.

    Raises:
        NotPossible: when somebody was first, when a note or a department is missing, or for a request of one's own.
        PermissionDenied: when the person's groups do not allow it.
    """
    outcome = _offered(request, key, by)
    note = note.strip()
    if outcome.needs_note and not note:
        raise NotPossible(_("Write what is asked for, or why."))
    without_place = obstacles_to_place([request], key, to)[0]
    if without_place:
        raise NotPossible(without_place)
    placement = placed(request.workflow.stage(outcome.target), outcome, to)
    landed = landing(request.workflow.stage(outcome.target), outcome, by=by, note=note, now=timezone.now())
    seen: dict[str, Any] = {"workflow_version": request.workflow_version_id, "stage_key": request.stage_key}
    if placement:
        # A referral may leave the stage as it is: of two who refer it, one finds it where he saw it.
        seen["department"] = request.department_id
    here = reach(by, outcome).filter(pk=request.pk, **seen)
    if not here.filter(still_free(outcome, by)).update(**landed, **placement):
        raise NotPossible(what_came_first(request, by))
    record_changes([request.pk], by=by, reason=written(note))
    give_back_appointments([request.pk], landed, by=by)
    for name, value in landed.items():
        setattr(request, name, value)
    if placement:
        request.refresh_from_db(fields=["department", "assignee"])
    message = _say(request, outcome, by=by, text=note)
    if outcome.tells_citizen:
        announce(outcome.kind, request, occasion=str(message.public_id) if message else occasion_of(outcome, landed))
    return message


@transaction.atomic
def assign(request: ServiceRequest, *, by: "User", to: "User | None", reason: str = "") -> None:
    """Put somebody of its department in charge of it, or nobody.

    Raises:
        NotPossible: when he does not work there, or somebody else changed who is in charge.
        PermissionDenied: when the person's groups do not allow it.
    """
    if not by.has_perm(ASSIGN):
        raise PermissionDenied
    if to and not staff_of([request.department_id]).filter(pk=to.pk).exists():
        raise NotPossible(
            _("%(person)s does not process requests of this department.") % {"person": to.get_full_name()}
        )
    now = timezone.now()
    unchanged = visible_to(by).open().filter(pk=request.pk, assignee=request.assignee_id)
    if not unchanged.update(assignee=to, updated_at=now):
        raise NotPossible(what_came_first(request, by))
    record_changes([request.pk], by=by, reason=written(reason.strip()))
    request.assignee, request.updated_at = to, now


def _first(request: ServiceRequest, kind: Kind, by: "User") -> str:
    """Key of the outcome of this kind that its stage offers."""
    outcome = request.stage.of_kind(kind)
    if outcome is None:
        raise NotPossible(what_came_first(request, by))
    return outcome.key


def _offered(request: ServiceRequest, key: str, by: "User") -> Outcome:
    outcome = request.stage.outcome(key)
    if outcome is None:
        raise NotPossible(what_came_first(request, by))
    check_right(by, outcome)
    in_the_way = obstacle(request, key, by)
    if in_the_way:
        raise NotPossible(in_the_way)
    return outcome


def _say(request: ServiceRequest, outcome: Outcome, *, by: "User", text: str) -> Message | None:
    kind = MESSAGES.get(outcome.kind)
    if not text or kind is None:
        return None
    return Message.objects.create(request=request, kind=kind, author=by, text=text, written_at=request.updated_at)
