"""The answer to what forms ask of calendars (forms_builder.ports). Registered in apps.py."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from cms.languages import in_language
from forms_builder.ports import KnownCalendar, Openings
from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.appointments.slots import is_start, offered


class OfficeCalendars:
    """The calendars of every organisation."""

    def choices(self) -> list[tuple[str, str]]:
        rows = AppointmentCalendar.objects.select_related("organisation")
        return [(row.key, f"{in_language(row.organisation.name)}: {row}") for row in rows]

    def calendar(self, key: str) -> KnownCalendar | None:
        row = _calendar(key)
        return None if row is None else _known(row)

    def openings(self, key: str, holder: str) -> Openings:
        row = _calendar(key)
        if row is None:
            return Openings()
        now, opening = timezone.now(), row.opening
        held = {
            booking.slot.starts_at.astimezone(row.zone): booking.held_until
            for booking in Booking.objects.filter(
                holder=holder, state=Booking.State.HELD, slot__calendar=row, slot__starts_at__gt=now
            ).select_related("slot")
            if holder and is_start(opening, booking.slot.starts_at)
        }
        full = set(_full(row, now))
        free = {start for start in offered(opening, now) if start not in full}
        return Openings(sorted(free | set(held)), held, _known(row))


def _calendar(key: str) -> AppointmentCalendar | None:
    return AppointmentCalendar.objects.filter(key=key).select_related("organisation").first()


def _known(row: AppointmentCalendar) -> KnownCalendar:
    return KnownCalendar(row.key, row.organisation.key, row.name, row.place, row.slot_minutes)


def _full(calendar: AppointmentCalendar, now: datetime) -> list[datetime]:
    """Starts of the coming slots without room; a hold that has run out leaves room."""
    run_out = Count("bookings", filter=Q(bookings__state=Booking.State.HELD, bookings__held_until__lte=now))
    coming = Slot.objects.filter(calendar=calendar, starts_at__gt=now, taken__gt=0).annotate(run_out=run_out)
    room = coming.values_list("starts_at", "capacity", "taken", "run_out")
    return [start for start, capacity, taken, out in room if taken - out >= min(capacity, calendar.capacity)]
