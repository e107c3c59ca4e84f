"""Workflows for tests: the office's path with everything an outcome may ask for, open to whoever processes."""

from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind, Outcome, Stage
from services_catalog.processes.workflow import Workflow as Value


def _texts(words: str) -> dict[str, str]:
    return {"ar": f"ع {words}", "en": words}


def outcome(key: str, target: str, **asks: object) -> Outcome:
    return Outcome(key=key, label=_texts(key), target=target, **asks)  # type: ignore[arg-type]


def stage(key: str, status: Status, *outcomes: Outcome, **more: object) -> Stage:
    return Stage(key=key, label=_texts(key), status=status, outcomes=outcomes, **more)  # type: ignore[arg-type]


FULL = (
    stage("new", Status.SUBMITTED, outcome("take", "formal", kind=Kind.TAKE)),
    stage(
        "formal",
        Status.IN_REVIEW,
        outcome("complete", "technical", needs_checklist=True),
        outcome("ask_citizen", "asked", kind=Kind.ASK_CITIZEN, needs_note=True, tells_citizen=True),
        checks_documents=True,
    ),
    stage("asked", Status.WAITING_CITIZEN, outcome("answered", "formal", kind=Kind.ANSWERED)),
    stage(
        "technical",
        Status.IN_REVIEW,
        outcome("set_amount", "approval", sets_amount=True, needs_note=True),
        outcome("pass_on", "approval"),
    ),
    stage(
        "approval",
        Status.IN_PROGRESS,
        outcome("approve", "done", kind=Kind.APPROVE, needs_amount=True),
        outcome("sign", "done", needs_document=True),
    ),
    stage("done", Status.COMPLETED),
)


# Staff may go on without what they asked for, and may ask for more while they wait.
PATIENT = (
    stage("new", Status.SUBMITTED, outcome("take", "review", kind=Kind.TAKE)),
    stage(
        "review",
        Status.IN_REVIEW,
        outcome("ask_citizen", "asked", kind=Kind.ASK_CITIZEN, needs_note=True),
        outcome("approve", "done", kind=Kind.APPROVE),
    ),
    stage(
        "asked",
        Status.WAITING_CITIZEN,
        outcome("answered", "review", kind=Kind.ANSWERED),
        outcome("ask_for_more", "asked", kind=Kind.ASK_CITIZEN, needs_note=True),
        outcome("go_on", "review"),
    ),
    stage("done", Status.COMPLETED),
)


def patient_workflow() -> WorkflowVersion:
    """The version of a workflow in which staff take back what they asked for."""
    return full_workflow("patient", PATIENT)


def full_workflow(key: str = "full", stages: tuple[Stage, ...] = FULL) -> WorkflowVersion:
    """The version of a workflow with a checklist, amounts and a document."""
    value = Value(key=key, name=_texts(key), stages=stages)
    digest = digest_of(value)
    found = WorkflowVersion.objects.filter(pk=digest).first()
    if found:
        return found
    # Saving one through the editor's blocks is tested elsewhere.
    Workflow.objects.bulk_create([Workflow(key=key, name=value.name)])
    return WorkflowVersion.objects.create(
        digest=digest, workflow=Workflow.objects.get(key=key), number=1, spec=value.model_dump(mode="json")
    )
