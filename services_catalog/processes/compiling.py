"""From the editor's blocks to the value of a workflow. Pure."""

import hashlib
import json
from typing import Any

from cms.blocks import texts_of
from cms.languages import Texts
from services_catalog.processes.statuses import Status
from services_catalog.processes.targets import Target, Unit
from services_catalog.processes.workflow import Alarm, Kind, Measure, Outcome, Place, Rung, Stage, Workflow


def compile_stages(key: str, name: Texts, stages: Any) -> Workflow:
    """The workflow that an editor wrote, faults included: `review` finds them."""
    return Workflow(key=key, name=dict(name), stages=tuple(_stage(child) for child in stages))


def digest_of(workflow: Workflow) -> str:
    """SHA-256 of the canonical JSON. Ids of blocks do not count: they change with a copy."""
    canonical = json.dumps(without_blocks(workflow.model_dump(mode="json")), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def without_blocks(value: Any) -> Any:
    """The same JSON without the ids of the editor's blocks."""
    if isinstance(value, dict):
        return {key: without_blocks(item) for key, item in value.items() if key != "block"}
    if isinstance(value, list):
        return [without_blocks(item) for item in value]
    return value


def _stage(child: Any) -> Stage:
    value = child.value
    return Stage(
        key=value.get("key") or "",
        label=texts_of(value.get("label")),
        status=Status(value.get("status") or Status.IN_PROGRESS),
        place=Place(value.get("place") or Place.STAYS),
        department=value.get("department") or "",
        roles=tuple(value.get("roles") or ()),
        target=_target(value.get("target") or {}),
        checks_documents=bool(value.get("checks_documents")),
        ladder=tuple(_rung(rung) for rung in value.get("ladder") or ()),
        outcomes=tuple(_outcome(outcome) for outcome in value.get("outcomes") or ()),
        block=child.id or "",
    )


def _target(value: Any) -> Target | None:
    amount = value.get("amount")
    return Target(amount=amount, unit=Unit(value.get("unit") or Unit.DAYS)) if amount else None


def _rung(value: Any) -> Rung:
    return Rung(
        alarm=Alarm(value.get("alarm") or Alarm.RED),
        hours=value.get("hours") or 0,
        measure=Measure(value.get("measure") or Measure.TELL),
        role=value.get("role") or "",
    )


def _outcome(child: Any) -> Outcome:
    value = child.value
    return Outcome(
        key=value.get("key") or "",
        label=texts_of(value.get("label")),
        target=value.get("target") or "",
        kind=Kind(value.get("kind") or Kind.MOVE),
        roles=tuple(value.get("roles") or ()),
        needs_note=bool(value.get("needs_note")),
        needs_document=bool(value.get("needs_document")),
        needs_checklist=bool(value.get("needs_checklist")),
        needs_amount=bool(value.get("needs_amount")),
        sets_amount=bool(value.get("sets_amount")),
        apart_from=tuple(key for key in value.get("apart_from") or () if key),
        issues=value.get("issues") or "",
        tells_citizen=bool(value.get("tells_citizen")),
        block=child.id or "",
    )
