"""The same actions on many requests at once: a fixed number of statements per batch, however many are in it.

The rows are locked and judged in one SELECT, then each group that stands in the same stage is moved by
one UPDATE, and history, messages and notices are written together. What cannot move is told per request.
On SQLite a transaction has the whole database for itself, so its SELECT needs no lock.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from service_requests.casework import asking
from service_requests.history.reasons import BULK, written
from service_requests.history.writing import record_changes
from service_requests.notices.outbox import announce_many
from service_requests.records.models import Message, ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.deadlines import OWN_TIMES, after_moves, apart, of_news, update_each
from service_requests.workflow.guards import Ground, alone
from service_requests.workflow.moves import (
    MESSAGES,
    NotPossible,
    check_right,
    give_back,
    landing,
    obstacle,
    occasion_of,
    own_of,
)
from service_requests.workflow.permissions import ASSIGN, charges_to_process
from service_requests.workflow.permissions import BULK as BULK_RIGHT
from service_requests.workflow.placing import obstacles_to_place, placed, position_of
from service_requests.workflow.standing import Standing
from services_catalog.duties import Charge
from services_catalog.organisations.models import Department
from services_catalog.processes.models import workflow_of
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Outcome

if TYPE_CHECKING:
    from home.accounts.models import User

# The keys of one statement; whoever wants to see progress, or to stop, asks for fewer at a time (workflow.runs).
BATCH = 10_000
_NOT_LOOKED_AT = ("answers", "search_text", "outcome", "outcome_note", "updated_at", "closed_at", "submission_key",
                  "series", "year", "serial", "channel", "registered_by", "last_outcome", "transaction_number",
                  "identity_assurance")  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A request that stays as it is, and why."""

    number: str
    why: str
    request: int
    public_id: uuid.UUID

    @classmethod
    def of(cls, request: ServiceRequest, why: str) -> "Refusal":
        return cls(request.number, why, request.pk, request.public_id)


@dataclass(frozen=True)
class Done:
    """What became of a selection; `unseen` are keys in it that the person may not see, or not any more."""

    changed: int = 0
    refused: tuple[Refusal, ...] = ()
    unseen: tuple[int, ...] = ()

    def __add__(self, other: "Done") -> "Done":
        return Done(self.changed + other.changed, self.refused + other.refused, self.unseen + other.unseen)


def foresee_move(requests: Sequence[ServiceRequest], key: str, *, by: "User") -> Done:
    """What moving these requests would do, for a page that asks before it does."""
    return sorted_out(requests, _obstacles_to_move(requests, key, by, None, foresees=True))[1]


def move_many(ids: Collection[int], key: str, *, by: "User", note: str, to: Department | None = None) -> Done:
    """Choose one outcome for each of these requests that stands in a stage which offers it.

    Args:
        to: the department that a referral goes to.

    Raises:
        NotPossible: without a note.
        PermissionDenied: when the person may not change many at once, or not choose this outcome.
    """
    check_bulk(by)
    note = note.strip()
    if not note:
        raise NotPossible(_("Write why. The note is kept in the history of each request."))
    done = Done()
    for batch in batches(ids):
        with transaction.atomic():
            done += _move_batch(batch, key, by, note, to)
    return done


def assign_many(ids: Collection[int], *, by: "User", to: "User", reason: str = "") -> Done:
    """Put one person in charge of each of these that is open and belongs to a department of his.

    Raises:
        PermissionDenied: when the person may not change many at once, or not assign.
    """
    check_bulk(by)
    if not by.has_perm(ASSIGN):
        raise PermissionDenied
    done = Done()
    for batch in batches(ids):
        with transaction.atomic():
            done += _assign_batch(batch, by, to, reason.strip())
    return done


def foresee_assignment(requests: Sequence[ServiceRequest], *, by: "User", to: "User") -> Done:
    """What putting him in charge would do."""
    return sorted_out(requests, _obstacles_to_assign(requests, by, to))[1]


def check_bulk(by: "User") -> None:
    """Refuse who may not change many at once."""
    if not by.has_perm(BULK_RIGHT):
        raise PermissionDenied


def batches(ids: Collection[int]) -> Iterator[tuple[int, ...]]:
    """The keys in parts that one transaction is for."""
    # In one order for everyone, so that two selections that overlap never wait for each other in a ring.
    ordered = sorted(set(ids))
    return (tuple(ordered[start : start + BATCH]) for start in range(0, len(ordered), BATCH))


def locked(ids: Collection[int], by: "User", *also: str, without: Collection[str] = ()) -> list[ServiceRequest]:
    """Those of these requests that he may see, as they now are, until the transaction ends.

    Args:
        also: what they refer to and is read with them.
        without: columns that nobody looks at.
    """
    rows = visible_to(by).filter(pk__any_of=frozenset(ids)).order_by("pk").select_for_update(of=("self",))
    # Thousands of requests share a few bodies: each of these is read, and made, once.
    return list(rows.defer(*_NOT_LOOKED_AT, *without).prefetch_related("organisation", *also))


