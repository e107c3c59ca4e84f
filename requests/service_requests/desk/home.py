"""The first page of the admin for those who work on requests: their queue in numbers."""

from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from service_requests.desk.listing import queue_of
from service_requests.records.scope import VIEW


class QueuePanel(Component):
    """Numbers that lead to the list behind them."""

    order = 10
    template_name = "service_requests/desk/queue.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"tabs": queue_of(parent_context["request"].user)[1:], "list_url": reverse("requests:list")}


def add_queue(request: Any, panels: list[Any]) -> None:
    """Before anything else, for those who may see requests."""
    if request.user.has_perm(VIEW):
        panels.insert(0, QueuePanel())
