"""Which calendars a member of staff may see: those of the organisations he works in."""

from typing import Any

from django.db.models import QuerySet

from service_requests.appointments.models import AppointmentCalendar
from services_catalog.organisations.scope import organisations_of


def calendars_of(user: Any) -> "QuerySet[AppointmentCalendar]":
    """All of them for a superuser."""
    return AppointmentCalendar.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")
