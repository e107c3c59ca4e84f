"""The workflows that the portal brings along, as files and as rows. A migration uses it too: it imports no model."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from services_catalog.processes.compiling import compile_stages, digest_of

SHIPPED = Path(__file__).parent / "shipped"


def shipped_roles() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((SHIPPED / "roles.json").read_text())
    return records


def shipped_workflows() -> dict[str, dict[str, Any]]:
    """By key: the name, and the stages as the editor's blocks store them."""
    return {path.stem: _record(path) for path in sorted((SHIPPED / "workflows").glob("*.json"))}


def version_of_shipped(key: str, workflows: Any, versions: Any) -> Any:
    """The row of the version of a shipped workflow, made with these models where it is not there yet."""
    record = shipped_workflows()[key]
    workflow, _made = workflows.objects.get_or_create(
        key=key, defaults={"name": record["name"], "stages": json.dumps(record["stages"])}
    )
    value = compile_stages(key, record["name"], [child_of(stage) for stage in record["stages"]])
    version, _made = versions.objects.get_or_create(
        digest=digest_of(value), defaults={"workflow": workflow, "number": 1, "spec": value.model_dump(mode="json")}
    )
    workflows.objects.filter(pk=workflow.pk, live_version=None).update(live_version=version)
    return version


def _record(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text())
    return {
        "name": record["name"],
        "stages": [{"type": "stage", "value": _blocks(stage)} for stage in record["stages"]],
    }


def _blocks(stage: dict[str, Any]) -> dict[str, Any]:
    return {**stage, "outcomes": [{"type": "outcome", "value": outcome} for outcome in stage["outcomes"]]}


def child_of(block: dict[str, Any]) -> SimpleNamespace:
    """A stored block as the compiler reads a live one."""
    value = dict(block["value"])
    value["outcomes"] = [SimpleNamespace(value=outcome["value"], id="") for outcome in value["outcomes"]]
    return SimpleNamespace(value=value, id="")
