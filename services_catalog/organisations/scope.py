"""Which organisations, departments, posts and absences a member of staff may see: those of his own body.

Registered as permission policies in apps.py, so that every view of the admin starts from here.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from cms.once import once_per_request
from cms.scoped import ScopedPolicy
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, WorkingCalendar
from services_catalog.organisations.posts import posts_of
from services_catalog.organisations.tree import with_bodies_below

# Defined where requests are; here only its name is known. Who oversees a body oversees those below it.
OVERSEE = "service_requests.oversee_servicerequest"


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(Organisation, ScopedPolicy(Organisation, organisations_of))
    register_permission_policy(Department, ScopedPolicy(Department, departments_of))
    register_permission_policy(Membership, ScopedPolicy(Membership, memberships_of))
    register_permission_policy(Absence, ScopedPolicy(Absence, absences_of))
    # Due dates are counted in it: it is changed, not deleted.
    register_permission_policy(
        WorkingCalendar, ScopedPolicy(WorkingCalendar, working_calendars_of, actions=("view", "add", "change"))
    )


def organisations_of(user: Any) -> "QuerySet[Organisation]":
    """The bodies a person works in, with those below them for who oversees; every body for a superuser."""
    if user.is_superuser:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=sorted(bodies_of(user)))


def bodies_of(user: Any) -> frozenset[int]:
    """Keys of the bodies a person works in today, and of those below them for who oversees."""
    own = frozenset(post.organisation for post in posts_of(user))
    if not user.has_perm(OVERSEE):
        return own
    return once_per_request(("below", own), lambda: with_bodies_below(own))


def departments_of(user: Any) -> "QuerySet[Department]":
    """All departments of the bodies a person works in."""
    return Department.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def memberships_of(user: Any) -> "QuerySet[Membership]":
    """Who works in the bodies a person works in."""
    rows = Membership.objects.filter(department__organisation__in=organisations_of(user))
    return rows.select_related("user", "department", "role", "substitute")


def absences_of(user: Any) -> "QuerySet[Absence]":
    """Absences of those who work in the bodies a person works in."""
    people = Membership.objects.filter(department__organisation__in=organisations_of(user)).values("user")
    return Absence.objects.filter(user__in=people).select_related("user")


def working_calendars_of(user: Any) -> "QuerySet[WorkingCalendar]":
    """The working time of the bodies a person works in."""
    return WorkingCalendar.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")
