"""Open work of people who go: on leave, to another department, or for good.

The admin tells of it when a post is taken away or an absence begins (desk.leaving); what it offers to do is done here.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import visible_to
from service_requests.workflow.many import Done, Refusal, assign_many, foresee_assignment
from services_catalog.duties import services_of_posts
from services_catalog.organisations.models import Absence, Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from home.accounts.models import User


@dataclass
class Handover:
    """Whose open requests go to whom; `left` are those for which nobody stands in."""

    by: "User"
    to: "dict[User, list[ServiceRequest]]" = field(default_factory=lambda: defaultdict(list))
    left: list[ServiceRequest] = field(default_factory=list)

    @property
    def foreseen(self) -> "list[tuple[User, Done]]":
        """What would become of them: of substitutes only who has the post by now can be put in charge."""
        return [(person, foresee_assignment(requests, by=self.by, to=person)) for person, requests in self.to.items()]

    @property
    def refused(self) -> Done:
        why = _("Nobody stands in for him there: name a substitute in his post, or assign it.")
        return Done(0, tuple(Refusal.of(request, why) for request in self.left))


def open_work_of(person: "User | int", *, seen_by: "User | AnonymousUser") -> ServiceRequestQuerySet:
    """The open requests that this person is in charge of, as far as the other may see them."""
    return visible_to(seen_by).open().filter(assignee=person)


def handover_of(absence: Absence, *, by: "User") -> Handover:
    """Each open request of the absent person, beside the substitute of the post that it belongs to."""
    rows = open_work_of(absence.user_id, seen_by=by).order_by("pk").defer("answers", "search_text")
    posts = list(_with_substitute(absence))
    services = services_of_posts([post.pk for post in posts])
    found = Handover(by)
    for request in rows:
        substitute = next((post.substitute for post in posts if _is_of(request, post, services)), None)
        if substitute is None:
            found.left.append(request)
        else:
            found.to[substitute].append(request)
    return found


def hand_over(absence: Absence, *, by: "User") -> Done:
    """Put the substitutes in charge; what cannot move is told request by request.

    Raises:
        PermissionDenied: when the person may not assign, or not change many at once.
    """
    handover = handover_of(absence, by=by)
    reason = _("He is absent until %(day)s.") % {"day": absence.last_day.isoformat()}
    done = handover.refused
    for person, requests in handover.to.items():
        done += assign_many([request.pk for request in requests], by=by, to=person, reason=reason)
    return done


def _with_substitute(absence: Absence) -> "QuerySet[Membership]":
    posts = Membership.objects.filter(user=absence.user_id, substitute__is_active=True)
    return posts.select_related("substitute").order_by("pk")


def _is_of(request: ServiceRequest, post: Any, services: dict[int, set[int]]) -> bool:
    limited = services.get(post.pk)
    return post.department_id == request.department_id and (not limited or request.service_id in limited)
