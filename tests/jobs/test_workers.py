"""Worker processes and the embedded worker, on a real queue: killed, stopped, and without Redis."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from rq import Queue

from cms.jobs import enqueue
from cms.jobs.embedded import EmbeddedWorker
from cms.jobs.models import Job, JobState
from cms.jobs.relay import hand_over
from cms.jobs.running import claim
from scripts import servers
from tests.jobs.conftest import StartWorker
from tests.waiting import wait_for

pytestmark = pytest.mark.servers
Traces = Callable[[], list[str]]


def state_of(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def lease_runs_out(job: Job) -> None:
    """Time passes, and no heartbeat comes."""
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_does_what_is_due_and_leaves(start_worker: StartWorker, tmp_path: Path, traces: Traces) -> None:
    jobs = [enqueue("tests.leave_trace", {"folder": str(tmp_path)}) for _job in range(3)]

    worker = start_worker("--burst")

    assert worker.finish() == 0, worker.said()
    assert sorted(traces()) == sorted(str(job.pk) for job in jobs)
    assert {state_of(job) for job in jobs} == {JobState.DONE}


def test_a_job_whose_worker_is_killed_is_done_by_the_next_and_only_once(
    start_worker: StartWorker, tmp_path: Path, traces: Traces
) -> None:
    job = enqueue("tests.wait_to_be_killed", {"folder": str(tmp_path)})
    first = start_worker()
    wait_for((tmp_path / "working").exists, f"the job begins: {first.said()}")

    first.vanish()
    assert (state_of(job), traces()) == (JobState.RUNNING, [])
    lease_runs_out(job)
    second = start_worker("--burst")

    assert second.finish() == 0, second.said()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert traces() == [str(job.pk)]


def test_control_without_the_sweep_a_killed_job_stays_lost(transactional_db: None, queue: Queue) -> None:
    """The rescue above is the sweeper's: handing over what is due does not find the job."""
    job = enqueue("tests.leave_trace", {})
    claim(job.pk, 1)
    lease_runs_out(job)

    assert hand_over(queue, timezone.now()) == 0
    assert state_of(job) == JobState.RUNNING


def test_a_worker_told_to_stop_finishes_its_job_first(
    start_worker: StartWorker, tmp_path: Path, traces: Traces
) -> None:
    job = enqueue("tests.wait_to_be_killed", {"folder": str(tmp_path)})
    worker = start_worker()
    wait_for((tmp_path / "working").exists, "the job begins")

    worker.process.terminate()
    (tmp_path / "go_on").touch()

    assert worker.finish() == 0, worker.said()
    assert state_of(job) == JobState.DONE
    assert traces() == [str(job.pk)]


def test_an_idle_worker_stops_when_told(start_worker: StartWorker, tmp_path: Path, traces: Traces) -> None:
    enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    worker = start_worker()
    wait_for(lambda: len(traces()) == 1, "the worker is at work")

    assert worker.stop() == 0, worker.said()


def test_jobs_written_while_redis_is_away_are_done_when_it_is_back(
    start_worker: StartWorker, redis_server: Path, free_port: int, tmp_path: Path, traces: Traces
) -> None:
    worker = start_worker(url=f"redis://127.0.0.1:{free_port}/0")
    job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    wait_for(lambda: "worker_waits_for_redis" in worker.said(), "the worker notices that Redis is away")
    assert state_of(job) == JobState.DUE

    with servers.redis(redis_server, free_port):
        wait_for(lambda: state_of(job) == JobState.DONE, "the job is done once Redis is back")
        assert traces() == [str(job.pk)]


def test_a_worker_outlives_a_redis_that_is_restarted_empty(
    start_worker: StartWorker, redis_server: Path, free_port: int, tmp_path: Path, traces: Traces
) -> None:
    with servers.redis(redis_server, free_port) as url:
        worker = start_worker(url=url)
        enqueue("tests.leave_trace", {"folder": str(tmp_path)})
        wait_for(lambda: len(traces()) == 1, "the worker is at work")

    enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    with servers.redis(redis_server, free_port):
        wait_for(lambda: len(traces()) == 2, "the second job is done by the same worker")
        assert worker.process.poll() is None


def test_a_worker_without_redis_says_what_to_do(settings: Settings) -> None:
    settings.REDIS_URL = ""

    with pytest.raises(CommandError, match="REDIS_URL"):
        call_command("worker")


def test_the_embedded_worker_does_what_is_due(transactional_db: None, tmp_path: Path, traces: Traces) -> None:
    with EmbeddedWorker():
        job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})
        wait_for(lambda: state_of(job) == JobState.DONE, "the job is done")

    assert traces() == [str(job.pk)]


def test_the_embedded_worker_takes_up_what_a_restart_cut_off(
    transactional_db: None, tmp_path: Path, traces: Traces
) -> None:
    job = enqueue("tests.leave_trace", {"folder": str(tmp_path)})
    claim(job.pk, 1)

    with EmbeddedWorker():
        wait_for(lambda: state_of(job) == JobState.DONE, "the orphan is done")

    assert traces() == [str(job.pk)]
