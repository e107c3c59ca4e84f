"""Confirm an import: write what its preview showed, once, and nothing else.

One transaction: the run is claimed, the requests are locked and compared with what was previewed, and
those that are still the same are written together with their history. A request that changed
meanwhile is refused and named; the others are not held up by it.
"""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from forms_builder.models import FormVersion
from forms_builder.spec import FormSpec
from service_requests.exchange.fingerprints import fingerprint
from service_requests.exchange.models import ImportRun
from service_requests.exchange.placing import Places
from service_requests.exchange.staging import ChangedRow, Findings
from service_requests.history.reasons import IMPORT as FROM_IMPORT
from service_requests.history.reasons import written
from service_requests.history.writing import record_changes
from service_requests.records.facts import followed
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import not_concerning, visible_to
from service_requests.workflow.permissions import ASSIGN, IMPORT

if TYPE_CHECKING:
    from home.accounts.models import User

_COLUMNS = [
    "answers",
    "department",
    "assignee",
    "applicant_name",
    "applicant_identity",
    "applicant_mobile",
    "search_text",
    "updated_at",
]
_AT_ONCE = 200


@dataclass
class Outcome:
    """Numbers of the requests that were changed, and of those that had changed since the preview."""

    changed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def apply(run: ImportRun, *, by: "User") -> bool:
    """Write what the run found. False when it was confirmed before, or is too old.

    Raises:
        PermissionDenied: when the person may not import, or not move requests though the run does.
    """
    if not by.has_perm(IMPORT):
        raise PermissionDenied
    now = timezone.now()
    with transaction.atomic():
        waiting = ImportRun.objects.filter(pk=run.pk, created_by=by, applied_at=None, expires_at__gt=now)
        # Of two people who press at the same moment, and of two presses of one, exactly one finds it waiting.
        if not waiting.update(applied_at=now):
            return False
        outcome = _write(Findings.from_json(run.findings).rows, by=by, file_name=run.file_name)
        ImportRun.objects.filter(pk=run.pk).update(findings={}, outcome=asdict(outcome))
    run.refresh_from_db()
    return True


def _write(rows: list[ChangedRow], *, by: "User", file_name: str) -> Outcome:
    outcome = Outcome()
    locked = {request.pk: request for request in _locked(rows, by)}
    versions = FormVersion.objects.in_bulk({request.form_version_id for request in locked.values()})
    places = Places({request.organisation_id for request in locked.values()})
    changed = []
    for row in rows:
        request = locked.get(row.request)
        if request is None or fingerprint(request) != row.seen or not _still_allowed(row, request, places):
            outcome.refused.append(row.number)
            continue
        if (row.department, row.assignee) != (request.department_id, request.assignee_id) and not by.has_perm(ASSIGN):
            raise PermissionDenied
        _change(request, row, versions[request.form_version_id].value)
        changed.append(request)
        outcome.changed.append(row.number)
    ServiceRequest.objects.bulk_update(changed, _COLUMNS, batch_size=_AT_ONCE)
    record_changes([request.pk for request in changed], by=by, reason=written(file_name, source=FROM_IMPORT))
    return outcome


def _locked(rows: list[ChangedRow], by: "User") -> list[ServiceRequest]:
    # In one order, so that two imports never wait for each other.
    mine = visible_to(by).filter(pk__in=[row.request for row in rows]).filter(not_concerning(by))
    return list(mine.select_for_update(of=("self",)).order_by("pk"))


def _still_allowed(row: ChangedRow, request: ServiceRequest, places: Places) -> bool:
    """Whether the department and person of the preview are still what they were."""
    if (row.department, row.assignee) == (request.department_id, request.assignee_id):
        return True
    return any(place.pk == row.department for place in places.departments) and places.works_in(
        row.assignee, row.department, request.service_id
    )


def _change(request: ServiceRequest, row: ChangedRow, spec: FormSpec) -> None:
    request.department_id = row.department
    request.assignee_id = row.assignee
    if row.answers is not None:
        for column, value in followed(request, row.answers, spec).items():
            setattr(request, column, value)
        request.answers = row.answers
    request.updated_at = timezone.now()
