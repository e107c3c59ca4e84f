"""Workflows in the admin: edited, drawn, checked, with their history and their versions."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet

from cms.history import RecordHistoryView
from cms.scoped import ScopedViewSet
from services_catalog.processes import picking, views
from services_catalog.processes.editing import WorkflowForm
from services_catalog.processes.keeping import reason_to_keep
from services_catalog.processes.models import Workflow

Workflow.base_form_class = WorkflowForm  # type: ignore[attr-defined]  # read by Wagtail
picking.register_editor()


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return views.admin_doors


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def tell_warnings(request: HttpRequest, instance: Model) -> None:
    """What does not stop a workflow and should be known all the same."""
    if not isinstance(instance, Workflow):
        return
    value = instance.value
    warned = [(views.place_of(fault, value), fault.message) for fault in instance.faults() if fault.level == "warning"]
    if warned:
        told = format_html_join("", "<li>{}: {}</li>", warned)
        messages.warning(request, format_html("{}<ul>{}</ul>", _("It was saved. Look at this too:"), told))


@hooks.register("before_delete_snippet")
def keep_what_is_followed(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """Said before the question “are you sure?”, so nobody agrees to what cannot be done."""
    for workflow in instances:
        reason = reason_to_keep(workflow) if isinstance(workflow, Workflow) else ""
        if reason:
            messages.error(request, reason)
            return redirect(views.WORKFLOWS)
    return None


@hooks.register("before_bulk_action")
def keep_many(request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any) -> HttpResponse | None:
    return keep_what_is_followed(request, objects) if action_type == "delete" else None


def whose(workflow: Workflow) -> str:
    return str(workflow.organisation or _("All organisations"))


class WorkflowViewSet(ScopedViewSet):
    model = Workflow
    icon = "tasks"
    menu_label = pgettext_lazy("of requests", "Workflows")
    menu_order = 305
    add_to_admin_menu = True
    copy_view_enabled = True
    list_display = ["__str__", "key", Column("whose", label=_("Organisation"), accessor=whose)]
    index_view_class = views.WorkflowList
    edit_view_class = views.EditWorkflow
    copy_view_class = views.CopyWorkflow
    delete_view_class = views.DeleteWorkflow
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("organisation")]),
        FieldPanel("stages"),
    ]


register_snippet(WorkflowViewSet)
