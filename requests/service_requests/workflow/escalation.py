"""The ladder of escalation: what happens to a request that stays in a stage for too long.

A schedule takes the steps that are due, each once: of all workers that try, one finds the row with as many
steps taken as it saw (`rungs_done`) and still in the stage it saw. The change, its history and the notices are
one transaction.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cms.jobs import schedule
from cms.working_time import NoWorkingTime
from service_requests.history.reasons import ESCALATION, written
from service_requests.history.writing import record_changes
from service_requests.notices.staff import StaffNotice, tell_staff
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import OVERSEE
from service_requests.workflow.deadlines import Terms
from service_requests.workflow.permissions import staff_of
from services_catalog.organisations.models import Absence
from services_catalog.processes.models import workflow_of
from services_catalog.processes.workflow import Alarm, Measure, Rung

if TYPE_CHECKING:
    from home.accounts.models import User

EVERY = timedelta(minutes=5)
_AT_ONCE = 500


@schedule("escalate", every=EVERY, time_limit=timedelta(minutes=30))
def escalate() -> None:
    """Take every step that is due."""
    for batch in _candidates(timezone.now()):
        terms = Terms(batch)
        for request in batch:
            take_due_rungs(request, terms)


def take_due_rungs(request: ServiceRequest, terms: Terms) -> int:
    """Take the steps of its ladder that are due, in their order; how many were taken here."""
    taken, ladder = 0, request.stage.ladder
    while request.rungs_done < len(ladder):
        rung, now = ladder[request.rungs_done], timezone.now()
        due = _due(request, rung, terms)
        if due is None or due > now or not _take(request, rung, now):
            break
        taken += 1
    return taken


def _candidates(now: datetime) -> Iterator[list[ServiceRequest]]:
    """Open requests past three quarters of the time of their stage, with steps of its ladder left."""
    overdue = ServiceRequest.objects.open().filter(stage_amber_at__lte=now).order_by()
    for version, key in overdue.values_list("workflow_version", "stage_key").distinct():
        ladder = workflow_of(version).stage(key).ladder
        if ladder:
            here = overdue.filter(workflow_version=version, stage_key=key, rungs_done__lt=len(ladder))
            yield from _in_batches(list(here.order_by("pk").values_list("pk", flat=True)))


def _in_batches(keys: list[int]) -> Iterator[list[ServiceRequest]]:
    # Not one long cursor: rows are written while these are read.
    for start in range(0, len(keys), _AT_ONCE):
        rows = ServiceRequest.objects.filter(pk__in=keys[start : start + _AT_ONCE]).order_by("pk")
        yield list(rows.select_related("organisation").defer("answers", "search_text"))


def _due(request: ServiceRequest, rung: Rung, terms: Terms) -> datetime | None:
    alarm = request.stage_amber_at if rung.alarm is Alarm.AMBER else request.stage_due_at
    if alarm is None:
        return None
    try:
        return terms.office(request).after(alarm, timedelta(hours=rung.hours))
    except NoWorkingTime:
        return None


@transaction.atomic
def _take(request: ServiceRequest, rung: Rung, now: datetime) -> bool:
    """Whether this worker was the one that took the step."""
    seen = {
        "workflow_version": request.workflow_version_id,
        "stage_key": request.stage_key,
        "stage_since": request.stage_since,
        "rungs_done": request.rungs_done,
        "assignee": request.assignee_id,
    }
    columns: dict[str, Any] = {"rungs_done": request.rungs_done + 1}
    heir = _heir(request, rung) if rung.measure is Measure.REASSIGN else None
    if heir:
        columns |= {"assignee_id": heir.pk, "updated_at": now}
    if not ServiceRequest.objects.open().filter(pk=request.pk, **seen).update(**columns):
        return False
    record_changes([request.pk], by=None, reason=written("", source=ESCALATION), at=now)
    occasion = f"{request.stage_key} {request.stage_since.isoformat()} {request.rungs_done}"
    event, people = _told(request, rung, heir)
    tell_staff(event, request, people, occasion=occasion)
    for name, value in columns.items():
        setattr(request, name, value)
    return True


def _told(request: ServiceRequest, rung: Rung, heir: "User | None") -> "tuple[str, list[User]]":
    """Which notice goes to whom. Somebody is always told: where nobody holds the role, those who oversee."""
    if heir:
        return StaffNotice.Event.GIVEN, [heir]
    if rung.measure is Measure.RAISE:
        above = request.organisation.parent_id or request.organisation_id
        return StaffNotice.Event.RAISED, _overseers(above) or _overseers(request.organisation_id)
    late = StaffNotice.Event.LATE if rung.alarm is Alarm.RED else StaffNotice.Event.SOON
    return late, _responsible(request, rung) or _overseers(request.organisation_id)


def _responsible(request: ServiceRequest, rung: Rung) -> "list[User]":
    """Holders of the role in the department; whoever is in charge where no role is named, or all who could be."""
    if rung.role:
        return _holders(request, rung.role)
    if request.assignee_id:
        return list(get_user_model().objects.filter(pk=request.assignee_id, is_active=True))
    return list(staff_of([request.department_id]))


def _heir(request: ServiceRequest, rung: Rung) -> "User | None":
    """Who gets it: of those who hold the role and are there, the one with the fewest open requests."""
    away = Absence.objects.filter(first_day__lte=timezone.localdate(), last_day__gte=timezone.localdate())
    taken = [person for person in (request.assignee_id, request.applicant_id) if person is not None]
    free = staff_of([request.department_id]).exclude(pk__in=taken)
    if rung.role:
        posts = {"memberships__department": request.department_id, "memberships__role__key": rung.role}
        free = free.filter(pk__in=get_user_model().objects.filter(**posts).values("pk"))
    ready = list(free.exclude(pk__in=away.values("user")))
    load = dict(
        ServiceRequest.objects.open()
        .filter(assignee__in=ready)
        .order_by()
        .values_list("assignee")
        .annotate(number=Count("pk"))
    )
    return min(ready, key=lambda person: (load.get(person.pk, 0), person.pk), default=None)


def _holders(request: ServiceRequest, role: str) -> "list[User]":
    people = get_user_model().objects.filter(
        memberships__department=request.department_id, memberships__role__key=role, is_active=True
    )
    return list(people.distinct().order_by("pk"))


def _overseers(organisation: int) -> "list[User]":
    """Who oversees the requests of a body and works there."""
    label, codename = OVERSEE.split(".")
    rights: QuerySet[Permission] = Permission.objects.filter(content_type__app_label=label, codename=codename)
    people = get_user_model().objects.filter(memberships__department__organisation=organisation, is_active=True)
    allowed = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights)
    return list(people.filter(allowed).distinct().order_by("pk"))
