"""Real worker processes on the test database, and the Redis the test run was given."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis
from django.db import connection
from rq import Queue

from cms import PROJECT_ROOT
from cms.jobs.relay import queue_of
from scripts import servers
from tests.jobs.work import jobs as _kinds  # noqa: F401 -- importing registers the kinds

StartWorker = Callable[..., "Worker"]


class Worker:
    """A `manage.py worker` process, and what it said."""

    def __init__(self, redis_url: str, queue: str, *arguments: str) -> None:
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by end()
        self.process = subprocess.Popen(
            [sys.executable, str(PROJECT_ROOT / "manage.py"), "worker", *arguments],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
                "DATABASE_URL": database_url(),
                "REDIS_URL": redis_url,
                "JOBS_QUEUE": queue,
            },
            stdout=self.output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_ROOT,
            start_new_session=True,
        )

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode()

    def finish(self) -> int:
        """Wait until it ends by itself."""
        return self.process.wait(timeout=180)

    def stop(self) -> int:
        """As an operator stops it."""
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def vanish(self) -> None:
        """As a power cut stops it: the worker, and the child in which it runs the job."""
        for pid in [*_children(self.process.pid), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        if self.process.poll() is None:
            self.vanish()
        self.output.close()


@pytest.fixture
def redis_url() -> str:
    """The Redis of the test run."""
    url = os.environ.get("REDIS_URL", "")
    assert url, "These tests need a real Redis: run `make test`, or name one in REDIS_URL."
    return url


@pytest.fixture
def redis_server() -> Path:
    """The program, for tests that start and stop a Redis of their own."""
    program = shutil.which("redis-server")
    assert program, "These tests start a Redis of their own: run `make test`, which installs it."
    return Path(program)


@pytest.fixture
def free_port() -> int:
    return servers.free_port()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Queue]:
    """A queue that only this test uses."""
    client = redis.Redis.from_url(redis_url)
    queue = queue_of(f"test-{uuid4().hex}", client)
    yield queue
    queue.delete(delete_jobs=True)
    client.close()


@pytest.fixture
def start_worker(transactional_db: None, queue: Queue, redis_url: str) -> Iterator[StartWorker]:
    """Start worker processes: `start_worker("--burst")`."""
    started: list[Worker] = []

    def start(*arguments: str, url: str = redis_url) -> Worker:
        # The test's own connection must not keep a lock that the process waits for.
        connection.close()
        worker = Worker(url, queue.name, *arguments)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.end()


@pytest.fixture
def traces(tmp_path: Path) -> Callable[[], list[str]]:
    """What jobs left behind, one line per run."""

    def read() -> list[str]:
        file = tmp_path / "traces"
        return file.read_text().split() if file.exists() else []

    return read


def database_url() -> str:
    """The database of the running test, as a process of its own must be told."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    person = quote(settings["USER"])
    password = f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{person}{password}@{quote(settings['HOST'], safe='')}{port}/{settings['NAME']}"


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == pid]
