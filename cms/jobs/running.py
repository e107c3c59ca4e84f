"""Running one attempt of a job. Called by workers; tests and commands may call `run_due_jobs`.

Of all who try, one conditional UPDATE lets exactly one claim an attempt. While it works, a heartbeat
renews its lease; when its worker dies the lease runs out and the sweeper (relay.py) makes the job due
again. This is the only place that decides on another attempt: rq's own retry stays off.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from cms.jobs.kinds import kind_named
from cms.jobs.models import Job, JobState

# How long to wait after each failed attempt; when the list is used up the job has failed.
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
MAX_ATTEMPTS = len(BACK_OFF) + 1

LEASE = timedelta(seconds=90)
HEARTBEAT_SECONDS = 20.0
ERROR_LENGTH = 2_000

log = structlog.get_logger(__name__)


def run_attempt(pk: int, attempt: int) -> None:
    """The function that rq calls: run the given attempt, unless it was claimed or overtaken already."""
    close_old_connections()
    try:
        claim_and_run(pk, attempt)
    finally:
        close_old_connections()


def run_due_jobs() -> int:
    """Run everything that is due, here and now; what these jobs write down to do at once, too."""
    count = 0
    while True:
        due = list(
            Job.objects.filter(state=JobState.DUE, due_at__lte=timezone.now())
            .order_by("due_at", "pk")
            .values_list("pk", "attempts")
        )
        if not due:
            return count
        count += sum(claim_and_run(pk, attempts + 1) for pk, attempts in due)


def claim_and_run(pk: int, attempt: int) -> bool:
    """Whether this call was the one that ran the attempt."""
    if not claim(pk, attempt):
        return False
    job = Job.objects.get(pk=pk)
    try:
        with _heartbeat(pk, attempt):
            kind_named(job.kind).work(job)
    except Exception as error:  # whatever it is, it is kept with the job, and the job is tried again
        _failed(job, attempt, error)
    else:
        _succeeded(job, attempt)
    return True


def claim(pk: int, attempt: int) -> bool:
    """Of all who try to claim this attempt, exactly one finds a row to change."""
    claimed = Job.objects.filter(pk=pk, state=JobState.DUE, attempts=attempt - 1).update(
        state=JobState.RUNNING, attempts=attempt, leased_until=timezone.now() + LEASE
    )
    return claimed == 1


def state_after(attempt: int) -> JobState:
    """What becomes of a job whose attempt of this number came to nothing."""
    return JobState.DUE if attempt < MAX_ATTEMPTS else JobState.FAILED


def _succeeded(job: Job, attempt: int) -> None:
    _settle(job, attempt, state=JobState.DONE, finished_at=timezone.now(), error="")
    log.info("job_done", job=job.pk, kind=job.kind, attempt=attempt)


def _failed(job: Job, attempt: int, error: Exception) -> None:
    now = timezone.now()
    state = state_after(attempt)
    words = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if state == JobState.DUE:
        _settle(job, attempt, state=state, due_at=now + BACK_OFF[attempt - 1], error=words)
    else:
        _settle(job, attempt, state=state, finished_at=now, error=words)
    # The message may quote personal data; it stays in the row.
    log.warning("job_attempt_failed", job=job.pk, kind=job.kind, attempt=attempt, error=type(error).__name__)


def _settle(job: Job, attempt: int, **values: object) -> None:
    # Only if the attempt is still ours: a lease that ran out was given to somebody else.
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=attempt).update(leased_until=None, **values)


@contextmanager
def _heartbeat(pk: int, attempt: int) -> Iterator[None]:
    """Renew the lease from a thread of its own for as long as the work goes on."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            _renew(pk, attempt)
        connection.close()

    thread = threading.Thread(target=beat, name=f"job-{pk}-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew(pk: int, attempt: int) -> None:
    try:
        close_old_connections()
        Job.objects.filter(pk=pk, state=JobState.RUNNING, attempts=attempt).update(leased_until=timezone.now() + LEASE)
    except DatabaseError:
        # The next beat tries again; several fit into one lease.
        log.warning("job_heartbeat_missed", job=pk)
