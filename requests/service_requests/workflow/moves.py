"""What every move has in common. Private to workflow: others call `actions`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.models import FormVersion
from forms_builder.ports import registries
from forms_builder.validation import has_look_ups, used_up
from service_requests.appointments.booking import release_of
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import concerns, not_concerning, own_requests, visible_to
from service_requests.workflow.permissions import holds_right, is_anothers
from service_requests.workflow.standing import Standing
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind, Outcome, Stage

if TYPE_CHECKING:
    from home.accounts.models import User

# What a note becomes when it is said to the other side; a note of any other outcome stays in history.
MESSAGES = {
    Kind.ASK_CITIZEN: Message.Kind.QUESTION,
    Kind.ANSWERED: Message.Kind.ANSWER,
    Kind.APPROVE: Message.Kind.DECISION,
    Kind.REJECT: Message.Kind.DECISION,
}


def is_said(outcome: Outcome) -> bool:
    """Whether the note of this outcome reaches the other side as a message."""
    return outcome.kind in MESSAGES


def occasion_of(outcome: Outcome, landed: Mapping[str, Any]) -> str:
    """What tells one notice of this outcome from the next: of plain moves a request makes several."""
    plain = {Kind.MOVE, Kind.REFER, Kind.ANSWERED}
    moment: datetime = landed["updated_at"]
    return moment.isoformat() if outcome.kind in plain else ""


class NotPossible(Exception):
    """An action that cannot be done; its text says why, in the reader's language."""


def check_right(by: "User", outcome: Outcome) -> None:
    """Refuse an outcome that this person's groups do not allow."""
    if not outcome.is_citizens and not holds_right(by, outcome):
        raise PermissionDenied


def obstacle(request: ServiceRequest, key: str, standing: Standing) -> str:
    """Why this outcome cannot be chosen for this request now; empty when it can."""
    by = standing.person
    outcome = request.stage.outcome(key)
    if outcome is None:
        return _("It is “%(state)s”.") % {"state": in_language(request.stage.label)}
    if outcome.is_citizens:
        return ""
    own = own_of(request, by)
    if own:
        return own
    if outcome.kind is Kind.TAKE and is_anothers(request, by):
        return _("Somebody else is in charge of it.")
    return standing.obstacle(request, outcome)


def own_of(request: ServiceRequest, by: "User", to: "User | None" = None) -> str:
    """Why neither he nor who he puts in charge may work on it: it is his own; empty when it is not."""
    if request.applicant_id == by.pk:
        return _("This request is your own: a colleague has to work on it.")
    if to and request.applicant_id == to.pk:
        return _("%(person)s made this request: a colleague has to work on it.") % {"person": to.get_full_name()}
    if concerns(by, request) or (to and concerns(to, request)):
        return _("It is a request of an establishment that one of you acts for: a colleague has to work on it.")
    return ""


def landing(stage: Stage, outcome: Outcome, *, by: "User", note: str, now: datetime) -> dict[str, Any]:
    """The columns of a request that an outcome brings to `stage`."""
    columns: dict[str, Any] = {
        "stage_key": stage.key,
        "status": stage.status,
        "updated_at": now,
        "closed_at": now if stage.is_closed else None,
        "last_outcome": outcome.key,
        "outcome": outcome.key if stage.is_closed else "",
        "outcome_note": note if stage.is_closed else "",
    }
    if outcome.kind is Kind.TAKE:
        columns["assignee_id"] = by.pk
    return columns


def give_back(ids: Collection[int], landed: Mapping[str, Any], *, by: "User") -> None:
    """What comes of requests that were refused or called off: their times are free for others, and the entries of
    registries that they used up (a permit is renewed once) can be used again.
    """
    if landed["status"] not in {Status.REJECTED, Status.CANCELLED}:
        return
    release_of(ids, by=by)
    requests = ServiceRequest.objects.filter(pk__any_of=frozenset(ids))
    versions = FormVersion.objects.filter(pk__in=requests.order_by().values("form_version").distinct())
    # Of thousands the answers are read only where a form asks for entries at all.
    asking = {version.pk: version.value for version in versions if has_look_ups(version.value)}
    if not asking:
        return
    numbers, entries = set(), set()
    for version, number, answers in requests.filter(form_version__in=asking).values_list(
        "form_version", "number", "answers"
    ):
        used = used_up(asking[version], answers)
        entries |= used
        numbers |= {number} if used else set()
    if entries:
        registries().give_back(entries, of=numbers, by=by)


def hand_over(
    files: Sequence[Attachment], request: ServiceRequest, message: Message | None = None, *, by: "User"
) -> None:
    """Give files of this person, which belong to nothing yet, to a request, and to a message of it.

    Raises:
        NotPossible: when one of them was removed meanwhile: an answer would name a file that nobody can open.
    """
    own = Attachment.objects.filter(pk__in=[file.pk for file in files], owner=by, request=None, message=None)
    # Whoever removes one at the same moment has locked its row: what was seen before says nothing.
    if files and own.update(request=request, message=message) < len(files):
        raise NotPossible(
            _("Nothing was sent: a file was removed meanwhile, in another window. Look at your files again, then send.")
        )


def still_free(outcome: Outcome, by: "User") -> Q:
    """Nobody takes what a colleague was put in charge of."""
    return Q(assignee=None) | Q(assignee=by) if outcome.kind is Kind.TAKE else Q()


def reach(by: "User", outcome: Outcome) -> ServiceRequestQuerySet:
    """The requests on which this person may choose this outcome; nobody works on a request of his own."""
    return own_requests(by) if outcome.is_citizens else visible_to(by).filter(not_concerning(by))


def what_came_first(request: ServiceRequest, by: "User") -> str:
    """Why nothing was found to change: who changed it before, and where it stands now."""
    last = ServiceRequest.history.filter(id=request.pk).select_related("history_user").first()
    if last is None:
        return _("This request cannot be found.")
    now = ServiceRequest(workflow_version_id=last.workflow_version_id, stage_key=last.stage_key, status=last.status)
    if concerns(by, request):
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
