"""What a member of staff was told because it takes too long: his own list, the newest first."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from service_requests.notices.staff import notices_to
from service_requests.records.scope import VIEW, visible_to

PER_PAGE = 50


@require_admin_access
def alerts(request: HttpRequest) -> HttpResponse:
    """Whoever was told of a request that is not his to see any more reads its number, without a way to it."""
    mine: Any = notices_to(request.user)  # type: ignore[arg-type]  # nobody enters the admin anonymously
    if request.method == "POST":
        mine.filter(read_at=None).update(read_at=timezone.now())
        return redirect("alerts")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("p"))
    seen = set(
        visible_to(request.user)
        .filter(pk__in=[notice.request_id for notice in page])
        .order_by()
        .values_list("pk", flat=True)
    )
    context = {
        "header_title": _("Alerts"),
        "header_icon": "warning",
        "breadcrumbs_items": [{"url": "", "label": _("Alerts")}],
        "page": page,
        "rows": [(notice, notice.request_id in seen) for notice in page],
        "unread": mine.filter(read_at=None).count(),
    }
    return TemplateResponse(request, "service_requests/desk/alerts.html", context)


class AlertsMenuItem(MenuItem):
    """Shown to those who have requests to look at."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Alerts"), reverse("alerts"), name="alerts", icon_name="warning", order=15)

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(VIEW))


admin_doors = [path("alerts/", alerts, name="alerts")]
