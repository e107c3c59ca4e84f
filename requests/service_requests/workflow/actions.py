"""What may happen to a request on its way through a process. Pages, jobs, imports and the API call these.

Each action is one transaction: a conditional UPDATE on the stage the caller saw, a history row with
the person and the reason, a message where one was said, and the notice to the citizen. Of two people
who press at the same moment exactly one finds a row to change; the other is told who was first.

The UPDATE runs on the requests the person may reach, so an action on somebody else's request finds
nothing. What an outcome leads to is asked of the workflow; no stage is named here.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from service_requests.casework import asking, corrections
from service_requests.casework.amounts import Line, set_lines
from service_requests.casework.asking import Wanted, open_documents
from service_requests.casework.models import AskedDocument, Correction
from service_requests.documents.issuing import NotIssued, issue
from service_requests.history.reasons import WRITTEN_TO, written
from service_requests.history.writing import record_changes
from service_requests.notices.outbox import announce
from service_requests.notices.staff import StaffNotice, tell_staff
from service_requests.notices.texts import WRITTEN
from service_requests.records.facts import followed, found_by
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.records.search import search_text_of
from service_requests.workflow.deadlines import Terms, after_move, read_clock_again
from service_requests.workflow.guards import Ground, lack
from service_requests.workflow.many import assign_many, move_many
from service_requests.workflow.moves import (
    MESSAGES,
    NotPossible,
    check_right,
    give_back,
    hand_over,
    landing,
    obstacle,
    occasion_of,
    own_of,
    reach,
    still_free,
    what_came_first,
)
from service_requests.workflow.objections import object_to
from service_requests.workflow.permissions import ASSIGN, PROCESS, staff_of
from service_requests.workflow.placing import obstacles_to_place, placed
from service_requests.workflow.standing import Standing
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
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
    "correct",
    "file_under",
    "move_many",
    "object_to",
    "reject",
    "take",
    "withdraw",
    "write_to",
]


def take(request: ServiceRequest, *, by: "User") -> None:
    """Begin to work on it, and be in charge of it."""
    choose(request, _first(request, Kind.TAKE, by), by=by)


def ask_citizen(request: ServiceRequest, *, by: "User", text: str, documents: Sequence[Wanted] = ()) -> None:
    """Ask the applicant for something, or for documents one by one; the request waits for his answer."""
    choose(request, _first(request, Kind.ASK_CITIZEN, by), by=by, note=text, documents=documents)


@transaction.atomic
def answer(request: ServiceRequest, *, by: "User", text: str, files: Sequence[Attachment] = ()) -> None:
    """The applicant's answer, with files of his own that belong to nothing yet; brings the request back.

    Documents he was asked for are answered by it, and their files are among those.
    """
    asked = open_documents(request)
    choose(request, _first(request, Kind.ANSWERED, by), by=by, note=text, files=files)
    asking.close(asked, by=by)


@transaction.atomic
def correct(
    request: ServiceRequest,
    correction: Correction,
    *,
    by: "User",
    answers: Mapping[str, Any],
    text: str = "",
    files: Sequence[Attachment] = (),
) -> None:
    """The applicant's correction of the questions that were given back; brings the request back, in one record.

    `answers` were checked by the form version of the request (casework.corrections.checked); `files` are those
    they name.
    """
    columns = {"answers": dict(answers), **followed(request, answers, request.form_version.value)}
    asked: list[AskedDocument] = open_documents(request)
    choose(request, _first(request, Kind.ANSWERED, by), by=by, note=text, corrected=columns)
    hand_over(files, request, by=by)
    corrections.close(correction, by=by)
    asking.close(asked, by=by)


def approve(request: ServiceRequest, *, by: "User", note: str = "") -> None:
    """Grant what was asked for."""
    choose(request, _first(request, Kind.APPROVE, by), by=by, note=note)


def reject(request: ServiceRequest, *, by: "User", reason: str) -> None:
    """Refuse it; the applicant reads the reason."""
    choose(request, _first(request, Kind.REJECT, by), by=by, note=reason)


@transaction.atomic
def withdraw(request: ServiceRequest, *, by: "User", reason: str) -> None:
    """The applicant calls it off, where its stage lets him. Whoever is in charge of it is told."""
    in_charge = request.assignee
    choose(request, _first(request, Kind.WITHDRAW, by), by=by, note=reason)
    if in_charge:
        tell_staff(StaffNotice.Event.WITHDRAWN, request, [in_charge], occasion=StaffNotice.Event.WITHDRAWN)


@transaction.atomic
def choose(
    request: ServiceRequest,
    key: str,
    *,
    by: "User",
    note: str = "",
    to: Department | None = None,
    files: Sequence[Attachment] = (),
    lines: Sequence[Line] = (),
    returned: Collection[str] = (),
    documents: Sequence[Wanted] = (),
    corrected: Mapping[str, Any] | None = None,
) -> Message | None:
    """Choose an outcome of the stage the request stands in; what was said by it, if anything.

    Args:
        to: the department that a referral goes to; one of the request's organisation.
        files: of the person, belonging to nothing yet.
        lines: what is to be paid, where the outcome sets it.
        returned: keys of questions that the citizen is to correct.
        documents: what the citizen is to bring.
        corrected: the columns that his correction changes.

    Raises:
        NotPossible: when somebody was first, when something it needs is missing, for a request of one's own, when it
            is the work of a role he does not have there, or when he did what must be another person's.
        PermissionDenied: when the person's groups do not allow it.
    """
    outcome, waited = _offered(request, key, by), request.status == Status.WAITING_CITIZEN
    note, speaks = note.strip(), None if outcome.is_citizens else request.department
    lacking = lack(outcome, note=note, files=files, lines=lines) or obstacles_to_place([request], key, to)[0]
    if lacking:
        raise NotPossible(lacking)
    landed, referred = _land(request, outcome, by=by, note=note, to=to, corrected=corrected or {})
    # The row is locked by now: what is looked at cannot change any more.
    missing = Ground([request], [outcome], by).obstacle(request, outcome)
    if missing:
        raise NotPossible(missing)
    if outcome.sets_amount:
        set_lines(request, lines, by=by, now=landed["updated_at"])
    if landed["status"] == Status.WAITING_CITIZEN and not waited:
        asking.take_back([request], by=by)
    record_changes([request.pk], by=by, reason=written(note), outcome=outcome.key)
    give_back([request.pk], landed, by=by)
    for name, value in landed.items():
        setattr(request, name, value)
    if referred:
        request.refresh_from_db(fields=["department", "assignee"])
    message = _say(request, outcome, by=by, text=note, department=speaks)
    hand_over(files, request, message, by=by)
    if message and outcome.kind is Kind.ASK_CITIZEN:
        corrections.ask(request, message, returned, by=by)
        asking.ask(request, message, documents, by=by)
    if outcome.tells_citizen:
        announce(outcome.kind, request, occasion=str(message.public_id) if message else occasion_of(outcome, landed))
    _issue(request, outcome, by=by)
    return message


@transaction.atomic
def assign(request: ServiceRequest, *, by: "User", to: "User | None", reason: str = "") -> None:
    """Put somebody of its department in charge of it, or nobody.

    Raises:
        NotPossible: when he does not work there, when one of the two made the request, or when somebody else changed
            who is in charge.
        PermissionDenied: when the person's groups do not allow it.
    """
    if not by.has_perm(ASSIGN):
        raise PermissionDenied
    own = own_of(request, by, to)
    if own:
        raise NotPossible(own)
    if to and not staff_of([request.department_id], service=request.service_id).filter(pk=to.pk).exists():
        raise NotPossible(
            _("%(person)s does not process requests of this department.") % {"person": to.get_full_name()}
        )
    now = timezone.now()
    # He was asked about for the department it was seen in.
    seen = {"department": request.department_id, "assignee": request.assignee_id}
    unchanged = visible_to(by).open().filter(pk=request.pk, **seen)
    if not unchanged.update(assignee=to, updated_at=now):
        raise NotPossible(what_came_first(request, by))
    record_changes([request.pk], by=by, reason=written(reason.strip()))
    request.assignee, request.updated_at = to, now


@transaction.atomic
def write_to(request: ServiceRequest, *, by: "User", text: str, files: Sequence[Attachment] = ()) -> Message:
    """Write to the applicant, with files; the request itself stays as it is, whatever its stage.

    Raises:
        NotPossible: without a text, and for a request of one's own.
        PermissionDenied: when the person may not write to citizens, or not see this request.
    """
    seen = visible_to(by).select_for_update(of=("self",)).filter(pk=request.pk)
    if not by.has_perm(PROCESS) or seen.first() is None:
        raise PermissionDenied
    own, text = own_of(request, by), text.strip()
    if own or not text:
        raise NotPossible(own or _("Write what the citizen is to read."))
    now = timezone.now()
    message = Message.objects.create(
        request=request, kind=Message.Kind.WORD, author=by, department=request.department, text=text, written_at=now
    )
    hand_over(files, request, message, by=by)
    # Nothing of the request changes, so the moment is that of the message.
    record_changes([request.pk], by=by, reason=written("", source=WRITTEN_TO), at=now)
    announce(WRITTEN, request, occasion=str(message.public_id))
    return message


@transaction.atomic
def file_under(request: ServiceRequest, number: str, *, by: "User") -> None:
    """Write down the number that the office files it under, or take it away again; the citizen reads it.

    Raises:
        NotPossible: for a request of one's own, and when somebody changed the request in between.
        PermissionDenied: when the person may not process requests.
    """
    if not by.has_perm(PROCESS):
        raise PermissionDenied
    own = own_of(request, by)
    if own:
        raise NotPossible(own)
    number, now = number.strip(), timezone.now()
    found = search_text_of(
        number=f"{request.number} {number}".strip(),
        name=request.applicant_name,
        identity=request.applicant_identity,
        mobile=request.applicant_mobile,
        establishment=found_by(request.acting_for),
    )
    as_seen = visible_to(by).filter(pk=request.pk, transaction_number=request.transaction_number)
    if not as_seen.update(transaction_number=number, search_text=found, updated_at=now):
        raise NotPossible(what_came_first(request, by))
    record_changes([request.pk], by=by)
    request.transaction_number, request.updated_at = number, now


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
    in_the_way = obstacle(request, key, Standing.of(by, [request], key))
    if in_the_way:
        raise NotPossible(in_the_way)
    return outcome


def _land(
    request: ServiceRequest,
    outcome: Outcome,
    *,
    by: "User",
    note: str,
    to: Department | None,
    corrected: Mapping[str, Any],
) -> tuple[dict[str, Any], bool]:
    """Bring the row to where the outcome leads, if it still is where he saw it.

    Returns:
        The columns that were set, and whether the outcome gave the request to another department. The object in hand
        is left as it was: what is checked next may still refuse.

    Raises:
        NotPossible: when somebody was first.
    """
    now, stage = timezone.now(), request.workflow.stage(outcome.target)
    placement = placed(stage, outcome, to)
    read_clock_again(request)
    landed = landing(stage, outcome, by=by, note=note, now=now)
    landed |= after_move(request, stage, now=now, terms=Terms([request]))
    landed |= corrected
    # A referral may leave the stage as it is: whoever comes after it does not find the request where he saw it.
    seen: dict[str, Any] = {
        "workflow_version": request.workflow_version_id,
        "stage_key": request.stage_key,
        "department": request.department_id,
    }
    if stage.key == request.stage_key:
        # It leaves no other trace that the next one could miss.
        seen["updated_at"] = request.updated_at
    here = reach(by, outcome).filter(pk=request.pk, **seen)
    if not here.filter(still_free(outcome, by)).update(**landed, **placement):
        raise NotPossible(what_came_first(request, by))
    return landed, bool(placement)


def _issue(request: ServiceRequest, outcome: Outcome, *, by: "User") -> None:
    """The document of this outcome, if any; last of all, because the next number waits for this transaction to end."""
    try:
        if outcome.issues:
            issue(request, outcome.issues, by=by)
    except NotIssued as refusal:
        raise NotPossible(str(refusal)) from refusal


def _say(
    request: ServiceRequest, outcome: Outcome, *, by: "User", text: str, department: Department | None
) -> Message | None:
    kind = MESSAGES.get(outcome.kind)
    if not text or kind is None:
        return None
    return Message.objects.create(
        request=request, kind=kind, author=by, department=department, text=text, written_at=request.updated_at
    )
