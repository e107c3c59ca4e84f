"""Carrying out a run, batch after batch; a job where it is a large one.

A batch and the row that says how far the run is are one transaction, so a worker that dies leaves nothing half
done, and whoever goes on does so behind the last batch that stands. Of two workers at one batch the second finds the
run further than it saw it and takes everything back. What the person may do is asked again for every batch.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.jobs import enqueue, job_kind
from cms.jobs.models import Job
from service_requests.records.models import ServiceRequest
from service_requests.workflow.many import Done, assign_many, move_many
from service_requests.workflow.many_messages import message_many
from service_requests.workflow.moves import NotPossible
from service_requests.workflow.runs.models import BulkRefusal, BulkRun

if TYPE_CHECKING:
    from home.accounts.models import User

CARRY_OUT = "carry_out_bulk_run"
BATCH = 1_000
_UNDER_WAY = (BulkRun.State.WAITING, BulkRun.State.RUNNING)


class _Overtaken(Exception):
    """Somebody else dealt with the batch; what was done to it here is taken back."""


@job_kind(CARRY_OUT, time_limit=timedelta(hours=1))
def carry_out_job(job: Job) -> None:
    """Cut off and begun again it goes on where it was."""
    carry_out(job.arguments["run"])


def hand_to_worker(run: BulkRun) -> None:
    """Write the job of a run that waits. Call it in the transaction that made it wait."""
    BulkRun.objects.filter(pk=run.pk).update(job=enqueue(CARRY_OUT, {"run": run.pk}))


def carry_out(key: int) -> None:
    """Go on with a run until it is finished, stopped, or its person may not go on."""
    language = BulkRun.objects.values_list("language", flat=True).get(pk=key)
    with translation.override(language):
        while _next_batch(key):
            pass


def _next_batch(key: int) -> bool:
    """Whether another one is to follow."""
    run = BulkRun.objects.select_related("started_by", "to_person", "to_department").get(pk=key)
    if run.state not in _UNDER_WAY:
        return False
    if run.stop_requested:
        return _end(run, BulkRun.State.STOPPED)
    batch = run.ids[run.position : run.position + BATCH]
    try:
        with transaction.atomic():
            done = _dealt_with(run, batch)
            _write_progress(run, batch, done)
    except _Overtaken:
        return True
    except PermissionDenied:
        why = _("You may not do this any more, so the rest stays as it is.")
        return _end(run, BulkRun.State.FAILED, because=why)
    except NotPossible as refusal:
        return _end(run, BulkRun.State.FAILED, because=str(refusal))
    return run.position + len(batch) < run.total


def _dealt_with(run: BulkRun, ids: Sequence[int]) -> Done:
    # As he and his posts are now: a batch may begin long after he confirmed.
    by: User = run.started_by
    if not by.is_active:
        raise PermissionDenied
    match run.action:
        case BulkRun.Action.MOVE:
            return move_many(ids, run.outcome_key, by=by, note=run.note, to=run.to_department)
        case BulkRun.Action.ASSIGN:
            assert run.to_person is not None
            return assign_many(ids, by=by, to=run.to_person, reason=run.note)
        case _:
            return message_many(ids, run.texts, by=by)


def _write_progress(run: BulkRun, batch: Sequence[int], done: Done) -> None:
    """How far the run is now, if it stood where this batch begins.

    Raises:
        _Overtaken: when it did not.
    """
    refused = len(done.refused) + len(done.unseen)
    is_last = run.position + len(batch) >= run.total
    stood = BulkRun.objects.filter(pk=run.pk, position=run.position, state__in=_UNDER_WAY).update(
        position=F("position") + len(batch),
        changed=F("changed") + done.changed,
        refused=F("refused") + refused,
        state=BulkRun.State.DONE if is_last else BulkRun.State.RUNNING,
        finished_at=timezone.now() if is_last else None,
    )
    if not stood:
        raise _Overtaken
    BulkRefusal.objects.bulk_create(
        [
            *(BulkRefusal(run=run, request_id=refusal.request, why=refusal.why) for refusal in done.refused),
            *_unseen(run, done.unseen),
        ]
    )


def _unseen(run: BulkRun, keys: Collection[int]) -> list[BulkRefusal]:
    """Those he saw when he confirmed, and does not see any more."""
    why = _("It went to where you may not see it.")
    there = ServiceRequest.objects.filter(pk__any_of=keys).order_by().values_list("pk", flat=True)
    return [BulkRefusal(run=run, request_id=key, why=why) for key in there]


def _end(run: BulkRun, state: BulkRun.State, *, because: str = "") -> bool:
    values: dict[str, Any] = {"state": state, "ended_because": because, "finished_at": timezone.now()}
    BulkRun.objects.filter(pk=run.pk, position=run.position, state__in=_UNDER_WAY).update(**values)
    return False
