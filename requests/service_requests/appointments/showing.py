"""A request's appointments as they stand now: its answers say what was chosen, this says what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.fields.appointment import day_name, day_text
from service_requests.appointments.models import Booking
from service_requests.records.models import ServiceRequest


@dataclass(frozen=True)
class ShownAppointment:
    """One of them, in words; `clock` is by the clock of the place."""

    day: str
    clock: str
    state: str
    is_cancelled: bool


def appointments_of(request: ServiceRequest, language: str) -> list[ShownAppointment]:
    """In their order; nothing is looked up for a form that asks for none."""
    if not _asks_for_one(request):
        return []
    booked = (
        Booking.objects.filter(request=request)
        .select_related("slot__calendar__organisation")
        .order_by("slot__starts_at")
    )
    return [
        ShownAppointment(
            day_text(booking.starts_at.date(), language),
            booking.clock,
            booking.get_state_display(),
            booking.state == Booking.State.CANCELLED,
        )
        for booking in booked
    ]


def sentences_of(requests: Collection[ServiceRequest]) -> Mapping[int, str]:
    """The appointment of each of these requests as a sentence of a notice, in the active language; one query at most.

    None is needed for a request whose form is at hand and asks for no appointment.
    """
    form = ServiceRequest._meta.get_field("form_version")
    wanted = [request.pk for request in requests if not form.is_cached(request) or _asks_for_one(request)]
    if not wanted:
        return {}
    booked = (
        Booking.objects.filter(request__in=wanted)
        .exclude(state=Booking.State.CANCELLED)
        .select_related("slot__calendar__organisation")
        .order_by("-slot__starts_at")
    )
    language = get_language() or "ar"
    # The earliest of several stands at last.
    return {booking.request_id: _sentence(booking, language) for booking in booked if booking.request_id}


def _asks_for_one(request: ServiceRequest) -> bool:
    return any(field.type == "appointment" for field in request.form_version.value.fields())


def _sentence(booking: Booking, language: str) -> str:
    place = in_language(booking.slot.calendar.place) or str(booking.slot.calendar)
    return sentence(booking.starts_at.date(), booking.clock, place, language)


def sentence(day: date, clock: str, place: str, language: str) -> str:
    """An appointment as a sentence of a notice, in the active language, which is this one."""
    # Isolated: in Arabic text a colon between digits turns them round.
    values = {"day": day_name(day, language), "clock": f"\u2066{clock}\u2069", "place": place}
    return _("Appointment: %(day)s, %(clock)s, %(place)s.") % values
