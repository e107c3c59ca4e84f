"""A request's appointments as they stand now: its answers say what was chosen, this says what became of it."""

from dataclasses import dataclass

from forms_builder.fields.appointment import day_text
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
    if all(field.type != "appointment" for field in request.form_version.value.fields()):
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
