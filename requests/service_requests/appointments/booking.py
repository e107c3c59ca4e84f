"""Hold a slot, confirm it, give it back. Nothing else writes slots and bookings.

Whether there is room is settled by one conditional UPDATE (`taken < capacity`); a CHECK constraint
stands behind it. Whoever touches several rows locks slots first, in the order of their keys, then
bookings, so that nobody waits in a ring. A hold that has run out counts until somebody else wants the
place or the sweep comes by.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from cms.jobs import schedule
from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.appointments.slots import is_offered, is_start
from service_requests.records.models import ServiceRequest

HOLD = timedelta(minutes=20)
# Saving in passing keeps a hold alive, but not for ever.
LONGEST_HOLD = timedelta(hours=2)
# So many coming appointments of one calendar a person may have: nobody books it out by sending again and again.
MOST_COMING = 5
# Of two tabs that hold at once for one question, the later one finds what the other has done.
_ATTEMPTS = 3
_AT_ONCE = 200

HELD, CONFIRMED, CANCELLED = Booking.State.HELD, Booking.State.CONFIRMED, Booking.State.CANCELLED


@dataclass(frozen=True)
class Wish:
    """The slot of a calendar that starts then."""

    calendar: str
    start: datetime


def hold(holder: str, wishes: Mapping[str, Wish | None], *, by: Any = None) -> set[str]:
    """Hold these slots for these questions, in the place of what was held for them; None gives up.

    Returns the questions whose slot is not to be had. What was held for them before stays.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _hold(holder, wishes, by)
        except IntegrityError:
            continue
    return {field for field, wish in wishes.items() if wish}


def extend(holder: str) -> None:
    """Keep what is held while the application is being written."""
    now = timezone.now()
    Booking.objects.filter(holder=holder, state=HELD, held_at__gt=now - LONGEST_HOLD).update(held_until=now + HOLD)


def confirm(holder: str, request: ServiceRequest, *, by: Any = None) -> int:
    """Make what the application holds the request's; how many bookings became so.

    Call it in the transaction of the submit, after `hold` has settled what is held.
    """
    confirmed = [
        booking
        for booking in Booking.objects.filter(holder=holder, state=HELD)
        if Booking.objects.filter(pk=booking.pk, state=HELD).update(state=CONFIRMED, request=request)
    ]
    _tell(confirmed, state=CONFIRMED, by=by, request=request)
    return len(confirmed)


def has_enough(person: Any, calendar: str) -> bool:
    """Whether no more of this calendar is given to whoever has sent so many requests for a time in it."""
    coming = Booking.objects.filter(
        state=CONFIRMED, request__applicant=person, slot__calendar__key=calendar, slot__starts_at__gt=timezone.now()
    )
    return coming.count() >= MOST_COMING


def release(holder: str) -> int:
    """Give back what an application holds that is not to be sent."""
    with transaction.atomic():
        return _let_go(Booking.objects.filter(holder=holder, state=HELD))


def release_of(requests: Collection[int], *, by: Any) -> int:
    """Give back the coming appointments of requests that were rejected or cancelled."""
    booked = Booking.objects.filter(request__in=requests, state=CONFIRMED, slot__starts_at__gt=timezone.now())
    return _let_go(booked, by=by)


@schedule("sweep_held_slots", every=timedelta(minutes=1))
def sweep() -> None:
    """Give back the holds that have run out."""
    while _sweep_some():
        pass


def _sweep_some() -> int:
    with transaction.atomic():
        return _let_go(_run_out(timezone.now())[:_AT_ONCE], run_out=True)


