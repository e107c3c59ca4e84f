"""Who may see which requests. Every view, list, search, export and action starts from here.

Two questions that are kept apart: what a member of staff may see for his work (`visible_to`), and
what a person asked for himself (`own_requests`). Files and messages ask both (`may_see`).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from services_catalog.duties import Charge, charges_of
from services_catalog.organisations.scope import OVERSEE, bodies_of

__all__ = ["OVERSEE", "VIEW", "may_see", "of_bodies", "own_requests", "visible_to"]

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
    """What a person applied for himself."""
    if not user.is_authenticated:
        return ServiceRequest.objects.none()
    return ServiceRequest.objects.filter(applicant=user)


def may_see(user: "User | AnonymousUser", request: ServiceRequest) -> bool:
    """Whether a person may read this request and its files, as its applicant or as staff."""
    if user.is_authenticated and request.applicant_id == user.pk:
        return True
    return visible_to(user).filter(pk=request.pk).exists()


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
