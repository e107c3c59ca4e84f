"""Workflows as editors write them."""

from typing import Any

from services_catalog.organisations.models import Organisation
from services_catalog.processes.blocks import StagesBlock
from services_catalog.processes.models import Workflow


def words(text: str) -> dict[str, str]:
    return {"ar": f"{text} بالعربية", "en": text.capitalize()}


def outcome(key: str, target: str, kind: str = "move", **more: Any) -> dict[str, Any]:
    value = {"key": key, "label": words(key), "target": target, "kind": kind, **more}
    return {"type": "outcome", "id": f"o-{key}", "value": value}


def stage(key: str, status: str, *outcomes: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = {"key": key, "label": words(key), "status": status, "outcomes": list(outcomes), **more}
    return {"type": "stage", "id": f"s-{key}", "value": value}


def three_stages() -> list[dict[str, Any]]:
    """Received, worked on, done."""
    return [
        stage("received", "submitted", outcome("take", "work", "take")),
        stage("work", "in_progress", outcome("finish", "done", "approve")),
        stage("done", "completed"),
    ]


def stages_of(written: list[dict[str, Any]]) -> Any:
    return StagesBlock().to_python(written)


def workflow_with(
    written: list[dict[str, Any]], key: str = "own", organisation: Organisation | None = None
) -> Workflow:
    made: Workflow = Workflow.objects.create(
        key=key, name=words(key), organisation=organisation, stages=stages_of(written)
    )
    return made


def rewritten(workflow: Workflow, written: list[dict[str, Any]]) -> Workflow:
    """The workflow after an editor saved these stages."""
    workflow.stages = stages_of(written)
    workflow.save()
    return workflow
