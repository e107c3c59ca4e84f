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
from cms.jobs.workers import MAINTENANCE_SECONDS, WORKER_TTL_SECONDS, ThreadWorker


class EmbeddedWorker:
    """`with EmbeddedWorker(): serve()`."""

    def __init__(self) -> None:
        client = fakeredis.FakeStrictRedis()
        queue = queue_of(settings.JOBS_QUEUE, client)
        self._worker = ThreadWorker(
            [queue],
            connection=client,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
            worker_ttl=WORKER_TTL_SECONDS,
        )
        self._worker.relay = Relay(queue)
        self._thread = threading.Thread(target=self._run, name="embedded-worker", daemon=True)

    def __enter__(self) -> Self:
        release_all(timezone.now())
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._worker.stop()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        try:
            self._worker.work(logging_level="WARNING")
        finally:
            connections.close_all()
