"""Who may work at the window, and for which services."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from service_requests.records.scope import VIEW
from service_requests.workflow.permissions import REGISTER
from services_catalog.models import ServicePage
from services_catalog.organisations.scope import bodies_of


def may_enter(user: Any) -> bool:
    """Staff of a body look there what it offers, and where a request stands."""
    return user.is_authenticated and user.is_active and (user.has_perm(REGISTER) or user.has_perm(VIEW))


def may_register(user: Any) -> bool:
    return user.is_authenticated and user.is_active and user.has_perm(REGISTER)


def services_of(user: Any) -> "QuerySet[ServicePage]":
    """The published services of the bodies he works in, in the source language."""
    pages: QuerySet[ServicePage] = ServicePage.objects.live().filter(
        locale__language_code=settings.LANGUAGE_CODE, department__isnull=False
    )
    return pages if user.is_superuser else pages.filter(department__organisation__in=sorted(bodies_of(user)))
