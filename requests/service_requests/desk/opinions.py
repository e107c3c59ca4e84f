"""What people say of the services: ratings of requests one may see, and votes on pages one may edit. Read only."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies.pages import PagePermissionPolicy

from service_requests.feedback.models import MOST, PageVote, Rating
from service_requests.feedback.rating import average_of
from service_requests.records.scope import VIEW, visible_to
from service_requests.records.services import service_names
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department

PER_PAGE = 50


def ratings_seen_by(user: Any) -> "QuerySet[Rating]":
    """Of requests that he may see for his work; never of his own."""
    requests = visible_to(user).exclude(applicant=user).order_by()
    return Rating.objects.filter(request__in=requests.values("pk"))


@require_admin_access
def ratings(request: HttpRequest) -> HttpResponse:
    """The newest first, by service, department and stars, with what they come to."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    mine = ratings_seen_by(request.user)
    services = service_names(set(mine.order_by().values_list("service", flat=True).distinct()))
    departments = Department.objects.filter(pk__in=mine.order_by().values("request__department").distinct())
    chosen = {name: _number(request.GET.get(name)) for name in ("service", "department", "stars")}
    columns = {"service": "service", "department": "request__department", "stars": "stars"}
    shown = mine.filter(**{columns[name]: value for name, value in chosen.items() if value})
    page = Paginator(shown.select_related("request__department"), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "header_title": _("Ratings"),
        "header_icon": "pick",
        "breadcrumbs_items": [{"url": "", "label": _("Ratings")}],
        "page": page,
        "rows": [(rating, services.get(rating.service_id, "")) for rating in page],
        "average": average_of(shown),
        "services": sorted(services.items(), key=lambda pair: pair[1]),
        "departments": sorted(departments, key=str),
        "stars": range(MOST, 0, -1),
        "chosen": chosen,
        "query": "".join(f"&{name}={value}" for name, value in chosen.items() if value),
    }
    return TemplateResponse(request, "service_requests/desk/ratings.html", context)


@require_admin_access
def page_votes(request: HttpRequest) -> HttpResponse:
    """How many found each page helpful, and what they wrote."""
    pages = pages_edited_by(request.user)
    if not pages.exists():
        raise PermissionDenied
    mine = PageVote.objects.filter(service__in=pages.values("pk"))
    counted = (
        mine.order_by()
        .values("service")
        .annotate(yes=Count("pk", filter=Q(is_helpful=True)), no=Count("pk", filter=Q(is_helpful=False)))
    )
    counts = {row["service"]: row for row in counted}
    names = service_names(set(counts))
    written = Paginator(mine.exclude(words=""), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "header_title": _("Helpful pages"),
        "header_icon": "help",
        "breadcrumbs_items": [{"url": "", "label": _("Helpful pages")}],
        "counts": sorted(
            ((names.get(key, ""), row["yes"], row["no"]) for key, row in counts.items()), key=lambda row: -row[2]
        ),
        "page": written,
        "rows": [(vote, names.get(vote.service_id, "")) for vote in written],
    }
    return TemplateResponse(request, "service_requests/desk/page_votes.html", context)


def pages_edited_by(user: Any) -> "QuerySet[Any]":
    """The services whose pages he may change."""
    editable = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    return ServicePage.objects.filter(pk__in=editable.order_by().values("pk"))


def _number(text: str | None) -> int:
    """A choice of a filter; 0 for none and for what is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


class RatingsMenuItem(MenuItem):
    """Shown to those who have requests to look at."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Ratings"), reverse("ratings"), name="ratings", icon_name="pick", order=60)

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(VIEW))


class PageVotesMenuItem(MenuItem):
    """Shown to those who write the pages."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Helpful pages"), reverse("page_votes"), name="page-votes", icon_name="help", order=61
        )

    def is_shown(self, request: Any) -> bool:
        return bool(PagePermissionPolicy().user_has_permission(request.user, "change"))


admin_doors = [
    path("ratings/", ratings, name="ratings"),
    path("helpful/", page_votes, name="page_votes"),
]
