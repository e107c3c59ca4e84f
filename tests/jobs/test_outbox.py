"""A job exists exactly when the transaction that gave the reason for it was committed."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from redis.connection import AbstractConnection

from cms.jobs import enqueue
from cms.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_a_rollback_takes_the_job_with_it() -> None:
    with transaction.atomic():
        enqueue("tests.leave_trace", {})
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_the_same_key_writes_one_job() -> None:
    first = enqueue("tests.leave_trace", {"n": 1}, dedupe_key="notice-1")
    second = enqueue("tests.leave_trace", {"n": 2}, dedupe_key="notice-1")

    assert second == first
    assert Job.objects.get().arguments == {"n": 1}


def test_a_delay_puts_off_the_job() -> None:
    job = enqueue("tests.leave_trace", {}, delay=timedelta(hours=1))

    assert job.due_at > timezone.now() + timedelta(minutes=59)


def test_a_kind_that_nobody_registered_is_refused() -> None:
    with pytest.raises(LookupError, match="“nonsense”"):
        enqueue("nonsense", {})


def test_writing_a_job_speaks_to_no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: AbstractConnection, *args: object, **kwargs: object) -> None:
        raise AssertionError("A web process spoke to Redis.")

    monkeypatch.setattr(AbstractConnection, "connect", refuse)

    enqueue("tests.leave_trace", {})
