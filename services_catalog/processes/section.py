"""Workflows travel with the services that follow them (services_catalog.bundles.sections).

A record holds the stages as `shipped/workflows/*.json` writes them, and the names of the roles they speak of:
a portal that does not know a role yet learns it, one that does keeps its own name for it.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel, ConfigDict, Field
from wagtail.permissions import policy_registry

from cms.history import WITH_A_SERVICE
from cms.languages import Texts
from services_catalog.bundles.sections import Record, Reference, Section
from services_catalog.content.media import Media, Packed
from services_catalog.content.refusal import ContentError
from services_catalog.organisations.models import Organisation, Role
from services_catalog.processes import workflow as values
from services_catalog.processes.compiling import without_blocks
from services_catalog.processes.keeping import roles_of
from services_catalog.processes.models import Workflow
from services_catalog.processes.papers import SECTION as PAPERS


class WorkflowRecord(BaseModel):
    """One workflow as a file writes it; without an organisation it is for all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str = Field(default="", title=str(_("organisation")))
    name: Texts
    roles: dict[str, Texts] = {}
    stages: list[values.Stage]


class WorkflowSection(Section):
    name = "workflows"
    label = pgettext_lazy("of requests", "workflow")
    record = WorkflowRecord
    after = ("organisations", "departments", PAPERS)

    def used_by(self, service: Record) -> Iterable[str]:
        key = service.get("workflow")
        return [key] if isinstance(key, str) and key else []

    def needs(self, record: Record) -> Iterable[Reference]:
        body = record["organisation"]
        if not body:
            return []
        named = {stage["department"] for stage in record["stages"] if stage["place"] == values.Place.NAMED}
        departments = [Reference("departments", f"{body}/{key}") for key in sorted(named)]
        issued = {outcome["issues"] for stage in record["stages"] for outcome in stage["outcomes"]} - {""}
        papers = [Reference(PAPERS, f"{body}/{key}") for key in sorted(issued)]
        return [Reference("organisations", body), *departments, *papers]

    def is_for_all(self, record: Record) -> bool:
        return not record["organisation"]

    def read(self, key: str, media: Packed) -> Record | None:
        workflow = Workflow.objects.select_related("organisation").filter(key=key).first()
        if workflow is None:
            return None
        value = workflow.value
        named = Role.objects.filter(key__in=roles_of(value))
        return {
            "organisation": workflow.organisation.key if workflow.organisation else "",
            "name": workflow.name,
            "roles": {role.key: role.name for role in named},
            "stages": [without_blocks(stage.model_dump(mode="json")) for stage in value.stages],
        }

    def write(self, key: str, record: Record, media: Media) -> None:
        organisation = Organisation.objects.filter(key=record["organisation"]).first()
        if organisation is None and record["organisation"]:
            raise ContentError(f"{key}: there is no organisation “{record['organisation']}”")
        workflow = Workflow.objects.filter(key=key).first() or Workflow(key=key)
        if workflow.pk and workflow.organisation_id != (organisation.pk if organisation else None):
            raise ContentError(f"{key}: a workflow of another organisation has this key")
        for role, name in record["roles"].items():
            Role.objects.get_or_create(key=role, defaults={"name": name})
        workflow.organisation, workflow.name = organisation, record["name"]
        workflow.stages = _stream(workflow, record["stages"])
        wrong = [fault.message for fault in workflow.faults() if fault.level == "error"]
        if wrong:
            raise ContentError(*(f"{key}: {message}" for message in wrong))
        workflow._change_reason = WITH_A_SERVICE  # type: ignore[attr-defined]  # read by simple-history
        workflow.full_clean()
        workflow.save()

    def may_write(self, user: Any, key: str) -> bool:
        policy, workflow = policy_registry.get_by_type(Workflow), Workflow.objects.filter(key=key).first()
        if workflow is None:
            return bool(policy.user_has_permission(user, "add"))
        return bool(policy.user_has_permission_for_instance(user, "change", workflow))


def _stream(workflow: Workflow, stages: list[Record]) -> Any:
    block = workflow._meta.get_field("stages").stream_block
    return block.to_python([_child("stage", stage["key"], _stage(stage)) for stage in stages])


def _stage(stage: Record) -> Record:
    outcomes = [
        _child("outcome", f"{stage['key']}.{outcome['key']}", without_blocks(outcome)) for outcome in stage["outcomes"]
    ]
    return {**without_blocks(stage), "target": stage["target"] or {}, "outcomes": outcomes}


def _child(kind: str, name: str, value: Record) -> Record:
    # The key is the name of the block, so that a block keeps it when others are put before it.
    return {"type": kind, "id": name, "value": value}