def sorted_out(requests: Sequence[ServiceRequest], obstacles: Sequence[str]) -> tuple[list[ServiceRequest], Done]:
    """Those that nothing stands in the way of, and what that comes to."""
    pairs = list(zip(requests, obstacles, strict=True))
    free = [request for request, why in pairs if not why]
    refused = tuple(Refusal.of(request, why) for request, why in pairs if why)
    return free, Done(len(free), refused)


def with_unseen(done: Done, ids: Collection[int], found: Sequence[ServiceRequest]) -> Done:
    """The same, with the keys of those that were not found for this person."""
    return replace(done, unseen=tuple(sorted(set(ids) - {request.pk for request in found})))


def _move_batch(ids: Collection[int], key: str, by: "User", note: str, to: Department | None) -> Done:
    requests = locked(ids, by, without=OWN_TIMES)
    free, done = sorted_out(requests, _obstacles_to_move(requests, key, by, to))
    for (version, stage_key), group in groupby(sorted(free, key=position_of), key=position_of):
        _move_group(list(group), version, stage_key, key, by, note, to)
    record_changes([request.pk for request in free], by=by, reason=written(note, source=BULK), outcome=key)
    return with_unseen(done, ids, requests)


def _obstacles_to_move(
    requests: Sequence[ServiceRequest], key: str, by: "User", to: Department | None, *, foresees: bool = False
) -> list[str]:
    """Why this outcome cannot be chosen for each of these; what is asked of all is read once for all."""
    positions = [position_of(request) for request in requests]
    outcomes = {(version, stage): workflow_of(version).stage(stage).outcome(key) for version, stage in set(positions)}
    standing = Standing.of(by, requests, key)
    ground = Ground(requests, [outcome for outcome in outcomes.values() if outcome])
    without_place = obstacles_to_place(requests, key, to, foresees=foresees)
    return [
        _obstacle_to_move(request, outcomes[position], key, standing, ground) or why
        for request, position, why in zip(requests, positions, without_place, strict=True)
    ]


def _obstacle_to_move(
    request: ServiceRequest, outcome: Outcome | None, key: str, standing: Standing, ground: Ground
) -> str:
    why = obstacle(request, key, standing)
    return why if why or outcome is None else alone(outcome) or ground.obstacle(request, outcome)


def _move_group(
    requests: list[ServiceRequest],
    version: str,
    stage_key: str,
    key: str,
    by: "User",
    note: str,
    to: Department | None,
) -> None:
    workflow = workflow_of(version)
    outcome = workflow.stage(stage_key).outcome(key)
    if outcome is None:
        return
    check_right(by, outcome)
    now, stage = timezone.now(), workflow.stage(outcome.target)
    landed = landing(stage, outcome, by=by, note=note, now=now)
    same, own = apart(after_moves(requests, stage, now=now))
    landed |= same
    here = ServiceRequest.objects.filter(pk__any_of={request.pk for request in requests}, stage_key=stage_key)
    here.update(**landed, **placed(stage, outcome, to))
    update_each(of_news(own, requests))
    waited = workflow.stage(stage_key).status is Status.WAITING_CITIZEN
    if stage.status is Status.WAITING_CITIZEN and not waited:
        asking.take_back(requests, by=by)
    give_back([request.pk for request in requests], landed, by=by)
    messages = _say(requests, MESSAGES.get(outcome.kind), by, note, landed["updated_at"])
    if outcome.tells_citizen:
        occasions = dict.fromkeys((request.pk for request in requests), occasion_of(outcome, landed))
        occasions |= {message.request_id: str(message.public_id) for message in messages}
        for request in requests:
            request.status = landed["status"]
        announce_many(outcome.kind, requests, occasions=occasions)


def _say(requests: list[ServiceRequest], kind: Any, by: "User", text: str, now: Any) -> list[Message]:
    if kind is None:
        return []
    return Message.objects.bulk_create(
        Message(request=request, kind=kind, author=by, department_id=request.department_id, text=text, written_at=now)
        for request in requests
    )


def _assign_batch(ids: Collection[int], by: "User", to: "User", reason: str) -> Done:
    requests = locked(ids, by)
    free, done = sorted_out(requests, _obstacles_to_assign(requests, by, to))
    keys = [request.pk for request in free]
    ServiceRequest.objects.filter(pk__any_of=keys).update(assignee=to, updated_at=timezone.now())
    record_changes(keys, by=by, reason=written(reason, source=BULK))
    return with_unseen(done, ids, requests)


def _obstacles_to_assign(requests: Sequence[ServiceRequest], by: "User", to: "User") -> list[str]:
    his = charges_to_process(to)
    return [own_of(request, by, to) or _obstacle_to_assign(request, to, his) for request in requests]


def _obstacle_to_assign(request: ServiceRequest, to: "User", his: tuple[Charge, ...]) -> str:
    if request.stage.is_closed:
        return _("It is closed.")
    if request.assignee_id == to.pk:
        return _("He is in charge of it already.")
    if not any(charge.covers(request.department_id, request.service_id) for charge in his):
        return _("He does not process requests of its department.")
    return ""
