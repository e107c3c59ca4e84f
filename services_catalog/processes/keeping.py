"""Why a workflow must stay: services follow it, requests run on it, or it is what services follow by default."""

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
