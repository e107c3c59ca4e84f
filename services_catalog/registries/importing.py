"""Import a file into a registry: judged when it is uploaded, shown, and stored when somebody agrees.

The file is kept with the import until then, and judged once more when it is stored: what was agreed to
is done, or, when the registry changed meanwhile, shown again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from cms.jobs import enqueue, job_kind
from cms.jobs.kinds import schedule
from cms.jobs.models import Job
from cms.languages import in_language
from cms.spreadsheets import formats, packages
from services_catalog.registries.models import Registry, RegistryEntry, RegistryImport
from services_catalog.registries.resources import EntryResource
from services_catalog.registries.storing import Plan, store

MOST_ROWS = 100_000
LIMITS = formats.Limits(
    rows=MOST_ROWS,
    lines=MOST_ROWS * 2,
    size=20 * 1024**2,
    package=packages.Limits(unpacked=300 * 1024**2, elements=4_000_000),
)
# Shown of each kind of change: enough to see whether the right columns were read.
_SHOWN = 30
# Bytes of a file that is read and stored while somebody waits for the page.
SMALL = 200 * 1024
READ, STORE = "read_registry_file", "store_registry_file"
_TIME_LIMIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Cells:
    """One entry on the preview: its key, and (column, now, afterwards) of what changes."""

    key: str
    cells: list[tuple[str, str, str]]


def begin(registry: Registry, name: str, content: bytes, *, replace: bool, by: Any) -> RegistryImport:
    """Take a file in. A small one is judged at once, a large one by a job.

    Raises:
        ValidationError: when a small file as a whole cannot be used.
    """
    run = RegistryImport(registry=registry, created_by=by, file_name=name[:255], content=content, replace=replace)
    if len(content) <= SMALL:
        run.findings = _judged(run)[0]
        run.save()
    else:
        with transaction.atomic():
            run.save()
            enqueue(READ, {"import": run.pk, "language": language_now()})
    return run


def confirm(run: RegistryImport) -> None:
    """Have it stored: at once or by a job."""
    first = RegistryImport.objects.filter(pk=run.pk, confirmed_at=None, applied_at=None)
    if len(run.content) <= SMALL:
        if first.update(confirmed_at=timezone.now()):
            apply(run.pk)
        return
    with transaction.atomic():
        if first.update(confirmed_at=timezone.now()):
            enqueue(STORE, {"import": run.pk, "language": language_now()})


def apply(pk: int) -> None:
    """Store what was shown, or show it again when the registry changed since."""
    run = RegistryImport.objects.select_related("registry", "created_by").get(pk=pk)
    if run.applied_at:
        return
    begun = timezone.now()
    # Judged before the database is locked: that takes as long as the file is.
    findings, plan = _judged(run)
    if findings["counts"] == run.findings["counts"] and may_be_stored(findings, replace=run.replace):
        try:
            if _stored(run, plan, begun):
                return
        except IntegrityError:
            # Somebody added an entry with the same key in these seconds.
            findings, plan = _judged(run)
    RegistryImport.objects.filter(pk=pk).update(findings={**findings, "changed_meanwhile": True}, confirmed_at=None)


@transaction.atomic
def _stored(run: RegistryImport, plan: Plan, begun: datetime) -> bool:
    Registry.objects.select_for_update().get(pk=run.registry_id)
    if RegistryImport.objects.filter(registry=run.registry_id, applied_at__gte=begun).exists():
        return False
    reason = gettext("Import of the file %(name)s") % {"name": run.file_name}
    store(run.registry, plan, by=run.created_by, reason=reason)
    RegistryImport.objects.filter(pk=run.pk).update(
        applied_at=timezone.now(), content=b"", findings={"counts": run.findings["counts"]}
    )
    return True


@job_kind(READ, time_limit=_TIME_LIMIT)
def read_in_the_background(job: Job) -> None:
    run = RegistryImport.objects.select_related("registry").filter(pk=job.arguments["import"]).first()
    if run is None or run.findings:
        return
    with override(job.arguments["language"]):
        try:
            findings = _judged(run)[0]
        except ValidationError as error:
            findings = {"refused": error.messages, "counts": {}}
    RegistryImport.objects.filter(pk=run.pk).update(findings=findings)


@job_kind(STORE, time_limit=_TIME_LIMIT)
def store_in_the_background(job: Job) -> None:
    if RegistryImport.objects.filter(pk=job.arguments["import"]).exists():
        with override(job.arguments["language"]):
            apply(job.arguments["import"])


def _judged(run: RegistryImport) -> tuple[dict[str, Any], Plan]:
    resource = EntryResource(run.registry, language_now())
    plan = resource.judge(formats.read(run.file_name, bytes(run.content), LIMITS), replace=run.replace)
    return _findings(resource), plan


def language_now() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def may_be_stored(findings: Mapping[str, Any], *, replace: bool) -> bool:
    """Whether there is something to store. Replacing everything by a part would lose the rows with errors."""
    counts = findings.get("counts")
    if not counts:
        return False
    return bool(counts["added"] or counts["changed"] or counts["removed"]) and not (replace and counts["faulty"])


def _findings(resource: EntryResource) -> dict[str, Any]:
    plan = resource.plan
    return {
        "counts": {**plan.counts, "unchanged": plan.unchanged, "faulty": resource.faulty_rows},
        "faults": [asdict(fault) for fault in resource.faults],
        "unknown": resource.unknown,
        "added": [asdict(_cells(resource, entry, {})) for entry in plan.added[:_SHOWN]],
        "changed": [asdict(_cells(resource, entry, before)) for entry, before in plan.changed[:_SHOWN]],
        "removed": [asdict(Cells(str(entry), [])) for entry in plan.removed[:_SHOWN]],
        "removed_used": sum(bool(entry.used_by) for entry in plan.removed),
    }


def _cells(resource: EntryResource, entry: RegistryEntry, before: Mapping[str, str]) -> Cells:
    differing = [
        (in_language(column.label) or column.key, before.get(column.key, ""), entry.values.get(column.key, ""))
        for column in resource.registry.column_list
        if before.get(column.key, "") != entry.values.get(column.key, "")
    ]
    return Cells(str(entry), differing)


@schedule("forget_registry_imports", every=timedelta(hours=1))
def forget_imports() -> None:
    """Files nobody confirmed: they hold names."""
    RegistryImport.objects.filter(applied_at=None, expires_at__lt=timezone.now()).delete()
