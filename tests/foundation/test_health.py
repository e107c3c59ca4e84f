"""Probes: alive while the process answers; ready while it can serve people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from cms.checks import postgresql_reads_what_is_committed
from cms.health import HealthMiddleware
from cms.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def health() -> HealthMiddleware:
    """A process that was just started."""

    def nobody(request: object) -> object:
        raise AssertionError("A probe went past the first middleware.")

    return HealthMiddleware(nobody)  # type: ignore[arg-type]  # never called


def test_a_process_is_alive_without_a_database(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = []
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/healthz/live", headers={"host": "10.0.0.7"})

    assert answer.json() == {"status": "ok"}


def test_it_is_ready_when_the_database_has_this_schema(client: Client) -> None:
    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_it_is_not_ready_while_a_migration_is_missing(health: HealthMiddleware, rf: RequestFactory) -> None:
    MigrationRecorder(connection).record_unapplied("jobs", "0001_initial")

    answer = health(rf.get("/healthz/ready"))

    assert answer.status_code == 503


def test_it_is_ready_without_redis_and_says_how_long_jobs_wait(
    health: HealthMiddleware, rf: RequestFactory, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    Job.objects.create(kind="anything", due_at=timezone.now() - timedelta(minutes=5))

    answer = health(rf.get("/healthz/ready"))

    assert answer.status_code == 200
    assert b'"oldest_due_job_seconds": 300' in answer.content


def test_postgresql_under_another_isolation_level_is_refused() -> None:
    assert postgresql_reads_what_is_committed(databases=["default"]) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL default_transaction_isolation TO 'serializable'")

        assert [fault.id for fault in postgresql_reads_what_is_committed(databases=["default"])] == ["cms.E002"]
