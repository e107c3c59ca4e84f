"""Begin a run, stop it, go on with it; and who sees which."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from cms.jobs.models import JobState
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import OVERSEE, VIEW
from service_requests.workflow.permissions import BULK
from service_requests.workflow.runs.models import BulkRun, packed
from service_requests.workflow.runs.working import carry_out, hand_to_worker
from services_catalog.organisations.models import Department
from services_catalog.organisations.scope import bodies_of

if TYPE_CHECKING:
    from home.accounts.models import User

# More than these are for a worker: nobody waits for them in front of a page.
AT_ONCE = 200
# More than these are chosen by narrowing the list: nobody overlooks what he confirms.
MOST = 20_000


@dataclass(frozen=True)
class Order:
    """What is to be done to each of many requests."""

    action: BulkRun.Action
    outcome_key: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    to_person: "User | None" = None
    to_department: Department | None = None


def start(
    order: Order, ids: Collection[int], *, by: "User", key: uuid.UUID | None = None, list_address: str = ""
) -> BulkRun:
    """Do it now where they are few; otherwise a worker begins soon. The run as it stands then.

    Args:
        key: of the run that is made; one that was made before by the same key is returned as it is.
    """
    made = key or uuid.uuid4()
    try:
        with transaction.atomic():
            _start(order, ids, made, by, list_address)
    except IntegrityError:
        if not BulkRun.objects.filter(public_id=made, started_by=by).exists():
            raise
    return BulkRun.objects.get(public_id=made)


def _start(order: Order, ids: Collection[int], key: uuid.UUID, by: "User", list_address: str) -> None:
    run = BulkRun.objects.create(
        public_id=key,
        started_by=by,
        action=order.action,
        outcome_key=order.outcome_key,
        texts=dict(order.texts),
        note=order.note,
        to_person=order.to_person,
        to_department=order.to_department,
        selection=packed(ids),
        total=len(set(ids)),
        list_address=list_address,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    bodies = ServiceRequest.objects.filter(pk__any_of=ids).order_by().values_list("organisation", flat=True).distinct()
    run.organisations.set(bodies)
    if run.total <= AT_ONCE:
        carry_out(run.pk)
    else:
        hand_to_worker(run)


def stop(run: BulkRun) -> None:
    """Ask it to end after the batch it is at."""
    BulkRun.objects.filter(pk=run.pk, state__in=[BulkRun.State.WAITING, BulkRun.State.RUNNING]).update(
        stop_requested=True
    )


@transaction.atomic
def go_on(run: BulkRun) -> bool:
    """Have a worker do the rest of a run that was stopped or ended early; of two who ask one starts it."""
    if run.left == 0 or not is_resting(run):
        return False
    unchanged = BulkRun.objects.filter(pk=run.pk, job=run.job_id, position=run.position, state=run.state)
    if not unchanged.update(
        state=BulkRun.State.WAITING, stop_requested=False, ended_because="", finished_at=None, job=None
    ):
        return False
    hand_to_worker(run)
    return True


def is_resting(run: BulkRun) -> bool:
    """Whether nothing happens to it unless somebody has it go on."""
    return run.state in {BulkRun.State.STOPPED, BulkRun.State.FAILED} or has_been_given_up(run)


def has_been_given_up(run: BulkRun) -> bool:
    """Whether its job failed for good: it will not go on by itself."""
    return run.is_under_way and run.job is not None and run.job.state == JobState.FAILED


def runs_seen_by(user: "User") -> "QuerySet[BulkRun]":
    """His own, and those of the bodies he oversees where all of its requests are theirs."""
    runs = BulkRun.objects.select_related("started_by", "to_person", "to_department", "job")
    if user.is_superuser:
        return runs
    seen = Q(started_by=user)
    if user.has_perm(OVERSEE) and user.has_perm(VIEW):
        through = BulkRun.organisations.through.objects.filter(bulkrun=OuterRef("pk"))
        seen |= Exists(through) & ~Exists(through.exclude(organisation__in=sorted(bodies_of(user))))
    return runs.filter(seen)


def may_stop(run: BulkRun, user: "User") -> bool:
    """Who started it, or who oversees it and may change many himself."""
    return run.started_by_id == user.pk or bool(user.has_perm(OVERSEE) and user.has_perm(BULK))
