"""Calendars in the admin: editors and supervisors set hours and room, within their organisation."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.history import RecordHistoryView
from cms.scoped import ScopedViewSet
from service_requests.appointments.models import AppointmentCalendar
from services_catalog.organisations.scope import organisations_of


class CalendarForm(WagtailAdminModelForm):
    """A calendar of one's own organisation. It stays with it, for appointments are booked in its hours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)
        if self.instance.pk:
            for name in ("organisation", "key"):
                self.fields[name].disabled = True


AppointmentCalendar.base_form_class = CalendarForm  # type: ignore[attr-defined]  # read by Wagtail


class CalendarViewSet(ScopedViewSet):
    model = AppointmentCalendar
    icon = "calendar-alt"
    menu_label = _("Appointment calendars")
    menu_order = 270
    add_to_admin_menu = True
    list_display = ["__str__", "organisation", "slot_minutes", "capacity"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("organisation"),
        FieldPanel("name"),
        FieldPanel("place"),
        FieldPanel("key"),
        FieldPanel("hours"),
        FieldPanel("closed_days"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("slot_minutes"), FieldPanel("capacity")]),
                FieldRowPanel([FieldPanel("lead_hours"), FieldPanel("horizon_days")]),
            ],
            heading=_("Appointments"),
        ),
    ]


def tell_of_stranded(request: HttpRequest, instance: Any) -> None:
    """After a calendar was changed: appointments that lie outside of its hours now are not moved by themselves."""
    if not isinstance(instance, AppointmentCalendar):
        return
    number = instance.stranded()
    if number:
        told = ngettext(
            "%(number)s appointment is booked outside of the new hours. It stays: tell whoever comes.",
            "%(number)s appointments are booked outside of the new hours. They stay: tell those who come.",
            number,
        )
        messages.warning(request, told % {"number": number})
