"""Which services a post is for: all of its department, unless it was limited to some.

Above organisations, because a duty points at a service. `charges_of` is what every question of rights begins with.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from cms.once import once_per_request
from services_catalog.organisations.models import Membership
from services_catalog.organisations.posts import Post, posts_in, posts_of

if TYPE_CHECKING:
    from home.accounts.models import User
    from services_catalog.models import ServicePage


class Duty(models.Model):
    """One of the services that a post is limited to."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="duties", verbose_name=_("post"))
    # Never by cascade: without its last duty a post would be for every service.
    service = models.ForeignKey(
        "services_catalog.ServicePage", on_delete=models.PROTECT, related_name="+", verbose_name=_("service")
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("service of a post")
        verbose_name_plural = _("services of a post")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["membership", "service"], name="one_duty_per_post_and_service")]

    def __str__(self) -> str:
        return f"{self.membership_id} · {self.service_id}"


@dataclass(frozen=True)
class Charge:
    """What a person has charge of today by one post; no services means every service of the department."""

    department: int
    organisation: int
    role: str = ""
    services: frozenset[int] = frozenset()

    def covers(self, department: int, service: int) -> bool:
        return self.department == department and (not self.services or service in self.services)


def charges_of(user: "User") -> tuple[Charge, ...]:
    """What this person has charge of today: by his own posts, and by those of absent people he stands in for."""
    return once_per_request(("charges", user.pk), lambda: _with_services(posts_of(user)))


def charges_in(departments: "Collection[int] | models.QuerySet[Any, Any]") -> dict[int, list[Charge]]:
    """Everybody who has charge of something in these departments today; three queries at most."""
    posts = posts_in(departments)
    found: dict[int, list[Charge]] = defaultdict(list)
    for (person, _post), charge in zip(posts, _with_services([post for _person, post in posts]), strict=True):
        found[person].append(charge)
    return found


def _with_services(posts: Sequence[Post]) -> tuple[Charge, ...]:
    services = services_of_posts({post.key for post in posts})
    return tuple(
        Charge(post.department, post.organisation, post.role, frozenset(services.get(post.key, ()))) for post in posts
    )


def services_of_posts(posts: Collection[int]) -> dict[int, set[int]]:
    """Post → the services it is limited to; posts for every service are not in it."""
    found: dict[int, set[int]] = defaultdict(set)
    if posts:
        for post, service in Duty.objects.filter(membership__in=posts).values_list("membership", "service"):
            found[post].add(service)
    return found


def limit_post(post: Membership, services: Iterable[int]) -> None:
    """Let the post be for these services; for all of its department, when there are none."""
    wanted = set(services)
    for duty in Duty.objects.filter(membership=post).exclude(service__in=wanted):
        duty.delete()
    for service in sorted(wanted):
        Duty.objects.get_or_create(membership=post, service_id=service)


def services_of_limited_posts(pages: "list[ServicePage]") -> Iterator[str]:
    """A sentence for each service that a post is limited to: without it, that post would be for every service."""
    for page in pages:
        number = Duty.objects.filter(service=page.pk).count()
        if number:
            yield ngettext(
                "%(number)s post is limited to “%(service)s”. Change the post before you delete the service.",
                "%(number)s posts are limited to “%(service)s”. Change the posts before you delete the service.",
                number,
            ) % {"service": page.title, "number": number}
