"""rq workers that also relay: for `manage.py worker`, and for the thread inside `manage.py serve`.

The relay runs where rq looks for maintenance: before every wait for the next job, about once a second.
"""

import threading
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django_rq import get_connection
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from cms.jobs.relay import Relay, queue_of

MAINTENANCE_SECONDS = 20
WORKER_TTL_SECONDS = 45
PAUSE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class _Relaying:
    """Mixed into rq's workers: looks at the rows before each wait, and waits only briefly."""

    # Redis comes back at some moment; a minute is too long to go on sleeping after it.
    max_connection_wait_time = 5.0
    relay: Relay

    @property
    def dequeue_timeout(self) -> int:
        return 1

    @property
    def should_run_maintenance_tasks(self) -> bool:
        return True

    def run_maintenance_tasks(self) -> None:
        self._relay()
        if super().should_run_maintenance_tasks:  # type: ignore[misc]  # rq's worker, whatever its class, is behind
            super().run_maintenance_tasks()  # type: ignore[misc]  # the same

    def _relay(self) -> None:
        try:
            close_old_connections()
            self.relay.tick()
        except DatabaseError:
            # The database is away or busy; the rows wait there for the next second.
            log.warning("relay_waits_for_database")


class ForkingWorker(_Relaying, Worker):
    """Runs each job in a process of its own, so that a job that grows or hangs takes nobody with it."""

    def __init__(self, *args: Any, stopping: threading.Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = stopping

    def request_stop(self, signum: int, frame: Any) -> None:
        self.stopping.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # rq's own

    def fork_work_horse(self, job: Any, queue: Queue) -> None:
        # A connection must not be shared with the child.
        connections.close_all()
        super().fork_work_horse(job, queue)


class ThreadWorker(_Relaying, SimpleWorker):
    """Runs jobs in its own thread: signals belong to the main thread, so limits are kept by a timer."""

    death_penalty_class = TimerDeathPenalty

    def __init__(self, *args: Any, stopping: threading.Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = stopping

    def _install_signal_handlers(self) -> None:
        """The server's own handlers stay."""

    def _relay(self) -> None:
        # Asked about once a second, between two jobs.
        if self.stopping.is_set():
            raise StopRequested
        super()._relay()


def work(stopping: threading.Event, *, burst: bool = False) -> None:
    """Work until told to stop; outlives Redis going away at any moment.

    A worker that lost Redis at a bad moment gives up; a new one takes its place.
    """
    while not stopping.is_set():
        try:
            worker_for(get_connection(settings.JOBS_QUEUE), stopping).work(burst=burst, logging_level="WARNING")
            if burst:
                return
            stopping.wait(PAUSE_SECONDS)
        except redis.RedisError as error:
            log.warning("worker_waits_for_redis", error=type(error).__name__)
            if burst:
                raise
            stopping.wait(PAUSE_SECONDS)
        except StopRequested:
            return


def worker_for(client: "redis.Redis", stopping: threading.Event) -> ForkingWorker:
    queue = queue_of(settings.JOBS_QUEUE, client)
    worker = ForkingWorker(
        [queue],
        connection=client,
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_SECONDS,
        worker_ttl=WORKER_TTL_SECONDS,
        stopping=stopping,
    )
    worker.relay = Relay(queue)
    return worker
