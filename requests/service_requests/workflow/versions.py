"""Moving running requests to the newest version of their workflow, all of them by one UPDATE.

Editing a workflow changes nothing for requests that run: each is worked by the version it began with. Whoever
oversees them may move them; where the newest version has no such stage any more, he says where they go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, DateTimeField, F, PositiveSmallIntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from service_requests.history.reasons import NEWER_WORKFLOW, written
from service_requests.history.writing import record_all
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import OVERSEE, not_concerning, of_bodies, visible_to
from service_requests.workflow.moves import NotPossible
from service_requests.workflow.permissions import BULK
from service_requests.workflow.placing import placed
from service_requests.workflow.recomputing import recompute_of_workflow
from services_catalog.processes.models import WorkflowVersion
from services_catalog.processes.usage import Usage
from services_catalog.processes.workflow import Stage, Workflow

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from home.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """How many requests stand in one stage of the older version, and the stage they keep in the newest.

    `stays` is None where somebody has to say where they go.
    """

    stage: Stage
    count: int
    stays: Stage | None


@dataclass(frozen=True)
class Foreseen:
    """What moving would do. `own` requests of the person himself stay: a colleague moves them."""

    standing: tuple[Standing, ...]
    own: int

    @property
    def total(self) -> int:
        return sum(one.count for one in self.standing)

    @property
    def mark(self) -> str:
        """Changes with what would be moved, so that nobody confirms what he has not seen."""
        counted = [f"{one.stage.key}:{one.count}:{one.stays.key if one.stays else ''}" for one in self.standing]
        return sha256("|".join(counted).encode()).hexdigest()


def may_move(user: "User") -> bool:
    """Whoever oversees requests and changes many at once."""
    return user.has_perm(OVERSEE) and user.has_perm(BULK)


def usage_of_versions(digests: list[str], told_to: "User | None") -> dict[str, Usage]:
    """How many requests run on each version: all of them, or those of the bodies in which that person works."""
    requests = of_bodies(told_to) if told_to else ServiceRequest.objects.all()
    rows = requests.filter(workflow_version__in=digests).order_by().values_list("workflow_version")
    counted = rows.annotate(every=Count("pk"), still=Count("pk", filter=Q(closed_at=None)))
    return {digest: Usage(every, still) for digest, every, still in counted}


def foresee(version: WorkflowVersion, newest: WorkflowVersion, *, by: "User") -> Foreseen:
    """The open requests of this version that the person may move, by the stage they stand in."""
    rows = _running(version, by).order_by().values_list("stage_key")
    counts: Mapping[str, int] = dict(rows.annotate(number=Count("pk")))
    own = visible_to(by).open().filter(workflow_version=version).exclude(not_concerning(by)).count()
    standing = (
        Standing(stage, counts[stage.key], _kept(stage, newest.value))
        for stage in version.value.stages
        if stage.key in counts
    )
    return Foreseen(tuple(standing), own)


def open_stages(newest: WorkflowVersion) -> list[Stage]:
    """Where requests may go: no request is closed by moving it."""
    return [stage for stage in newest.value.stages if not stage.is_closed]


def move_to_newest(
    version: WorkflowVersion, newest: WorkflowVersion, *, by: "User", reason: str, goes: Mapping[str, str]
) -> int:
    """Let the open requests of a version go on by the newest; how many there were.

    Args:
        goes: for each stage that is gone, the key of the open stage its requests go to.

    Raises:
        NotPossible: without a reason, or when a stage with requests is gone and nobody said where they go.
        PermissionDenied: when the person does not oversee requests.
    """
    if not may_move(by):
        raise PermissionDenied
    if not reason.strip():
        raise NotPossible(_("Write why. It is kept in the history of each request."))
    with transaction.atomic():
        return _move(version, newest, by, reason.strip(), goes)


def _move(version: WorkflowVersion, newest: WorkflowVersion, by: "User", reason: str, goes: Mapping[str, str]) -> int:
    ways = {stage.key: _way(stage, newest, goes) for stage in version.value.stages if not stage.is_closed}
    found = {key: stage for key, stage in ways.items() if stage is not None}
    now = timezone.now()
    replaced = [key for key, stage in found.items() if key != stage.key]
    placement = _placement(
        {key: stage for key, stage in found.items() if _is_elsewhere(version.value.stage(key), stage)}
    )
    moved = (
        _running(version, by)
        .filter(stage_key__in=found)
        .update(
            workflow_version=newest,
            stage_key=Case(*(When(stage_key=key, then=Value(stage.key)) for key, stage in found.items())),
            status=Case(*(When(stage_key=key, then=Value(stage.status.value)) for key, stage in found.items())),
            # In another stage the time begins anew, and so does what is done about its lateness.
            stage_since=Case(
                When(stage_key__in=replaced, then=Value(now, output_field=DateTimeField())), default=F("stage_since")
            ),
            rungs_done=Case(
                When(stage_key__in=replaced, then=Value(0)),
                default=F("rungs_done"),
                output_field=PositiveSmallIntegerField(),
            ),
            updated_at=now,
            **placement,
        )
    )
    # Whatever still runs on the older version stands where nobody said where to go: all of it or nothing.
    left = _running(version, by)
    if left.exists():
        raise NotPossible(_("Say for each stage that is gone where its requests go."))
    if moved:
        # What this UPDATE changed has its moment, and the newest version.
        changed = ServiceRequest.objects.filter(workflow_version=newest, updated_at=now)
        record_all(changed, by=by, reason=written(reason, source=NEWER_WORKFLOW))
        recompute_of_workflow(newest.digest)
    return moved


def _is_elsewhere(stage: Stage, entered: Stage) -> bool:
    """Whether the newest version says anew which department has it; what was referred by hand stays there."""
    return (stage.key, stage.place, stage.department) != (entered.key, entered.place, entered.department)


def _placement(entered: Mapping[str, Stage]) -> "dict[str, Combinable]":
    """The department of each, and who is in charge there, by the stage that they leave."""
    places = {key: columns for key, stage in entered.items() if (columns := placed(stage, None, None))}
    if not places:
        return {}
    return {
        name: Case(
            *(When(stage_key=key, then=columns[name]) for key, columns in places.items()),
            default=F(name),
        )
        for name in ("department_id", "assignee_id")
    }


def _way(stage: Stage, newest: WorkflowVersion, goes: Mapping[str, str]) -> Stage | None:
    kept = _kept(stage, newest.value)
    if kept is not None:
        return kept
    return next((one for one in open_stages(newest) if one.key == goes.get(stage.key)), None)


def _kept(stage: Stage, newest: Workflow) -> Stage | None:
    same = newest.by_key.get(stage.key)
    return same if same is not None and not same.is_closed else None


def _running(version: WorkflowVersion, by: "User") -> ServiceRequestQuerySet:
    """Nobody works on a request of his own."""
    return visible_to(by).open().filter(workflow_version=version).filter(not_concerning(by))
