"""Which posts a person has today: his own, and those of people who are absent and for whom he stands in.

A substitute has what belongs to the post and nothing that belongs to the person: what he may do at all still comes
from his own groups. Nobody stands in for a substitute: who is absent himself passes on only posts of his own.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from cms.once import once_per_request
from services_catalog.organisations.models import Absence, Membership

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True)
class Post:
    """A post as somebody has it today; `holder` is who is away when it is not his own."""

    key: int
    holder: int
    department: int
    organisation: int
    role: str


def posts_of(user: "User") -> tuple[Post, ...]:
    """The posts of this person today, by the days of each organisation's time zone."""
    return once_per_request(("posts", user.pk), lambda: _posts_of(user.pk))


def _posts_of(person: int) -> tuple[Post, ...]:
    rows = list(_rows(Membership.objects.filter(Q(user=person) | Q(substitute=person))))
    absences = absences_about_now({post.holder for post, _zone, _substitute in rows} - {person})
    return tuple(
        post
        for post, zone, _substitute in rows
        if post.holder == person or absent_until(absences.get(post.holder, ()), zone)
    )


def posts_in(departments: "Collection[int] | QuerySet[Any, Any]") -> list[tuple[int, Post]]:
    """Everybody who has a post in these departments today, and the post: its holder, and who stands in for him."""
    rows = list(_rows(Membership.objects.filter(department__in=departments)))
    absences = absences_about_now({post.holder for post, _zone, substitute in rows if substitute})
    found = [(post.holder, post) for post, _zone, _substitute in rows]
    found += [
        (substitute, post)
        for post, zone, substitute in rows
        if substitute and absent_until(absences.get(post.holder, ()), zone)
    ]
    return found


def absences_about_now(people: Collection[int]) -> Mapping[int, list[Absence]]:
    """Absences of these people that somewhere on earth include today; one query, none for nobody."""
    found: dict[int, list[Absence]] = defaultdict(list)
    if people:
        day, one = timezone.now().date(), timedelta(days=1)
        near = Absence.objects.filter(user__in=people, first_day__lte=day + one, last_day__gte=day - one)
        for absence in near.order_by():
            found[absence.user_id].append(absence)
    return found


def absent_until(absences: Collection[Absence], zone: ZoneInfo) -> date | None:
    """The last day of the absence that includes today in this zone; None for who is there."""
    today = timezone.now().astimezone(zone).date()
    return max(
        (absence.last_day for absence in absences if absence.first_day <= today <= absence.last_day), default=None
    )


def _rows(posts: "QuerySet[Membership]") -> list[tuple[Post, ZoneInfo, int | None]]:
    columns = ("pk", "user", "department", "department__organisation", "role__key")
    return [
        (Post(key, holder, department, organisation, role or ""), ZoneInfo(zone), substitute)
        for key, holder, department, organisation, role, zone, substitute in posts.order_by("pk").values_list(
            *columns, "department__organisation__time_zone", "substitute"
        )
    ]
