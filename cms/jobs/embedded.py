"""Jobs without a server: one thread inside `manage.py serve`, over a Redis that lives in memory.

Honest only where one process serves: production settings refuse it. What a restart cuts off is taken
back from the database at the next start.
"""

import threading
from types import TracebackType
from typing import Self

import fakeredis
from django.conf import settings
from django.db import connections
from django.utils import timezone
from rq.serializers import JSONSerializer

from cms.jobs.relay import Relay, queue_of, release_all
from cms.jobs.workers import MAINTENANCE_SECONDS, PAUSE_SECONDS, WORKER_TTL_SECONDS, ThreadWorker

# The job at hand is finished first; one that takes longer is done again after the next start.
PATIENCE_SECONDS = 15.0


class EmbeddedWorker:
    """`with EmbeddedWorker(): serve()`."""

    def __init__(self) -> None:
        self._redis = fakeredis.FakeStrictRedis()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-worker", daemon=True)

    def __enter__(self) -> Self:
        release_all(timezone.now())
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(timeout=PATIENCE_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._worker().work(logging_level="WARNING")
                # It gave up on something unforeseen: a new one takes its place.
                self._stopping.wait(PAUSE_SECONDS)
        finally:
            connections.close_all()

    def _worker(self) -> ThreadWorker:
        queue = queue_of(settings.JOBS_QUEUE, self._redis)
        worker = ThreadWorker(
            [queue],
            connection=self._redis,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
            worker_ttl=WORKER_TTL_SECONDS,
            stopping=self._stopping,
        )
        worker.relay = Relay(queue)
        return worker
