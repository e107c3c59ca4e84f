"""Why a workflow must stay: services follow it, requests run on it, or it is what services follow by default.

And which workflows name a role or a department, so that these stay too.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services_catalog.organisations.models import Department, Role
from services_catalog.processes import workflow as values
from services_catalog.processes.defaults import REVIEW_AND_DECISION
from services_catalog.processes.models import Workflow
from services_catalog.processes.usage import Usage, usage_of


def reason_to_keep(workflow: Workflow) -> str:
    """In words; empty when it may go."""
    named = {"workflow": workflow}
    if workflow.key == REVIEW_AND_DECISION:
        return _("“%(workflow)s” is what services follow that name no workflow. It is not deleted.") % named
    # By name: the catalogue stands above its processes.
    page = apps.get_model("services_catalog", "ServicePage")
    services = page.objects.filter(workflow=workflow).count()
    if services:
        return ngettext(
            "“%(workflow)s” is not deleted: %(count)d service follows it. Choose another workflow there first.",
            "“%(workflow)s” is not deleted: %(count)d services follow it. Choose another workflow there first.",
            services,
        ) % {**named, "count": services}
    used = sum(usage_of(workflow.versions.defer("spec")).values(), Usage())
    if used.requests:
        return ngettext(
            "“%(workflow)s” is not deleted: %(count)d request was worked by it, and its history tells of it.",
            "“%(workflow)s” is not deleted: %(count)d requests were worked by it, and their history tells of it.",
            used.requests,
        ) % {**named, "count": used.requests}
    return ""


def workflows_naming(row: Model) -> Iterator[str]:
    """The workflows that name this role or department: as they are now, or as open requests still run on them."""
    if not isinstance(row, Role | Department):
        return
    workflows = Workflow.objects.all()
    if isinstance(row, Department):
        workflows = workflows.filter(Q(organisation=row.organisation_id) | Q(organisation=None))
    for workflow in workflows:
        if any(_names(value, row) for value in _in_use(workflow)):
            yield _("the workflow “%(workflow)s”") % {"workflow": workflow}


def _in_use(workflow: Workflow) -> Iterator[values.Workflow]:
    yield workflow.value
    used = usage_of(workflow.versions.defer("spec"))
    for version in workflow.versions.filter(pk__in=[digest for digest, usage in used.items() if usage.open]):
        yield version.value


def _names(value: values.Workflow, row: Role | Department) -> bool:
    if isinstance(row, Department):
        return any(stage.place is values.Place.NAMED and stage.department == row.key for stage in value.stages)
    return row.key in roles_of(value)


def roles_of(value: values.Workflow) -> set[str]:
    """Keys of the roles that a workflow speaks of."""
    of_stages = {role for stage in value.stages for role in (*stage.roles, *(rung.role for rung in stage.ladder))}
    return (of_stages | {role for _stage, outcome in value.outcomes() for role in outcome.roles}) - {""}
