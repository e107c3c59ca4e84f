"""Who comes when: the appointments of one day in one calendar, for reading and printing.

Staff find the calendars of their organisation, and in them the requests they may see at all.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.permissions import policy_registry

from forms_builder.fields.appointment import day_text
from service_requests.appointments.models import AppointmentCalendar, Booking
from service_requests.appointments.scope import calendars_of
from service_requests.records.scope import VIEW, visible_to


@require_admin_access
def day_list(request: HttpRequest) -> HttpResponse:
    """The appointments of a day, in their order."""
    if not request.user.has_perm(VIEW):
        raise Http404
    calendars = list(calendars_of(request.user))
    calendar = _chosen(calendars, request.GET.get("calendar", ""))
    day = _day(request.GET.get("day", ""), calendar)
    context = {
        "header_title": _("Appointments of the day"),
        "header_icon": "calendar-check",
        "breadcrumbs_items": [{"url": "", "label": _("Appointments")}],
        "calendars": calendars,
        "calendar": calendar,
        "day": day,
        "day_text": day_text(day, (get_language() or "ar").split("-")[0]),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "bookings": list(_bookings(request.user, calendar, day)) if calendar else [],
        "calendars_url": _where_calendars_are_made(request.user),
    }
    return TemplateResponse(request, "service_requests/desk/appointments.html", context)


def _chosen(calendars: list[AppointmentCalendar], key: str) -> AppointmentCalendar | None:
    """The one that is asked for; another office's does not exist. Without a choice, the first."""
    if not key:
        return calendars[0] if calendars else None
    found = next((calendar for calendar in calendars if calendar.key == key), None)
    if found is None:
        raise Http404
    return found


def _where_calendars_are_made(user: Any) -> str:
    """Empty for those who may make none."""
    may_add = policy_registry.get_by_type(AppointmentCalendar).user_has_permission(user, "add")
    return reverse(AppointmentCalendar.snippet_viewset.get_url_name("add")) if may_add else ""  # type: ignore[attr-defined]  # set by Wagtail


def _day(text: str, calendar: AppointmentCalendar | None) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.now().astimezone(calendar.zone).date() if calendar else timezone.localdate()
    # Days beyond these have no neighbours to lead to.
    return min(max(day, date(1900, 1, 1)), date(2200, 1, 1))


def _bookings(user: Any, calendar: AppointmentCalendar, day: date) -> "QuerySet[Booking]":
    begins = datetime.combine(day, time.min, calendar.zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, calendar.zone)
    booked = Booking.objects.filter(
        state=Booking.State.CONFIRMED,
        slot__calendar=calendar,
        slot__starts_at__gte=begins,
        slot__starts_at__lt=ends,
        request__in=visible_to(user),
    )
    related = booked.select_related("slot__calendar__organisation", "request")
    return related.defer("request__answers", "request__search_text").order_by("slot__starts_at", "request__serial")


class AppointmentsMenuItem(MenuItem):
    """Shown to those who have requests to look at."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Appointments"), reverse("appointments_day"), name="appointments", icon_name="calendar-check",
            order=20,
        )  # fmt: skip

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(VIEW))


admin_doors = [path("appointments/", day_list, name="appointments_day")]
