"""Which workflows a member of staff may read, and which he may change.

Those of his own bodies are his to change. Those without a body are everybody's to read and to use, and
nobody's to change but a superuser's.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.permissions import register_permission_policy

from cms.scoped import ScopedPolicy
from services_catalog.organisations.scope import organisations_of
from services_catalog.processes.models import Workflow


class WorkflowPolicy(ScopedPolicy):
    """Reading reaches further than changing."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action) and _rows(user, [action]).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: Any, actions: Sequence[str], instance: Model) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Sequence[str]) -> "QuerySet[Any]":
        held = [action for action in actions if self.user_has_permission(user, action)]
        return _rows(user, held) if held else Workflow.objects.none()


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(Workflow, WorkflowPolicy(Workflow, workflows_of))


def workflows_of(user: Any) -> "QuerySet[Workflow]":
    """Those a person may read and choose for a service: of his bodies, and the shared ones."""
    if user.is_superuser:
        return Workflow.objects.select_related("organisation")
    mine = Q(organisation__in=organisations_of(user)) | Q(organisation=None)
    return Workflow.objects.filter(mine).select_related("organisation")


def own_workflows_of(user: Any) -> "QuerySet[Workflow]":
    """Those he may change."""
    if user.is_superuser:
        return Workflow.objects.select_related("organisation")
    return Workflow.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def _rows(user: Any, actions: Sequence[str]) -> "QuerySet[Workflow]":
    return workflows_of(user) if "view" in actions else own_workflows_of(user)
