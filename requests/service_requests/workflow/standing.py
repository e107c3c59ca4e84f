"""What of a person decides whether he may choose an outcome: his posts today, and what he chose before.

Read once for any number of requests, then asked for each of them without a query. Whether his groups give him the
right at all is asked first (permissions.holds_right).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cms.languages import in_language
from service_requests.casework.amounts import set_by
from service_requests.history.writing import chosen_before
from service_requests.records.models import ServiceRequest
from services_catalog.duties import Charge, charges_of
from services_catalog.organisations.models import Role
from services_catalog.processes.models import workflow_of
from services_catalog.processes.workflow import DECISIONS, Outcome, Stage, Workflow

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """A person before these requests.

    Attributes:
        chosen: request → keys of outcomes he chose on it, of those that some outcome must be kept apart from.
        priced: requests whose amounts he set, whatever the outcome was called by which he did.
        judged: objections to what he decided himself, on whatever level.
    """

    person: "User"
    charges: tuple[Charge, ...]
    chosen: Mapping[int, set[str]]
    priced: Collection[int]
    judged: Collection[int] = ()

    @classmethod
    def of(cls, person: "User", requests: Sequence[ServiceRequest], key: str = "") -> "Standing":
        """For all outcomes that are offered to these requests now, or for those of this key."""
        offered = _offered(requests, key)
        has_roles = any(roles_for(stage, outcome) for stage, outcome in offered)
        apart = {kept for _stage, outcome in offered for kept in outcome.apart_from}
        asks_amount = any(outcome.needs_amount for _stage, outcome in offered)
        keys = [request.pk for request in requests]
        return cls(
            person,
            charges_of(person) if has_roles else (),
            chosen_before(keys, apart, by=person),
            set_by(person, keys) if asks_amount else (),
            _judged(person, requests),
        )

    def obstacle(self, request: ServiceRequest, outcome: Outcome) -> str:
        """Why it is not for him to choose this outcome on this request; empty when it is."""
        roles = roles_for(request.stage, outcome)
        if roles and not self.holds_one_of(roles, request):
            return _("This is the work of: %(roles)s. You hold no such post in its department.") % {
                "roles": " · ".join(self._role_names.get(role, role) for role in roles)
            }
        before = self.chose_before(request, outcome)
        if before:
            return _("You chose “%(outcome)s” on this request: somebody else has to do this.") % {
                "outcome": _label(request.workflow, before)
            }
        if request.pk in self.judged and decides(request.workflow, outcome):
            return _("You decided on the request that this objects to: somebody else has to decide.")
        if outcome.needs_amount and request.pk in self.priced:
            return _("You set what is to be paid for this request: somebody else has to do this.")
        return ""

    def holds_one_of(self, roles: Iterable[str], request: ServiceRequest) -> bool:
        """Whether he has a post in one of these roles, in its department and for its service."""
        if self.person.is_superuser:
            return True
        wanted = set(roles)
        return any(
            charge.role in wanted and charge.covers(request.department_id, request.service_id)
            for charge in self.charges
        )

    def chose_before(self, request: ServiceRequest, outcome: Outcome) -> str:
        """Key of an outcome that he chose on it and that must be another person's than this one; superusers too."""
        chosen = self.chosen.get(request.pk, ())
        return next((key for key in outcome.apart_from if key in chosen), "")

    @cached_property
    def _role_names(self) -> dict[str, str]:
        return {role.key: str(role) for role in Role.objects.all()}


def roles_for(stage: Stage, outcome: Outcome) -> tuple[str, ...]:
    """Whose work this outcome is: as it says, else as its stage says; empty for everybody who processes there."""
    return () if outcome.is_citizens else outcome.roles or stage.roles


def decides(workflow: Workflow, outcome: Outcome) -> bool:
    """Whether choosing this is to answer the request: it decides, or nothing of staff comes after it."""
    return outcome.kind in DECISIONS or (not outcome.is_citizens and workflow.stage(outcome.target).is_closed)


def _judged(person: "User", requests: Sequence[ServiceRequest]) -> set[int]:
    """Those that object to something this person decided, on whatever level; no query where none is an objection."""
    # Request below → the objections that contest it, directly or by way of another one.
    above: dict[int, set[int]] = {}
    for request in requests:
        if request.parent_id is not None:
            above.setdefault(request.parent_id, set()).add(request.pk)
    found: set[int] = set()
    while above:
        rows = ServiceRequest.objects.filter(pk__in=above).order_by()
        below = {
            key: (parent, version) for key, parent, version in rows.values_list("pk", "parent", "workflow_version")
        }
        decided = _decided(person, {key: version for key, (_parent, version) in below.items()})
        found |= {objection for key in decided for objection in above[key]}
        next_level: dict[int, set[int]] = {}
        for key, (parent, _version) in below.items():
            if parent is not None:
                next_level.setdefault(parent, set()).update(above[key])
        above = next_level
    return found


def _decided(person: "User", versions: Mapping[int, Any]) -> set[int]:
    """Which of these requests, with the versions of their workflows, this person decided."""
    keys = {
        request: {outcome.key for _stage, outcome in workflow.outcomes() if decides(workflow, outcome)}
        for request, workflow in ((request, workflow_of(version)) for request, version in versions.items())
    }
    chosen = chosen_before(list(versions), set().union(*keys.values()), by=person)
    return {request for request in versions if chosen.get(request, set()) & keys[request]}


def _offered(requests: Sequence[ServiceRequest], key: str) -> list[tuple[Stage, Outcome]]:
    places = {(request.workflow_version_id, request.stage_key) for request in requests}
    stages = [workflow_of(version).stage(stage) for version, stage in sorted(places)]
    return [(stage, outcome) for stage in stages for outcome in stage.outcomes if key in {"", outcome.key}]


def _label(workflow: Workflow, key: str) -> str:
    found = (stage.outcome(key) for stage in workflow.stages)
    return next((in_language(outcome.label) for outcome in found if outcome), key)
