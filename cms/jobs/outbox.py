"""Writing down work that is to be done. The row is all there is: no queue is spoken to here."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils import timezone

from cms.jobs.kinds import kind_named

if TYPE_CHECKING:
    from cms.jobs.models import Job

AT_ONCE = timedelta()


def enqueue(
    kind: str, arguments: Mapping[str, Any], *, dedupe_key: str | None = None, delay: timedelta = AT_ONCE
) -> "Job":
    """Write a job in the current transaction: it exists exactly when what gave the reason for it does.

    Args:
        arguments: ids, never personal data: workers' logs and admin lists show them.
        dedupe_key: a second job of the same key is not written; the first is returned, whatever its state.

    Raises:
        LookupError: the kind is not registered.
    """
    kind_named(kind)
    # By name, because apps import this module before their models are loaded.
    jobs = apps.get_model("jobs", "Job")._default_manager
    values = {"kind": kind, "arguments": dict(arguments), "due_at": timezone.now() + delay}
    job: Job
    if dedupe_key is None:
        job = jobs.create(**values)
    else:
        job, _created = jobs.get_or_create(dedupe_key=dedupe_key, defaults=values)
    return job


def enqueue_many(kind: str, arguments: Iterable[Mapping[str, Any]]) -> None:
    """One job for each of these arguments, in one statement.

    Raises:
        LookupError: the kind is not registered.
    """
    kind_named(kind)
    job = apps.get_model("jobs", "Job")
    now = timezone.now()
    job._default_manager.bulk_create(job(kind=kind, arguments=dict(each), due_at=now) for each in arguments)
