"""Kinds of work for tests. Each leaves traces in the folder named in its arguments."""

from pathlib import Path

from cms.jobs import enqueue, job_kind
from cms.jobs.models import Job
from tests.waiting import wait_for


@job_kind("tests.leave_trace")
def leave_trace(job: Job) -> None:
    """One line per run: doing it twice would show."""
    with (Path(job.arguments["folder"]) / "traces").open("a") as traces:
        traces.write(f"{job.pk}\n")


@job_kind("tests.wait_to_be_killed")
def wait_to_be_killed(job: Job) -> None:
    """The first attempt says that it works and goes on until somebody ends it; the next one does the work."""
    folder = Path(job.arguments["folder"])
    if job.attempts == 1:
        (folder / "working").touch()
        wait_for((folder / "go_on").exists, "somebody ends or releases the job")
    leave_trace(job)


@job_kind("tests.fail")
def fail(job: Job) -> None:
    raise ValueError("the gateway said no")


@job_kind("tests.fail_once")
def fail_once(job: Job) -> None:
    if job.attempts == 1:
        raise ValueError("not yet")
    leave_trace(job)


@job_kind("tests.ask_for_more")
def ask_for_more(job: Job) -> None:
    enqueue("tests.leave_trace", job.arguments)
