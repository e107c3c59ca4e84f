"""What may happen to a request on its way through a process. Pages, jobs, imports and the API call these.

Each action is one transaction: a conditional UPDATE on the stage the caller saw, a history row with
the person and the reason, a message where one was said, and the notice to the citizen. Of two people
who press at the same moment exactly one finds a row to change; the other is told who was first.

The UPDATE runs on the requests the person may reach, so an action on somebody else's request finds
nothing. What an outcome leads to is asked of the workflow; no stage is named here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.languages import in_language
from service_requests.history.reasons import written
from service_requests.history.writing import record_changes
from service_requests.notices.outbox import announce
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import own_requests, visible_to
from service_requests.workflow.permissions import ASSIGN, holds_right, is_anothers, staff_of
from services_catalog.processes.workflow import ANSWERED, APPROVE, ASK_CITIZEN, REJECT, TAKE, Outcome, Stage

if TYPE_CHECKING:
    from home.accounts.models import User

_MESSAGES = {
    ASK_CITIZEN: Message.Kind.QUESTION,
    ANSWERED: Message.Kind.ANSWER,
    APPROVE: Message.Kind.DECISION,
    REJECT: Message.Kind.DECISION,
}


class NotPossible(Exception):
    """An action that cannot be done; its text says why, in the reader's language."""


def take(request: ServiceRequest, *, by: "User") -> None:
    """Begin to work on it, and be in charge of it."""
    if request.assignee and is_anothers(request, by):
        raise NotPossible(_("%(person)s is in charge of this request.") % {"person": request.assignee.get_full_name()})
    _move(request, TAKE, by=by)


def ask_citizen(request: ServiceRequest, *, by: "User", text: str) -> None:
    """Ask the applicant for something; the request waits for his answer."""
    _move(request, ASK_CITIZEN, by=by, note=text)


def answer(request: ServiceRequest, *, by: "User", text: str, files: Sequence[Attachment] = ()) -> None:
    """The applicant's answer, with files of his own that belong to nothing yet; brings the request back."""
    with transaction.atomic():
        message = _move(request, ANSWERED, by=by, note=text)
        Attachment.objects.filter(pk__in=[file.pk for file in files], owner=by, message=None).update(
            request=request, message=message
        )


def approve(request: ServiceRequest, *, by: "User", note: str = "") -> None:
    """Grant what was asked for."""
    _move(request, APPROVE, by=by, note=note)


def reject(request: ServiceRequest, *, by: "User", reason: str) -> None:
    """Refuse it; the applicant reads the reason."""
    _move(request, REJECT, by=by, note=reason)


@transaction.atomic
def assign(request: ServiceRequest, *, by: "User", to: "User | None", reason: str = "") -> None:
    """Put somebody of its department in charge of it, or nobody."""
    if not by.has_perm(ASSIGN):
        raise PermissionDenied
    if to and not staff_of([request.department_id]).filter(pk=to.pk).exists():
        raise NotPossible(_("%(person)s does not process requests of this department.") % {"person": to.get_full_name()})
    now = timezone.now()
    changed = (
        visible_to(by)
        .open()
        .filter(pk=request.pk, assignee=request.assignee_id)
        .update(assignee=to, updated_at=now)
    )
    if not changed:
        raise NotPossible(_what_came_first(request, by))
    record_changes([request.pk], by=by, reason=written(reason))
    request.assignee, request.updated_at = to, now


@transaction.atomic
def _move(request: ServiceRequest, key: str, *, by: "User", note: str = "") -> Message | None:
    outcome = _offered(request, key, by)
    note = note.strip()
    if outcome.needs_note and not note:
        raise NotPossible(_("Write what is asked for, or why."))
    landed = landing(request.workflow.stage(outcome.target), outcome, by=by, note=note, now=timezone.now())
    here = reach(by, outcome).filter(pk=request.pk, workflow_key=request.workflow_key, stage_key=request.stage_key)
    if not here.filter(still_free(outcome, by)).update(**landed):
        raise NotPossible(_what_came_first(request, by))
    record_changes([request.pk], by=by, reason=written(note))
    for name, value in landed.items():
        setattr(request, name, value)
    message = _say(request, outcome, by=by, text=note)
    if outcome.tells_citizen:
        announce(outcome.key, request, occasion=str(message.public_id) if message else "")
    return message


def landing(stage: Stage, outcome: Outcome, *, by: "User", note: str, now: datetime) -> dict[str, Any]:
    """The columns of a request that an outcome brings to `stage`."""
    columns: dict[str, Any] = {
        "stage_key": stage.key,
        "status": stage.status,
        "updated_at": now,
        "closed_at": now if stage.is_closed else None,
        "outcome": outcome.key if stage.is_closed else "",
        "outcome_note": note if stage.is_closed else "",
    }
    if outcome.key == TAKE:
        columns["assignee_id"] = by.pk
    return columns


def still_free(outcome: Outcome, by: "User") -> Q:
    """Nobody takes what a colleague was put in charge of."""
    return Q(assignee=None) | Q(assignee=by) if outcome.key == TAKE else Q()


def reach(by: "User", outcome: Outcome) -> ServiceRequestQuerySet:
    """The requests on which this person may choose this outcome; nobody works on a request of his own."""
    return own_requests(by) if outcome.is_citizens else visible_to(by).exclude(applicant=by)


def message_kind(outcome: Outcome) -> Message.Kind | None:
    return _MESSAGES.get(outcome.key)


def _offered(request: ServiceRequest, key: str, by: "User") -> Outcome:
    outcome = request.stage.outcome(key)
    if outcome is None:
        raise NotPossible(_what_came_first(request, by))
    if outcome.is_citizens:
        return outcome
    if not holds_right(by, outcome):
        raise PermissionDenied
    if request.applicant_id == by.pk:
        raise NotPossible(_("This request is your own: a colleague has to work on it."))
    return outcome


def _say(request: ServiceRequest, outcome: Outcome, *, by: "User", text: str) -> Message | None:
    kind = message_kind(outcome)
    if not text or kind is None:
        return None
    return Message.objects.create(request=request, kind=kind, author=by, text=text, written_at=request.updated_at)


def _what_came_first(request: ServiceRequest, by: "User") -> str:
    """Why nothing was found to change: who changed it before, and where it stands now."""
    last = ServiceRequest.history.filter(id=request.pk).select_related("history_user").first()
    if last is None:
        return _("This request cannot be found.")
    now = ServiceRequest(workflow_key=last.workflow_key, stage_key=last.stage_key, status=last.status)
    if request.applicant_id == by.pk:
        # Applicants read no names of staff.
        return _("This is not possible any more. The request is now “%(state)s”.") % {"state": now.citizens_status}
    state = in_language(now.stage.label)
    if last.history_user_id == by.pk:
        return _("You have done this already. The request is now “%(state)s”.") % {"state": state}
    if last.history_user is None:
        return _("The request is now “%(state)s”. Look at it again before you go on.") % {"state": state}
    return _("%(person)s was first. The request is now “%(state)s”. Look at it again before you go on.") % {
        "person": last.history_user.get_full_name(),
        "state": state,
    }
