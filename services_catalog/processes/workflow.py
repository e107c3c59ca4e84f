"""A workflow as a value: stages joined by outcomes. Pure: no database, no person.

Editors put it together as data (`models.Workflow`); a request is pinned to the version it began with.
Actions ask this value what may happen; they never name a stage.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from cms.languages import Texts
from services_catalog.processes.statuses import CLOSED, Status
from services_catalog.processes.targets import Target

# The layout of this JSON. A reader that meets a higher number must refuse it.
FORMAT = 1


class Kind(StrEnum):
    """What an outcome does beside moving the request, as far as code is concerned.

    A stage may offer several outcomes of one kind.
    """

    TAKE = "take"
    MOVE = "move"
    ASK_CITIZEN = "ask_citizen"
    ANSWERED = "answered"
    REFER = "refer"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


KIND_LABELS = {
    Kind.TAKE: _("Takes it: whoever chooses it is in charge"),
    Kind.MOVE: _("Moves it on"),
    Kind.ASK_CITIZEN: _("Asks the citizen for something"),
    Kind.ANSWERED: _("The citizen's answer brings it back"),
    Kind.REFER: _("Refers it to a department that is chosen then"),
    Kind.APPROVE: _("Decides in favour"),
    Kind.REJECT: _("Decides against"),
    Kind.WITHDRAW: _("The citizen calls it off"),
}
# What the applicant chooses, and nobody else.
CITIZENS = frozenset({Kind.ANSWERED, Kind.WITHDRAW})
# Outcomes that decide; they ask for the right to decide.
DECISIONS = frozenset({Kind.APPROVE, Kind.REJECT})


class Place(StrEnum):
    """Which department has a request while it stands in a stage."""

    STAYS = "stays"
    COMPETENT = "competent"
    NAMED = "named"


class Alarm(StrEnum):
    """What makes a rung of an escalation ladder due."""

    AMBER = "amber"
    RED = "red"


class Measure(StrEnum):
    """What a rung of an escalation ladder does."""

    TELL = "tell"
    REASSIGN = "reassign"
    RAISE = "raise"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Frozen):
    """One step of an escalation ladder.

    Attributes:
        hours: working hours after the alarm.
        role: key of the role that is told, or that it goes to; empty tells whoever is in charge.
    """

    alarm: Alarm
    hours: int = 0
    measure: Measure = Measure.TELL
    role: str = ""


class Outcome(_Frozen):
    """One way out of a stage.

    Attributes:
        key: what it is called in addresses and history; unique in its stage.
        target: key of the stage it leads to.
        roles: keys of the roles that may choose it; empty for everybody who processes requests there.
        needs_note: whether whoever chooses it must say why, or what.
        needs_document: whether a file must be attached.
        needs_checklist: whether every document of the checklist must have been found in order.
        needs_amount: whether the amount to be paid must have been set.
        sets_amount: whether whoever chooses it sets the amount to be paid, by lines.
        apart_from: keys of outcomes (of any stage): who chose one of them on this request may not choose this.
        issues: key of the template of the document that it issues; empty for none.
        tells_citizen: whether the applicant gets a notice, with the kind of this outcome as its event.
        block: id of the editor's block, so that a fault can be shown there.
    """

    key: str
    label: Texts
    target: str
    kind: Kind = Kind.MOVE
    roles: tuple[str, ...] = ()
    needs_note: bool = False
    needs_document: bool = False
    needs_checklist: bool = False
    needs_amount: bool = False
    sets_amount: bool = False
    apart_from: tuple[str, ...] = ()
    issues: str = ""
    tells_citizen: bool = False
    block: str = ""

    @property
    def is_citizens(self) -> bool:
        return self.kind in CITIZENS

    @property
    def permission(self) -> str:
        """Codename of the right that groups give; empty for what the citizen does."""
        if self.is_citizens:
            return ""
        return "decide_servicerequest" if self.kind in DECISIONS else "process_servicerequest"


class Stage(_Frozen):
    """Where a request can stand; `status` is what citizens and reports see of it.

    Attributes:
        place: which department has it then; `department` is its key where it is named.
        roles: keys of the roles whose work it is; empty for everybody who processes requests there.
        target: working time until an outcome is due; None without a promise.
        checks_documents: whether the required documents are gone through one by one.
        ladder: what happens when it takes too long.
    """

    key: str
    label: Texts
    status: Status
    place: Place = Place.STAYS
    department: str = ""
    roles: tuple[str, ...] = ()
    target: Target | None = None
    checks_documents: bool = False
    ladder: tuple[Rung, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    block: str = ""

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def pauses_clock(self) -> bool:
        """Whether time spent here is not the office's."""
        return self.status in PAUSING

    def outcome(self, key: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.key == key), None)

    def of_kind(self, kind: Kind) -> Outcome | None:
        """The first outcome of this kind."""
        return next((outcome for outcome in self.outcomes if outcome.kind is kind), None)


PAUSING = frozenset({Status.WAITING_CITIZEN, Status.WAITING_PAYMENT, Status.OTHER_PARTY})


class Workflow(_Frozen):
    """Stages in the order the editor gave them; a request starts in the first."""

    format: int = FORMAT
    key: str
    name: Texts
    stages: tuple[Stage, ...]

    @property
    def first(self) -> Stage:
        return self.stages[0]

    @cached_property
    def by_key(self) -> dict[str, Stage]:
        return {stage.key: stage for stage in self.stages}

    def stage(self, key: str) -> Stage:
        return self.by_key[key]

    def outcomes(self) -> Iterator[tuple[Stage, Outcome]]:
        """Every outcome with the stage that offers it."""
        for stage in self.stages:
            for outcome in stage.outcomes:
                yield stage, outcome

    def between(self, source: str, target: str) -> Outcome | None:
        """The outcome that leads from one stage to another; None for unknown stages and impossible ways."""
        stage = self.by_key.get(source)
        outcomes = stage.outcomes if stage else ()
        return next((outcome for outcome in outcomes if outcome.target == target), None)

    def sources(self, outcome: str) -> list[str]:
        """Keys of the stages that offer this outcome."""
        return [stage.key for stage in self.stages if stage.outcome(outcome)]
