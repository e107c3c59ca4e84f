"""Which organisations, departments and memberships a member of staff may see: those of his own body.

Registered as permission policies in apps.py, so that every view of the admin starts from here.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from cms.scoped import ScopedPolicy
from services_catalog.organisations.models import Department, Membership, Organisation, WorkingCalendar


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(Organisation, ScopedPolicy(Organisation, organisations_of))
    register_permission_policy(Department, ScopedPolicy(Department, departments_of))
    register_permission_policy(Membership, ScopedPolicy(Membership, memberships_of))
    # Due dates are counted in it: it is changed, not deleted.
    register_permission_policy(
        WorkingCalendar, ScopedPolicy(WorkingCalendar, working_calendars_of, actions=("view", "add", "change"))
    )


def organisations_of(user: Any) -> "QuerySet[Organisation]":
    """The bodies a person works in; every body for a superuser."""
    if user.is_superuser:
        return Organisation.objects.all()
    return Organisation.objects.filter(departments__memberships__user=user).distinct()


def departments_of(user: Any) -> "QuerySet[Department]":
    """All departments of the bodies a person works in."""
    return Department.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def memberships_of(user: Any) -> "QuerySet[Membership]":
    """Who works in the bodies a person works in."""
    rows = Membership.objects.filter(department__organisation__in=organisations_of(user))
    return rows.select_related("user", "department")


def working_calendars_of(user: Any) -> "QuerySet[WorkingCalendar]":
    """The working time of the bodies a person works in."""
    return WorkingCalendar.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")
