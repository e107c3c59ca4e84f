"""Attempts: claimed once, tried again with growing patience, given up in the end."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from cms.jobs import enqueue
from cms.jobs.models import Job, JobState
from cms.jobs.running import BACK_OFF, MAX_ATTEMPTS, claim, claim_and_run, run_due_jobs

THREADS = 8


@pytest.mark.django_db
def test_what_is_due_is_done(tmp_path: Path, traces: Callable[[], list[str]]) -> None:
    job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    later = enqueue("tests.leave_trace", {"folder": str(tmp_path)}, delay=timedelta(minutes=1))

    assert run_due_jobs() == 1

    job.refresh_from_db()
    later.refresh_from_db()
    assert (job.state, later.state) == (JobState.DONE, JobState.DUE)
    assert traces() == [str(job.pk)]


@pytest.mark.django_db
def test_what_a_job_asks_for_is_done_too(tmp_path: Path, traces: Callable[[], list[str]]) -> None:
    enqueue("tests.ask_for_more", {"folder": str(tmp_path)})

    run_due_jobs()

    assert len(traces()) == 1


@pytest.mark.django_db
def test_an_attempt_runs_once_however_often_the_queue_hands_it_out(
    tmp_path: Path, traces: Callable[[], list[str]]
) -> None:
    job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})

    ran = [claim_and_run(job.pk, 1) for _delivery in range(3)]

    assert ran == [True, False, False]
    assert len(traces()) == 1


@pytest.mark.django_db
def test_each_failure_waits_longer_and_the_last_one_gives_up() -> None:
    job = enqueue("tests.fail", {})

    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        before = timezone.now()
        claim_and_run(job.pk, attempt)
        job.refresh_from_db()
        waits.append(job.due_at - before)
        Job.objects.filter(pk=job.pk).update(due_at=before)

    assert job.state == JobState.FAILED
    assert job.error == "ValueError: the gateway said no"
    for wait, planned in zip(waits[:-1], BACK_OFF, strict=True):
        assert planned <= wait < planned + timedelta(seconds=5)


@pytest.mark.django_db
def test_a_second_attempt_may_succeed(tmp_path: Path) -> None:
    job = enqueue("tests.fail_once", {"folder": str(tmp_path)})
    claim_and_run(job.pk, 1)
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())

    run_due_jobs()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 2, "")


@pytest.mark.django_db
def test_whoever_lost_his_lease_cannot_settle_the_job(tmp_path: Path) -> None:
    job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    stale = Job.objects.get(pk=job.pk)
    assert claim(job.pk, 1)
    # The sweeper took the job back, and somebody else works on it.
    Job.objects.filter(pk=job.pk).update(state=JobState.DUE)
    assert claim(job.pk, 2)

    from cms.jobs.running import _succeeded

    _succeeded(stale, 1)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 2)


def test_of_many_workers_exactly_one_claims_an_attempt(transactional_db: None) -> None:
    job = enqueue("tests.leave_trace", {})

    assert _how_many_claim(lambda: claim(job.pk, 1)) == 1


def test_control_reading_before_writing_lets_several_claim(transactional_db: None) -> None:
    """The race above can be lost: a claim that looks first and writes then is not enough."""
    job = enqueue("tests.leave_trace", {})
    everybody_looked = threading.Barrier(THREADS)

    def claim_by_looking() -> bool:
        is_due = Job.objects.get(pk=job.pk).state == JobState.DUE
        connection.close()
        everybody_looked.wait(timeout=60)
        if is_due:
            Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1)
        return is_due

    assert _how_many_claim(claim_by_looking) > 1


def _how_many_claim(attempt: Callable[[], bool]) -> int:
    start = threading.Barrier(THREADS)
    claimed: list[bool] = []

    def run() -> None:
        start.wait(timeout=60)
        claimed.append(attempt())
        connection.close()

    threads = [threading.Thread(target=run) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(claimed) == THREADS
    return sum(claimed)