def _hold(holder: str, wishes: Mapping[str, Wish | None], by: Any) -> set[str]:
    now = timezone.now()
    slots = _slots([wish for wish in wishes.values() if wish])
    mine_now = Booking.objects.filter(holder=holder, field_key__in=wishes, state=HELD)
    held = {booking.field_key: booking for booking in mine_now}
    _lock({slot.pk for slot in slots.values()} | {booking.slot_id for booking in held.values()})
    refused = set()
    for field, wish in wishes.items():
        slot, mine = slots.get(wish) if wish else None, held.get(field)
        if slot and mine and mine.slot_id == slot.pk and _goes_on(mine, slot, now):
            continue
        if wish and (slot is None or not _is_to_be_had(slot, now)):
            refused.add(field)
            continue
        _let_go([mine] if mine else [], by=by)
        if slot:
            booking = Booking(slot=slot, holder=holder, field_key=field, held_at=now, held_until=now + HOLD)
            booking._history_user = by  # type: ignore[attr-defined]  # read by simple-history
            booking.save(force_insert=True)
    return refused


def _slots(wishes: Collection[Wish]) -> dict[Wish, Slot]:
    """The rows of slots that are in their calendar's hours, made where nobody wanted them before."""
    keys = {wish.calendar for wish in wishes}
    calendars = {
        found.key: found for found in AppointmentCalendar.objects.filter(key__in=keys).select_related("organisation")
    }
    wanted = [wish for wish in wishes if wish.calendar in calendars]
    wanted = [wish for wish in wanted if is_start(calendars[wish.calendar].opening, wish.start)]
    found: dict[Wish, Slot] = {}
    # In one order for everyone, as rows are made here.
    for wish in sorted(wanted, key=lambda wish: (wish.calendar, wish.start)):
        calendar = calendars[wish.calendar]
        slot = calendar.slots.filter(starts_at=wish.start).first()
        if slot is None:
            fresh = Slot(
                calendar=calendar, starts_at=wish.start, minutes=calendar.slot_minutes, capacity=calendar.capacity
            )
            Slot.objects.bulk_create([fresh], ignore_conflicts=True)
            slot = calendar.slots.get(starts_at=wish.start)
        # The one whose organisation and hours were read.
        slot.calendar = calendar
        found[wish] = slot
    return found


def _lock(slots: Collection[int]) -> None:
    if slots:
        list(Slot.objects.select_for_update().filter(pk__in=slots).order_by("pk").values_list("pk"))


def _goes_on(booking: Booking, slot: Slot, now: datetime) -> bool:
    """Whether the same slot is still held: nobody took it over, and it has not begun."""
    if slot.starts_at <= now:
        return False
    return bool(Booking.objects.filter(pk=booking.pk, state=HELD).update(held_until=now + HOLD))


def _is_to_be_had(slot: Slot, now: datetime) -> bool:
    if not is_offered(slot.calendar.opening, slot.starts_at, now):
        return False
    if _take(slot):
        return True
    return bool(_let_go(_run_out(now).filter(slot=slot), run_out=True)) and _take(slot)


def _take(slot: Slot) -> bool:
    # The calendar's own number too: where its room was lowered, nothing is added to what is booked.
    room = Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).filter(taken__lt=slot.calendar.capacity)
    return bool(room.update(taken=F("taken") + 1))


def _run_out(now: datetime) -> "QuerySet[Booking]":
    return Booking.objects.filter(state=HELD, held_until__lte=now).order_by("slot", "pk")


def _let_go(bookings: Iterable[Booking], *, by: Any = None, run_out: bool = False) -> int:
    """End bookings that are live, each once whoever else tries; call it in a transaction."""
    rows = list(bookings)
    _lock({booking.slot_id for booking in rows})
    ended = []
    for booking in rows:
        still = Booking.objects.filter(pk=booking.pk, state=booking.state)
        if run_out:
            # Its person may have saved meanwhile.
            still = still.filter(held_until__lte=timezone.now())
        if still.update(state=CANCELLED):
            Slot.objects.filter(pk=booking.slot_id).update(taken=F("taken") - 1)
            ended.append(booking)
    _tell(ended, state=CANCELLED, by=by)
    return len(ended)


def _tell(bookings: Collection[Booking], *, state: str, by: Any, request: ServiceRequest | None = None) -> None:
    """One history row for each booking that was just changed by UPDATE."""
    for booking in bookings:
        booking.state = state
        booking.request = request or booking.request
    if bookings:
        Booking.history.bulk_history_create(list(bookings), update=True, default_user=by)
