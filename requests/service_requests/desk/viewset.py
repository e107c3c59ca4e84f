"""Requests as a snippet. Only these views exist: list, one request, its actions, its history."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import SnippetAdminURLFinder

from cms.scoped import ScopedViewSet
from service_requests.desk import queue
from service_requests.desk.detail import RequestAction, RequestDetail, RequestSummary
from service_requests.desk.history import RequestHistory
from service_requests.desk.listing import RequestList
from service_requests.desk.papers import PaperDownload, RevokePaper
from service_requests.desk.writing import RequestWriting, draw_file
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import VIEW, visible_to


class RequestURLFinder(SnippetAdminURLFinder):
    """Where stock pages (audit log, search) lead to from a request: its detail, for those who may see it."""

    model = ServiceRequest

    def construct_edit_url(self, instance: ServiceRequest) -> str:
        return reverse("requests:inspect", args=[instance.public_id])

    def get_edit_url(self, instance: ServiceRequest) -> str | None:
        seen = visible_to(self.user).filter(pk=instance.pk).exists()
        return self.construct_edit_url(instance) if seen else None


class RequestsMenuItem(MenuItem):
    """Shown to those who have requests to look at."""

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(VIEW))


class RequestViewSet(ScopedViewSet):
    model = ServiceRequest
    url_namespace = "requests"
    admin_url_namespace = "requests"
    base_url_path = "requests"
    icon = "tasks"
    menu_label = _("Requests")
    menu_name = "requests"
    menu_order = 10
    menu_item_class = RequestsMenuItem
    add_to_admin_menu = True
    inspect_view_enabled = True
    index_view_class = RequestList
    inspect_view_class = RequestDetail
    history_view_class = RequestHistory
    index_template_name = RequestList.template_name
    index_results_template_name = RequestList.results_template_name
    inspect_template_name = RequestDetail.template_name
    history_template_name = RequestHistory.template_name

    @property
    def url_finder_class(self) -> type[RequestURLFinder]:
        return RequestURLFinder

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Stock views link to what they know by name: these do not exist here.
        absent = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name", "usage_url_name"))
        common: dict[str, Any] = super().get_common_view_kwargs(**{**absent, **kwargs})
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="list"),
            path("results/", self.index_results_view, name="list_results"),
            path("<uuid:pk>/", self.inspect_view, name="inspect"),
            path("<uuid:pk>/do/<slug:action>/", self.construct_view(RequestAction), name="act"),
            path("next/", queue.take, name="take_next"),
            path("filters/", queue.save_filter, name="save_filter"),
            path("filters/<uuid:pk>/forget/", queue.forget_filter, name="forget_filter"),
            path("inspect/", draw_file, name="draw"),
            path("<uuid:pk>/write/<slug:part>/", self.construct_view(RequestWriting), name="write"),
            path("<uuid:pk>/summary.pdf", require_admin_access(RequestSummary.as_view()), name="summary"),
            path("<uuid:pk>/papers/<uuid:paper>/", require_admin_access(PaperDownload.as_view()), name="paper"),
            path("<uuid:pk>/papers/<uuid:paper>/revoke/", require_admin_access(RevokePaper.as_view()), name="revoke"),
            path("<uuid:pk>/history/", self.history_view, name="history"),
            path("<uuid:pk>/history/results/", self.history_results_view, name="history_results"),
        ]

    def attach_model_edit_handler(self) -> None:
        # There is no form to edit a request with.
        return

    def register_model_check(self) -> None:
        return
