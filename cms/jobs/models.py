"""Work that is to be done soon. The rows are the truth; rq only executes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    """How far a job got."""

    DUE = "due", pgettext_lazy("job", "Due")
    RUNNING = "running", pgettext_lazy("job", "Running")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")


class Job(models.Model):
    """One piece of work: a registered kind and its arguments (ids, never personal data).

    It is written in the transaction that gives the reason, so it exists exactly when that reason
    does. An attempt is claimed by a conditional UPDATE; `leased_until` passes when its worker died.
    """

    wagtail_reference_index_ignore = True

    kind = models.CharField(_("kind"), max_length=60)
    arguments = models.JSONField(_("arguments"), default=dict)
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.DUE)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Schedule(models.Model):
    """When a recurring job is next due. Claimed like a job, so many workers run it once."""

    name = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
