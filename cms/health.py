"""`/healthz/live` and `/healthz/ready`, for load balancers and orchestrators.

Answered before anything else: probes come by bare IP address, without TLS and without a session.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cms.jobs.models import Job, JobState

GetResponse = Callable[[HttpRequest], HttpResponse]
LIVE = "/healthz/live"
READY = "/healthz/ready"


class HealthMiddleware:
    """First in line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # Once applied they stay applied; looking again would read every migration file at every probe.
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info.rstrip("/")
        if path == LIVE:
            return JsonResponse({"status": "ok"})
        if path == READY:
            return self._ready()
        return self.get_response(request)

    def _ready(self) -> HttpResponse:
        """Whether this process can serve people: the database answers and has the schema of this code.

        Redis is not asked: pages do without it. Whether jobs get done shows in how long the oldest waits.
        """
        report: dict[str, Any] = {"database": False, "migrations": self.migrated, "oldest_due_job_seconds": None}
        try:
            connection.ensure_connection()
            report["database"] = True
            report["migrations"] = self.migrated = self.migrated or _is_migrated()
            if self.migrated:
                report["oldest_due_job_seconds"] = _oldest_due_job_seconds()
        except DatabaseError:
            report["database"] = False
        ready = report["database"] and report["migrations"]
        report["status"] = "ok" if ready else "not ready"
        return JsonResponse(report, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _oldest_due_job_seconds() -> int:
    now = timezone.now()
    due_at = (
        Job.objects.filter(state=JobState.DUE, due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    return int((now - due_at).total_seconds()) if due_at else 0
