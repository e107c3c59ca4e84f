"""Who may see which requests. Every view, list, search, export and action starts from here.

Two questions that are kept apart: what a member of staff may see for his work (`visible_to`), and
what a person asked for himself (`own_requests`). Files and messages ask both (`may_see`).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from home.accounts.establishments.delegating import establishments_of
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from services_catalog.duties import Charge, charges_of
from services_catalog.organisations.scope import OVERSEE, bodies_of

__all__ = ["OVERSEE", "VIEW", "concerns", "may_see", "not_concerning", "of_bodies", "own_requests", "visible_to"]

if TYPE_CHECKING:
    from home.accounts.models import User

VIEW = "service_requests.view_servicerequest"


def visible_to(user: "User | AnonymousUser") -> ServiceRequestQuerySet:
    """The requests a member of staff may see for his work; what he may do to them is another question.

    With the right to oversee: those of the organisations he works in, and of all bodies below them. With the
    right to view: those of his posts, by department and, where a post is limited, by service. His posts are his
    own and those of absent people he stands in for. Others see none, and a superuser sees all.

    The keys stand in the statement as numbers: a planner that knows them reads one index in its order.
    """
    requests = ServiceRequest.objects.all()
    if not _may_view(user):
        return requests.none()
    if user.is_superuser:
        return requests
    if user.has_perm(OVERSEE):
        return requests.filter(organisation__in=sorted(bodies_of(user)))
    return requests.filter(_within(charges_of(user)))


def of_bodies(user: "User") -> ServiceRequestQuerySet:
    """Requests of the bodies he works in, whatever his post: to say where one stands, never what is in it."""
    requests = ServiceRequest.objects.all()
    return requests if user.is_superuser else requests.filter(organisation__in=sorted(bodies_of(user)))


def own_requests(user: "User | AnonymousUser") -> ServiceRequestQuerySet:
    """What a person applied for himself, and what was applied for in the name of establishments he acts for today.

    What he sent for an establishment is its own: he sees it as long as he acts for it. A guest is one here, too
    (home.accounts.guests).
    """
    if not user.is_authenticated:
        return ServiceRequest.objects.none()
    for_himself = Q(applicant=user, acting_for=None)
    establishments = establishments_of(user)
    if not establishments:
        return ServiceRequest.objects.filter(for_himself)
    return ServiceRequest.objects.filter(for_himself | Q(acting_for__in=sorted(establishments)))


def concerns(user: "User", request: ServiceRequest) -> bool:
    """Whether it is a request of his own, or of an establishment he acts for: a colleague has to work on it."""
    if request.applicant_id == user.pk:
        return True
    return request.acting_for_id is not None and request.acting_for_id in establishments_of(user)


def not_concerning(user: "User") -> Q:
    """Requests that are neither his own nor those of an establishment he acts for."""
    others = ~Q(applicant=user)
    establishments = establishments_of(user)
    return others & ~Q(acting_for__in=sorted(establishments)) if establishments else others


def may_see(user: "User | AnonymousUser", request: ServiceRequest) -> bool:
    """Whether a person may read this request and its files, as its applicant or as staff."""
    return own_requests(user).filter(pk=request.pk).exists() or visible_to(user).filter(pk=request.pk).exists()


def _within(charges: Iterable[Charge]) -> Q:
    """Requests of these departments, or of these services of a department."""
    whole = {charge.department for charge in charges if not charge.services}
    parts: dict[frozenset[int], set[int]] = defaultdict(set)
    for charge in charges:
        if charge.department not in whole:
            parts[charge.services].add(charge.department)
    within = Q(department__in=sorted(whole))
    for services, departments in parts.items():
        within |= Q(department__in=sorted(departments), service__in=sorted(services))
    return within


def _may_view(user: "User | AnonymousUser") -> TypeGuard["User"]:
    return user.is_authenticated and user.is_active and user.has_perm(VIEW)
