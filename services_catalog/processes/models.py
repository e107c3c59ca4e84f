"""Workflows as editors keep them, and the versions that requests are pinned to."""

from collections import Counter
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from cms.fields import ContentField, TextsField
from cms.languages import in_language
from services_catalog.organisations.models import Department, Organisation
from services_catalog.organisations.roles import holders_by_role
from services_catalog.processes import workflow as values
from services_catalog.processes.blocks import StagesBlock
from services_catalog.processes.compiling import compile_stages, digest_of
from services_catalog.processes.papers import templates_of
from services_catalog.processes.review import Fault, review


class WorkflowVersion(models.Model):
    """A workflow as it once was. Named by its content: it is never changed, and the same content is the same row.

    `digest` is the SHA-256 of the canonical JSON of `spec` (compiling.digest_of).
    """

    digest = models.CharField(max_length=64, primary_key=True)
    workflow = models.ForeignKey("Workflow", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("workflow version")
        verbose_name_plural = _("workflow versions")
        ordering = ["workflow", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["workflow", "number"], name="workflow_version_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.workflow_id} · {self.number}"

    @property
    def value(self) -> values.Workflow:
        """The workflow. Parsed once per process: a version never changes."""
        return remembered(self)


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """One by one: each takes its versions with it, which stock bulk deleting would stumble over."""
        counted: Counter[str] = Counter()
        for workflow in self:
            counted.update(workflow.delete()[1])
        return counted.total(), dict(counted)

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # read by as_manager


class Workflow(models.Model):
    """The way of requests through an office. Saving it makes a version when it says something new."""

    key = models.SlugField(
        _("key"), unique=True, max_length=60, help_text=_("Stable name used by services and content files.")
    )
    name = TextsField(_("name"))
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="workflows",
        verbose_name=_("organisation"),
        help_text=_("Whose workflow it is. Without one every organisation may use it."),
    )
    stages = ContentField(
        StagesBlock(),
        verbose_name=_("stages"),
        help_text=_("A request begins in the first. Each outcome leads to another stage."),
    )
    live_version = models.ForeignKey(
        WorkflowVersion, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = WorkflowQuerySet.as_manager()
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        # In a context of their own: the framework has workflows of pages, which are something else.
        verbose_name = pgettext_lazy("of requests", "workflow")
        verbose_name_plural = pgettext_lazy("of requests", "workflows")
        ordering = ["key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key

    @property
    def value(self) -> values.Workflow:
        """As it is written now, whether or not that can be used."""
        return compile_stages(self.key, self.name, self.stages)

    def faults(self) -> list[Fault]:
        """What is wrong with it, by the roles, departments and templates of documents there are now."""
        departments = Department.objects.filter(organisation=self.organisation_id).values_list("key", flat=True)
        return review(
            self.value,
            roles=holders_by_role(self.organisation_id),
            departments=set(departments),
            papers=templates_of(self.organisation_id),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._make_version()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """With its versions, which nothing else keeps; a version that a request runs on is protected.

        Raises:
            ProtectedError: when services or requests follow it.
        """
        Workflow.objects.filter(pk=self.pk).update(live_version=None)
        self.live_version = None
        self.versions.all().delete()
        return super().delete(*args, **kwargs)

    def _make_version(self) -> None:
        """Requests that run keep theirs; those that come begin with this one."""
        value = self.value
        # Two editors who save at once take turns here.
        held = Workflow.objects.select_for_update().get(pk=self.pk)
        digest = digest_of(value)
        last = held.versions.aggregate(last=Max("number"))["last"] or 0
        version, _made = WorkflowVersion.objects.get_or_create(
            digest=digest,
            defaults={"workflow": held, "number": last + 1, "spec": value.model_dump(mode="json")},
        )
        Workflow.objects.filter(pk=self.pk).update(live_version=version)
        self.live_version = version


_VALUES: dict[str, values.Workflow] = {}
_VALUES_KEPT = 256


def remembered(version: WorkflowVersion) -> values.Workflow:
    """The value of a version that was read already."""
    if version.digest not in _VALUES:
        if len(_VALUES) >= _VALUES_KEPT:
            _VALUES.clear()
        _VALUES[version.digest] = values.Workflow.model_validate(version.spec)
    return _VALUES[version.digest]


def workflow_of(digest: str) -> values.Workflow:
    """The workflow of a version; read from the database once per process.

    Raises:
        WorkflowVersion.DoesNotExist: for a digest that belongs to no version.
    """
    known = _VALUES.get(digest)
    return known if known is not None else remembered(WorkflowVersion.objects.get(pk=digest))
