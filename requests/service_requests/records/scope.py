"""Who may see which requests. Every view, list, search, export and action starts from here.

Two questions that are kept apart: what a member of staff may see for his work (`visible_to`), and
what a person asked for himself (`own_requests`). Files and messages ask both (`may_see`).
"""

from typing import TYPE_CHECKING, Any, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from services_catalog.organisations.models import Department, Membership

if TYPE_CHECKING:
    from home.accounts.models import User

VIEW = "service_requests.view_servicerequest"
OVERSEE = "service_requests.oversee_servicerequest"


def visible_to(user: "User | AnonymousUser") -> ServiceRequestQuerySet:
    """The requests a member of staff may see for his work; what he may do to them is another question.

    With the right to oversee: those of the organisations he works in. With the right to view: those
    of his departments. Others see none, and a superuser sees all.
    """
    requests = ServiceRequest.objects.all()
    if not _may_view(user):
        return requests.none()
    if user.is_superuser:
        return requests
    if user.has_perm(OVERSEE):
        return requests.filter(organisation__in=organisations_of(user))
    return requests.filter(department__in=departments_of(user))


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


def departments_of(user: "User") -> "QuerySet[Any, Any]":
    """Keys of the departments a person works in."""
    return Membership.objects.filter(user=user).values("department")


def organisations_of(user: "User") -> "QuerySet[Any, Any]":
    """Keys of the organisations a person works in."""
    return Department.objects.filter(memberships__user=user).values("organisation")


def _may_view(user: "User | AnonymousUser") -> TypeGuard["User"]:
    return user.is_authenticated and user.is_active and user.has_perm(VIEW)
