"""Who holds which post, who is absent, what he did today and has open: for who plans and follows the work.

A fixed number of queries for any number of posts. Every number leads to the list behind it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.permissions import policy_registry

from home.accounts.models import User
from service_requests.desk.leaving import list_of
from service_requests.desk.listing import NOBODYS
from service_requests.desk.today import Today, late_work, today_of
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import visible_to
from service_requests.records.services import service_names
from services_catalog.duties import services_of_posts
from services_catalog.organisations.models import Department, Membership
from services_catalog.organisations.posts import absences_about_now, absent_until
from services_catalog.organisations.scope import OVERSEE, departments_of, memberships_of


@dataclass(frozen=True)
class PostRow:
    """A post, or somebody without one who is still in charge of requests."""

    person: str
    work: int
    work_url: str
    late: int = 0
    today: Today = field(default_factory=Today)
    role: str = ""
    services: tuple[str, ...] = ()
    absent_until: date | None = None
    substitute: str = ""
    is_gone: bool = False
    stands_in: bool = False
    edit_url: str = ""


@dataclass
class Unit:
    """A department with its posts."""

    name: str
    organisation: str
    unassigned: int
    unassigned_url: str
    rows: list[PostRow] = field(default_factory=list)


@require_admin_access
def people_view(request: HttpRequest) -> HttpResponse:
    """Posts by department, for who oversees."""
    if not request.user.has_perm(OVERSEE):
        raise Http404
    context = {
        "header_title": _("People and posts"),
        "header_icon": "group",
        "breadcrumbs_items": [{"url": "", "label": _("People and posts")}],
        "units": units_for(request.user),
        "now": timezone.now(),
        "add_url": _post_url(request.user, "add"),
    }
    return TemplateResponse(request, "service_requests/desk/people.html", context)


def units_for(user: Any) -> list[Unit]:
    """The departments of the bodies that this person oversees, in the order of bodies."""
    seen = visible_to(user)
    departments = list(departments_of(user).order_by("organisation__key", "key"))
    posts: dict[int, list[Membership]] = defaultdict(list)
    for post in memberships_of(user).order_by("role__key", "user__full_name"):
        posts[post.department_id].append(post)
    shown = _Shown.of(user, [post for kept in posts.values() for post in kept], departments, seen)
    return [shown.unit(department, posts[department.pk]) for department in departments]


def _open_work(seen: ServiceRequestQuerySet) -> dict[tuple[int, int | None], int]:
    """(department, person) → number of open requests he is in charge of there."""
    counted = seen.open().order_by().values_list("department", "assignee").annotate(number=Count("pk"))
    return {(department, person): number for department, person, number in counted}


@dataclass(frozen=True)
class _Shown:
    """What rows are made of, read for all of them at once."""

    work: dict[tuple[int, int | None], int]
    late: dict[tuple[int, int | None], int]
    today: dict[int, Today]
    absences: Any
    services: dict[int, set[int]]
    names: Any
    gone: dict[int, Any]
    may_edit: bool

    @classmethod
    def of(
        cls, user: Any, posts: list[Membership], departments: list[Department], seen: ServiceRequestQuerySet
    ) -> "_Shown":
        work = _open_work(seen)
        services = services_of_posts([post.pk for post in posts])
        there = {(post.department_id, post.user_id) for post in posts if post.user.is_active}
        left = {person for department, person in work if person and (department, person) not in there}
        return cls(
            work=work,
            late=late_work(seen),
            today=today_of(seen, [department.pk for department in departments]),
            absences=absences_about_now({post.user_id for post in posts}),
            services=services,
            names=service_names({service for kept in services.values() for service in kept}) if services else {},
            gone=User.objects.in_bulk(sorted(left)) if left else {},
            may_edit=policy_registry.get_by_type(Membership).user_has_permission(user, "change"),
        )

    def unit(self, department: Department, posts: list[Membership]) -> Unit:
        key = department.pk
        query = urlencode({"department": key, "assignee": NOBODYS})
        unit = Unit(
            name=str(department),
            organisation=str(department.organisation),
            unassigned=self.work.get((key, None), 0),
            unassigned_url=f"{reverse('requests:list')}?{query}",
        )
        unit.rows += [self._post(post, department) for post in posts]
        standing_in = {post.substitute_id for post, row in zip(posts, unit.rows, strict=True) if row.absent_until}
        there = {post.user_id for post in posts if post.user.is_active}
        unit.rows += [
            PostRow(
                person.get_full_name(),
                number,
                list_of(person, key),
                late=self.late.get((at, pk), 0),
                today=self.today.get(person.pk, Today()),
                is_gone=pk not in standing_in,
                stands_in=pk in standing_in,
            )
            for (at, pk), number in self.work.items()
            if at == key and pk not in there and (person := self.gone.get(pk or 0))
        ]
        return unit

    def _post(self, post: Membership, department: Department) -> PostRow:
        return PostRow(
            person=post.user.get_full_name(),
            work=self.work.get((department.pk, post.user_id), 0),
            work_url=list_of(post.user, department.pk),
            late=self.late.get((department.pk, post.user_id), 0),
            today=self.today.get(post.user_id, Today()),
            role=str(post.role or ""),
            services=tuple(sorted(self.names.get(service, "") for service in self.services.get(post.pk, ()))),
            absent_until=absent_until(self.absences.get(post.user_id, ()), department.organisation.zone),
            substitute=post.substitute.get_full_name() if post.substitute else "",
            edit_url=reverse(_url_name("edit"), args=[post.pk]) if self.may_edit else "",
        )


def _post_url(user: Any, action: str) -> str:
    may = policy_registry.get_by_type(Membership).user_has_permission(user, action)
    return reverse(_url_name(action)) if may else ""


def _url_name(view: str) -> str:
    name: str = Membership.snippet_viewset.get_url_name(view)  # type: ignore[attr-defined]  # set by Wagtail
    return name


class PeopleMenuItem(MenuItem):
    """Shown to those who oversee."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("People and posts"), reverse("people_and_posts"), name="people-and-posts", icon_name="group",
            order=25,
        )  # fmt: skip

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(OVERSEE))


admin_doors = [path("people/", people_view, name="people_and_posts")]
