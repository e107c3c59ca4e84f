"""A workflow as a value: stages joined by outcomes.

Actions ask this value what may happen; they never name a stage themselves. Today one workflow is
built in; when workflows become data they are loaded into the same dataclasses.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cms.languages import Texts
from services_catalog.processes.statuses import CLOSED, Status

# What an outcome does, as far as code is concerned. A workflow may offer several outcomes of one kind.
TAKE = "take"
ASK_CITIZEN = "ask_citizen"
ANSWERED = "answered"
APPROVE = "approve"
REJECT = "reject"


@dataclass(frozen=True)
class Outcome:
    """One way out of a stage.

    Attributes:
        key: what the outcome is called in code, addresses and history.
        target: key of the stage it leads to.
        needs_note: whether whoever chooses it must say why, or what.
        permission: codename of the right it asks for; empty for what the citizen does.
        tells_citizen: whether the applicant gets a notice, with this outcome as its event.
    """

    key: str
    label: Texts
    target: str
    needs_note: bool = False
    permission: str = ""
    tells_citizen: bool = False

    @property
    def is_citizens(self) -> bool:
        return not self.permission


@dataclass(frozen=True)
class Stage:
    """Where a request can stand; `status` is what citizens and reports see of it."""

    key: str
    label: Texts
    status: Status
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    def outcome(self, key: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.key == key), None)


@dataclass(frozen=True)
class Workflow:
    """Stages by key; a request starts in `first`."""

    key: str
    first: str
    stages: Mapping[str, Stage]

    def stage(self, key: str) -> Stage:
        return self.stages[key]

    def between(self, source: str, target: str) -> Outcome | None:
        """The outcome that leads from one stage to another; None for unknown stages and impossible ways."""
        stage = self.stages.get(source)
        outcomes = stage.outcomes if stage else ()
        return next((outcome for outcome in outcomes if outcome.target == target), None)

    def sources(self, outcome: str) -> list[str]:
        """Keys of the stages that offer this outcome."""
        return [key for key, stage in self.stages.items() if stage.outcome(outcome)]


_TAKE = Outcome(TAKE, {"ar": "استلام", "en": "Take"}, "review", permission="process_servicerequest", tells_citizen=True)
_ASK = Outcome(
    ASK_CITIZEN,
    {"ar": "طلب استكمال من المستفيد", "en": "Ask the citizen"},
    "waiting",
    needs_note=True,
    permission="process_servicerequest",
    tells_citizen=True,
)
_APPROVE = Outcome(
    APPROVE, {"ar": "موافقة", "en": "Approve"}, "approved", permission="decide_servicerequest", tells_citizen=True
)
_REJECT = Outcome(
    REJECT,
    {"ar": "رفض", "en": "Reject"},
    "rejected",
    needs_note=True,
    permission="decide_servicerequest",
    tells_citizen=True,
)

REVIEW_AND_DECISION = Workflow(
    key="review-and-decision",
    first="received",
    stages={
        stage.key: stage
        for stage in (
            Stage(
                "received",
                {"ar": "وارد جديد", "en": "Received"},
                Status.SUBMITTED,
                (_TAKE,),
            ),
            Stage("review", {"ar": "قيد الدراسة", "en": "Under review"}, Status.IN_REVIEW, (_ASK, _APPROVE, _REJECT)),
            Stage(
                "waiting",
                {"ar": "بانتظار المستفيد", "en": "Waiting for the citizen"},
                Status.WAITING_CITIZEN,
                (Outcome(ANSWERED, {"ar": "رد المستفيد", "en": "Citizen answered"}, "review"),),
            ),
            Stage("approved", {"ar": "تمت الموافقة", "en": "Approved"}, Status.COMPLETED),
            Stage("rejected", {"ar": "مرفوض", "en": "Rejected"}, Status.REJECTED),
        )
    },
)

WORKFLOWS: Mapping[str, Workflow] = {REVIEW_AND_DECISION.key: REVIEW_AND_DECISION}
