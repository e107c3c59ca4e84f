"""Which department has a request when it enters a stage. Private to workflow: others call `actions`.

The stage says so (`Place`), or whoever refers it chooses the department. Whoever was in charge does not come
along to another department: there it waits for somebody to take it.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from services_catalog.processes.models import workflow_of
from services_catalog.processes.workflow import Kind, Outcome, Place, Stage

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


# An outcome, and the stage behind it.
Way = tuple[Outcome, Stage]


def placed(stage: Stage, outcome: Outcome | None, to: Department | None) -> "dict[str, Combinable]":
    """The columns that entering `stage` sets, the same for any number of requests; empty where it stays."""
    goes = _goes_to(stage, outcome, to)
    if goes is None:
        return {}
    columns: dict[str, Combinable] = {"department_id": goes}
    if outcome is None or outcome.kind is not Kind.TAKE:
        columns["assignee_id"] = Case(When(department_id=goes, then=F("assignee_id")), default=None)
    return columns


def position_of(request: ServiceRequest) -> tuple[str, str]:
    """Its version of a workflow and its stage there: what those who stand together share."""
    return request.workflow_version_id, request.stage_key


def obstacles_to_place(
    requests: Sequence[ServiceRequest], key: str, to: Department | None, *, foresees: bool = False
) -> list[str]:
    """Why each of these requests finds no department behind this outcome; empty where it does.

    Args:
        foresees: before the department was chosen; that it is missing is no obstacle then.
    """
    # Thousands of requests stand in a few stages.
    positions = [position_of(request) for request in requests]
    known = {position: _entered(*position, key) for position in set(positions)}
    ways = [known[position] for position in positions]
    there = _named_departments([(request.organisation_id, way) for request, way in zip(requests, ways, strict=True)])
    return [_obstacle(request, way, to, there, foresees=foresees) for request, way in zip(requests, ways, strict=True)]


def first_department(stage: Stage, of_service: Department) -> Department:
    """Which department gets a request that is being submitted."""
    if stage.place is not Place.NAMED:
        return of_service
    named = Department.objects.filter(organisation=of_service.organisation_id, key=stage.department)
    return named.first() or of_service


def _goes_to(stage: Stage, outcome: Outcome | None, to: Department | None) -> "Combinable | None":
    if outcome is not None and outcome.kind is Kind.REFER:
        return Subquery(Department.objects.filter(pk=to.pk).values("pk")) if to else None
    own = Department.objects.filter(organisation=OuterRef("organisation_id"))
    if stage.place is Place.COMPETENT:
        of_service = ServicePage.objects.filter(pk=OuterRef(OuterRef("service_id"))).values("department_id")
        # A service that names nobody any more leaves the request where it is.
        return Coalesce(Subquery(own.filter(pk__in=of_service).values("pk")[:1]), F("department_id"))
    if stage.place is Place.NAMED:
        return Coalesce(Subquery(own.filter(key=stage.department).values("pk")[:1]), F("department_id"))
    return None


def _entered(version: str, stage_key: str, key: str) -> Way | None:
    workflow = workflow_of(version)
    outcome = workflow.stage(stage_key).outcome(key)
    return (outcome, workflow.stage(outcome.target)) if outcome else None


def _named_departments(entered: Collection[tuple[int, Way | None]]) -> Collection[tuple[int, str]]:
    """The departments that requests of these bodies would go to by name and that are there; one query, or none."""
    named = {(body, way[1].department) for body, way in entered if way and way[1].place is Place.NAMED}
    if not named:
        return set()
    rows = Department.objects.filter(
        organisation__in={body for body, _key in named}, key__in={department for _body, department in named}
    )
    return set(rows.values_list("organisation_id", "key"))


def _obstacle(
    request: ServiceRequest, way: Way | None, to: Department | None, there: Collection[Any], *, foresees: bool
) -> str:
    if way is None:
        return ""
    outcome, stage = way
    if outcome.kind is Kind.REFER:
        return _obstacle_to_refer(request, to, foresees=foresees)
    if stage.place is Place.NAMED and (request.organisation_id, stage.department) not in there:
        words = _("Its organisation has no department “%(key)s”, to which this leads. Tell whoever keeps the workflow.")
        return words % {"key": stage.department}
    return ""


def _obstacle_to_refer(request: ServiceRequest, to: Department | None, *, foresees: bool) -> str:
    if to is None:
        return "" if foresees else _("Choose the department that it is referred to.")
    if to.organisation_id != request.organisation_id:
        return _("It belongs to another organisation than “%(department)s”.") % {"department": to}
    if to.pk == request.department_id:
        return _("“%(department)s” has it already.") % {"department": to}
    return ""
