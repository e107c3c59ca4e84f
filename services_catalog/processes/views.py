"""The admin pages of a workflow beside the stock ones: its picture, and its versions with what runs on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CopyView, DeleteView, EditView, IndexView

from cms.languages import in_language
from cms.scoped import rows_of
from services_catalog.organisations.models import Department, Role
from services_catalog.processes import workflow as values
from services_catalog.processes.drawing import draw
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.review import Fault
from services_catalog.processes.telling import told
from services_catalog.processes.usage import Usage, may_move, usage_of

WORKFLOWS = "wagtailsnippets_processes_workflow:list"
EDIT = "wagtailsnippets_processes_workflow:edit"


@dataclass(frozen=True)
class VersionRow:
    """A version as it stands in the list."""

    number: int
    made_at: datetime
    is_live: bool
    usage: Usage


def may_change(user: Any, workflow: Workflow) -> bool:
    return bool(policy_registry.get_by_type(Workflow).user_has_permission_for_instance(user, "change", workflow))


class WorkflowList(IndexView):
    """The workflows; those of all organisations lead to their picture, one's own to the editor."""

    def get_edit_url(self, instance: Workflow) -> str:
        if may_change(self.request.user, instance):
            return str(super().get_edit_url(instance))
        return reverse("workflows_drawing", args=[instance.pk])

    def get_delete_url(self, instance: Workflow) -> str | None:
        url: str | None = super().get_delete_url(instance) if may_change(self.request.user, instance) else None
        return url

    def get_list_more_buttons(self, instance: Workflow) -> list[Any]:
        drawing = Button(
            _("Drawing"), url=reverse("workflows_drawing", args=[instance.pk]), icon_name="view", priority=1
        )
        versions = Button(
            _("Versions"), url=reverse("workflows_versions", args=[instance.pk]), icon_name="history", priority=2
        )
        stock = list(super().get_list_more_buttons(instance))
        if not may_change(self.request.user, instance):
            stock = [button for button in stock if button.icon_name != "edit"]
        return [drawing, versions, *stock]


class OwnWorkflow:
    """In front of a view that changes: what one may only read leads to its picture."""

    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        workflow = self.get_object()  # type: ignore[attr-defined]  # of the stock view behind
        if not may_change(request.user, workflow):
            if request.method != "GET":
                raise PermissionDenied
            return redirect("workflows_drawing", workflow.pk)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class EditWorkflow(OwnWorkflow, EditView):
    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return page_buttons(self.object)


class DeleteWorkflow(OwnWorkflow, DeleteView):
    pass


class CopyWorkflow(CopyView):
    """A workflow of one's own from one that may be read; the rest is not there."""

    def get_object(self, queryset: Any = None) -> Workflow:
        return readable(self.request, self.kwargs["pk"])

    def get_initial_form_instance(self) -> Workflow:
        found = self.get_object()
        # Another row: the stock view would hand over the row itself, and a form sent here would change it.
        return Workflow(name=found.name, stages=found.stages)


def page_buttons(workflow: Workflow) -> list[HeaderButton]:
    return [
        HeaderButton(label=_("Drawing"), url=reverse("workflows_drawing", args=[workflow.pk]), icon_name="view"),
        HeaderButton(label=_("Versions"), url=reverse("workflows_versions", args=[workflow.pk]), icon_name="history"),
    ]


def drawing(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The picture of a workflow as requests begin with it now, or of an older version."""
    workflow = readable(request, pk)
    version = workflow.live_version
    if number is not None:
        version = get_object_or_404(WorkflowVersion, workflow=workflow, number=number)
    assert version is not None  # every save makes one
    is_live = version.pk == workflow.live_version_id
    value = workflow.value if is_live else version.value
    departments = _departments_of(workflow)
    faults = workflow.faults() if is_live else []
    return TemplateResponse(
        request,
        "services_catalog/workflows/drawing.html",
        {
            "workflow": workflow,
            "version": version,
            "is_live": is_live,
            "drawing": draw(value, mirrored=get_language_bidi()),
            "is_mirrored": get_language_bidi(),
            "stages": told(value, _roles(), departments, faults),
            "faults": faults,
            "may_change": may_change(request.user, workflow),
            "breadcrumbs_items": crumbs(workflow, _("Drawing")),
            "header_title": str(workflow),
            "header_icon": "tasks",
        },
    )


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with how many requests of one's own bodies run on it."""
    workflow = readable(request, pk)
    found = list(workflow.versions.defer("spec").order_by("-number"))
    usage = usage_of(found, told_to=request.user)
    rows = [
        VersionRow(version.number, version.made_at, version.pk == workflow.live_version_id, usage[version.pk])
        for version in found
    ]
    return TemplateResponse(
        request,
        "services_catalog/workflows/versions.html",
        {
            "workflow": workflow,
            "rows": rows,
            "may_move": may_move(request.user),
            "breadcrumbs_items": crumbs(workflow, _("Versions")),
            "header_title": str(workflow),
            "header_icon": "history",
        },
    )


def readable(request: HttpRequest, pk: int) -> Workflow:
    """A workflow that this person may read; others are not there."""
    workflow: Workflow = get_object_or_404(rows_of(Workflow, request.user).select_related("live_version"), pk=pk)
    return workflow


def crumbs(workflow: Workflow, here: str) -> list[dict[str, str]]:
    return [
        {"url": reverse(WORKFLOWS), "label": pgettext("of requests", "Workflows")},
        {"url": reverse(EDIT, args=[workflow.pk]), "label": str(workflow)},
        {"url": "", "label": here},
    ]


def place_of(fault: Fault, workflow: values.Workflow) -> str:
    """Where a fault stands, in words; empty for the whole."""
    for stage in workflow.stages:
        if fault.block and stage.block == fault.block:
            return in_language(stage.label)
        for outcome in stage.outcomes:
            if fault.block and outcome.block == fault.block:
                return f"{in_language(stage.label)} · {in_language(outcome.label)}"
    return ""


def _departments_of(workflow: Workflow) -> dict[str, str]:
    rows = Department.objects.filter(organisation=workflow.organisation_id)
    return {department.key: str(department) for department in rows}


def _roles() -> dict[str, str]:
    return {role.key: str(role) for role in Role.objects.all()}


admin_doors = [
    path("workflows/<int:pk>/drawing/", drawing, name="workflows_drawing"),
    path("workflows/<int:pk>/drawing/<int:number>/", drawing, name="workflows_drawing_of_version"),
    path("workflows/<int:pk>/versions/", versions, name="workflows_versions"),
]
