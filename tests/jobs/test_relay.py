"""The queue only wakes: emptied, doubled or away, it loses nothing and does nothing twice."""

import threading
from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.utils import timezone
from rq import Queue

from cms.jobs import enqueue
from cms.jobs.kinds import RECURRING, Recurring
from cms.jobs.models import Job, JobState, Schedule
from cms.jobs.relay import (
    HAND_OVER,
    hand_over,
    queue_of,
    release_all,
    release_expired,
    start_recurring,
)
from cms.jobs.running import LEASE, MAX_ATTEMPTS, claim

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
HOURLY = Recurring("tests-hourly", "tests.leave_trace", timedelta(hours=1))


@pytest.fixture
def hourly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECURRING, HOURLY.name, HOURLY)
    for name in set(RECURRING) - {HOURLY.name}:
        monkeypatch.delitem(RECURRING, name)


def test_what_is_due_is_handed_over_once(queue: Queue) -> None:
    job = enqueue("tests.leave_trace", {})
    enqueue("tests.leave_trace", {}, delay=timedelta(minutes=1))

    counts = [hand_over(queue, timezone.now()) for _tick in range(2)]

    assert counts == [1, 0]
    assert queue.job_ids == [f"job-{job.pk}-1"]


def test_entries_are_json_and_carry_no_more_than_ids(queue: Queue) -> None:
    job = enqueue("tests.leave_trace", {"folder": "secret"})

    hand_over(queue, timezone.now())

    entry = queue.connection.hgetall(f"rq:job:job-{job.pk}-1")
    assert b"secret" not in b"".join(entry.values())
    assert queue.jobs[0].args == (job.pk, 1) or queue.jobs[0].args == [job.pk, 1]


def test_an_emptied_redis_is_handed_everything_again(queue: Queue) -> None:
    enqueue("tests.leave_trace", {})
    hand_over(queue, timezone.now())
    queue.empty()

    assert hand_over(queue, timezone.now()) == 0
    assert hand_over(queue, timezone.now() + HAND_OVER) == 1
    assert queue.count == 1


def test_an_entry_that_still_waits_is_not_doubled(queue: Queue) -> None:
    enqueue("tests.leave_trace", {})
    hand_over(queue, timezone.now())

    assert hand_over(queue, timezone.now() + HAND_OVER) == 0
    assert queue.count == 1


def test_an_entry_whose_worker_died_before_claiming_is_handed_over_again(queue: Queue) -> None:
    enqueue("tests.leave_trace", {})
    hand_over(queue, timezone.now())
    # Taken from the list, and then nothing: its key is still there.
    queue.pop_job_id()

    assert hand_over(queue, timezone.now() + HAND_OVER) == 1


def test_redis_away_leaves_the_job_due(free_port: int) -> None:
    job = enqueue("tests.leave_trace", {})
    nowhere = queue_of("nowhere", redis.Redis(port=free_port, socket_connect_timeout=1))

    with pytest.raises(redis.ConnectionError):
        hand_over(nowhere, timezone.now())

    job.refresh_from_db()
    assert (job.state, job.leased_until) == (JobState.DUE, None)


def test_a_lease_that_ran_out_makes_the_job_due_again() -> None:
    job = enqueue("tests.leave_trace", {})
    claim(job.pk, 1)

    assert release_expired(timezone.now()) == 0
    assert release_expired(timezone.now() + LEASE + timedelta(seconds=1)) == 1

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DUE, 1)


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job = enqueue("tests.leave_trace", {})
    Job.objects.filter(pk=job.pk).update(attempts=MAX_ATTEMPTS - 1)
    claim(job.pk, MAX_ATTEMPTS)

    release_expired(timezone.now() + LEASE + timedelta(seconds=1))

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.finished_at


def test_at_the_start_of_the_only_worker_everything_is_taken_back(queue: Queue) -> None:
    running, reserved = enqueue("tests.leave_trace", {}), enqueue("tests.leave_trace", {})
    claim(running.pk, 1)
    hand_over(queue, timezone.now())

    release_all(timezone.now())

    running.refresh_from_db()
    reserved.refresh_from_db()
    assert (running.state, running.leased_until) == (JobState.DUE, None)
    assert (reserved.state, reserved.leased_until) == (JobState.DUE, None)


def test_what_recurs_is_written_once_per_interval(hourly: None) -> None:
    now = timezone.now()

    counts = [start_recurring(now + timedelta(minutes=minutes)) for minutes in (0, 1, 59, 61)]

    assert counts == [1, 0, 0, 1]
    assert Job.objects.filter(kind=HOURLY.kind).count() == 2


def test_of_many_workers_one_writes_what_recurs(transactional_db: None, hourly: None) -> None:
    now = timezone.now()
    Schedule.objects.create(name=HOURLY.name, next_at=now)
    start = threading.Barrier(6)

    def run() -> None:
        start.wait(timeout=60)
        start_recurring(now)
        connection.close()

    threads = [threading.Thread(target=run) for _worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert Job.objects.filter(kind=HOURLY.kind).count() == 1
