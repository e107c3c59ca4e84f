"""Stock reports of Wagtail that show records of every office to whoever may enter the admin.

Included in cms.urls before Wagtail's own: to all but superusers they do not exist.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.reports.audit_logging import LogEntriesView


@require_admin_access
def site_history(request: HttpRequest, *, results_only: bool = False) -> HttpResponseBase:
    """Every change to anything, by name. Editors have the history of each page; staff that of each record."""
    if not request.user.is_superuser:
        raise Http404
    return LogEntriesView.as_view(results_only=results_only)(request)


def hide_site_history(request: HttpRequest, items: list[Any]) -> None:
    """Take it out of the menu of those who cannot open it."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name != "site-history"]


admin_doors = [
    path("reports/site-history/", site_history),
    path("reports/site-history/results/", site_history, {"results_only": True}),
]
