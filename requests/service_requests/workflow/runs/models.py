"""One change of many requests, and those of them that stayed as they were."""

import json
import uuid
import zlib
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.jobs.models import Job
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Department, Organisation


class BulkRun(models.Model):
    """What one person confirmed. The requests were fixed by then; `position` of them are dealt with.

    `texts` are the message by language, or the words of the outcome; `language` is the one in which reasons are
    written. `organisations` are those whose requests are meant.
    """

    wagtail_reference_index_ignore = True

    class Action(models.TextChoices):
        MOVE = "move", _("Change the state")
        ASSIGN = "assign", _("Assign")
        MESSAGE = "message", _("Write to the citizens")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("run", "Begins in a moment")
        RUNNING = "running", pgettext_lazy("run", "In progress")
        STOPPED = "stopped", pgettext_lazy("run", "Stopped")
        DONE = "done", pgettext_lazy("run", "Finished")
        FAILED = "failed", pgettext_lazy("run", "Ended early")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=Action.choices)
    outcome_key = models.CharField(max_length=60, blank=True)
    texts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    organisations = models.ManyToManyField(Organisation, related_name="+")
    selection = models.BinaryField()
    list_address = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stop_requested = models.BooleanField(default=False)
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    ended_because = models.TextField(blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of many requests")
        verbose_name_plural = _("changes of many requests")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["started_by", "-created_at"], name="bulk_run_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.public_id}"

    @cached_property
    def ids(self) -> list[int]:
        """The keys of the requests, in their order."""
        return unpacked(bytes(self.selection))

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def left(self) -> int:
        """How many were not dealt with."""
        return self.total - self.position


class BulkRefusal(models.Model):
    """A request that a run left as it was, and why, in the language of who started it."""

    wagtail_reference_index_ignore = True

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="refusals")
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="+")
    why = models.TextField()

    class Meta:
        verbose_name = _("request that stayed as it was")
        verbose_name_plural = _("requests that stayed as they were")
        ordering = ["request_id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "request"], name="refused_once_per_run")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.request_id}"


def packed(ids: Collection[int]) -> bytes:
    """Keys in few bytes: those that follow each other differ by one."""
    ordered = sorted(set(ids))
    steps = [after - before for before, after in zip([0, *ordered], ordered, strict=False)]
    return zlib.compress(json.dumps(steps, separators=(",", ":")).encode())


def unpacked(stored: bytes) -> list[int]:
    steps: list[Any] = json.loads(zlib.decompress(stored))
    ids, last = [], 0
    for step in steps:
        last += int(step)
        ids.append(last)
    return ids
