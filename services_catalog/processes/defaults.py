"""The workflows that the portal brings along as rows, and which one a service without a choice of its own follows."""

import json
from typing import TYPE_CHECKING, Any

from services_catalog.organisations.models import Role
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.shipping import shipped_roles, shipped_workflows

if TYPE_CHECKING:
    from services_catalog.models import ServicePage

REVIEW_AND_DECISION = "review-and-decision"


def workflow_for(service: "ServicePage") -> WorkflowVersion:
    """What a request for this service begins with now."""
    return _live({"pk": service.workflow_id} if service.workflow_id else {"key": REVIEW_AND_DECISION})


def usual_workflow() -> WorkflowVersion:
    """What a request begins with where nobody chose a workflow."""
    return _live({"key": REVIEW_AND_DECISION})


def _live(chosen: dict[str, Any]) -> WorkflowVersion:
    version = Workflow.objects.select_related("live_version").defer("stages").get(**chosen).live_version
    assert version is not None  # every save makes one
    return version


def ensure_shipped() -> None:
    """Make the roles and workflows that come along; what is there already stays as editors left it."""
    for record in shipped_roles():
        Role.objects.get_or_create(key=record["key"], defaults={"name": record["name"]})
    there = set(Workflow.objects.values_list("key", flat=True))
    for key, record in shipped_workflows().items():
        if key not in there:
            Workflow.objects.create(key=key, name=record["name"], stages=json.dumps(record["stages"]))
