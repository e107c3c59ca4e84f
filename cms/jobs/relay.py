"""From the rows to the queue. A worker calls `tick` between two jobs; web processes never do.

The queue only wakes workers: it may be emptied, or hand out the same job twice, and nothing is lost or
done twice, because an attempt is claimed in the database (running.py).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job as QueueEntry
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from cms.jobs.kinds import KINDS, RECURRING, TIME_LIMIT, Recurring
from cms.jobs.models import Job, JobState, Schedule
from cms.jobs.running import run_attempt, state_after

# A job that was handed over and not claimed for this long is handed over again.
HAND_OVER = timedelta(seconds=30)
BATCH = 200
SWEEP_EVERY = timedelta(seconds=10)
FORGET_ENTRY_SECONDS = 60
VANISHED = "Its worker vanished."

log = structlog.get_logger(__name__)


def queue_of(name: str, redis: Redis) -> Queue:
    """The queue whose entries are JSON: a pickle in Redis would be code that anybody there could plant."""
    return Queue(name, connection=redis, serializer=JSONSerializer)


class Relay:
    """What one worker does beside its jobs: hand over what is due, sweep, and start what recurs."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._next_sweep = timezone.now()

    def tick(self) -> None:
        """Once between two jobs, about every second."""
        now = timezone.now()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_EVERY
            release_expired(now)
            start_recurring(now)
        hand_over(self.queue, now)


def hand_over(queue: Queue, now: datetime) -> int:
    """Put what is due into the queue; how many entries were made.

    Patient kinds stand behind all others, and only as many of them as there is room for: thousands that wait are
    not reserved again and again between two jobs.

    Raises:
        redis.ConnectionError: Redis is away. Nothing is lost; call again later.
    """
    ready = Job.objects.filter(_unreserved(now), state=JobState.DUE, due_at__lte=now).order_by("due_at", "pk")
    patient = [kind.name for kind in KINDS.values() if kind.is_patient]
    # Each is put before the one that was put before it, so the oldest comes last.
    prompt = reversed(list(ready.exclude(kind__in=patient)[:BATCH]))
    made = sum(_hand_over_one(queue, job, now, at_front=True) for job in prompt)
    room = max(0, BATCH - queue.count)
    return made + sum(_hand_over_one(queue, job, now) for job in ready.filter(kind__in=patient)[:room])


def release_expired(now: datetime) -> int:
    """Make jobs due again whose worker died; those out of attempts have failed."""
    return _take_back(
        Job.objects.filter(state=JobState.RUNNING, leased_until__lte=now).values_list("pk", "attempts"), now
    )


def release_all(now: datetime) -> int:
    """Take back every job: for the embedded worker's start, when nobody else can be at work."""
    Job.objects.filter(state=JobState.DUE).exclude(leased_until=None).update(leased_until=None)
    return _take_back(Job.objects.filter(state=JobState.RUNNING).values_list("pk", "attempts"), now)


def start_recurring(now: datetime) -> int:
    """Write down the recurring jobs that are due; of many workers, one writes each."""
    return sum(_start_if_due(recurring, now) for recurring in RECURRING.values())


def _unreserved(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=now)


def _hand_over_one(queue: Queue, job: Job, now: datetime, *, at_front: bool = False) -> int:
    reserved = Job.objects.filter(_unreserved(now), pk=job.pk, state=JobState.DUE, attempts=job.attempts).update(
        leased_until=now + HAND_OVER
    )
    if not reserved:
        return 0
    try:
        return _push(queue, job, at_front=at_front)
    except BaseException:
        # Redis is away, or this worker is told to stop: the job is free for the next tick.
        Job.objects.filter(pk=job.pk, state=JobState.DUE, attempts=job.attempts).update(leased_until=None)
        raise


def _push(queue: Queue, job: Job, *, at_front: bool) -> int:
    attempt = job.attempts + 1
    entry_id = f"job-{job.pk}-{attempt}"
    # rq's own `unique=True` needs Lua, which the embedded Redis has not; the reserved row does the same.
    if _is_waiting(queue, entry_id):
        return 0
    kind = KINDS.get(job.kind)
    queue.enqueue_call(
        run_attempt,
        args=(job.pk, attempt),
        job_id=entry_id,
        timeout=int((kind.time_limit if kind else TIME_LIMIT).total_seconds()),
        result_ttl=0,
        failure_ttl=FORGET_ENTRY_SECONDS,
        description=f"{job.kind} #{job.pk}",
        at_front=at_front,
    )
    return 1


def _is_waiting(queue: Queue, entry_id: str) -> bool:
    """Whether the queue still holds the entry; what is left of one that was lost is removed."""
    try:
        entry = QueueEntry.fetch(entry_id, connection=queue.connection, serializer=JSONSerializer)
    except NoSuchJobError:
        return False
    if entry.get_status() == JobStatus.QUEUED and queue.get_job_position(entry_id) is not None:
        return True
    entry.delete()
    return False


def _take_back(rows: Iterable[tuple[int, int]], now: datetime) -> int:
    count = 0
    for pk, attempts in rows:
        state = state_after(attempts)
        count += Job.objects.filter(pk=pk, state=JobState.RUNNING, attempts=attempts).update(
            state=state,
            due_at=now,
            leased_until=None,
            error=VANISHED,
            finished_at=None if state == JobState.DUE else now,
        )
        log.warning("job_worker_vanished", job=pk, attempt=attempts)
    return count


def _start_if_due(recurring: Recurring, now: datetime) -> int:
    row, _created = Schedule.objects.get_or_create(name=recurring.name, defaults={"next_at": now})
    if row.next_at > now:
        return 0
    with transaction.atomic():
        ours = Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=now + recurring.every)
        if ours:
            Job.objects.create(kind=recurring.kind, due_at=now)
    return ours
