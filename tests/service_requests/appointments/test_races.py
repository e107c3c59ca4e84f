"""What happens when many want one time at once, on PostgreSQL with real connections.

Each promise is tried against a weakened variant too, which must break it.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from service_requests.appointments import booking
from service_requests.appointments.booking import HOLD, Wish, confirm, hold, sweep
from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.appointments.slots import offered
from service_requests.records.models import ServiceRequest
from service_requests.wizard.submit import Incomplete, submit
from tests.factories import CalendarFactory, DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.test_appointments import form
from tests.service_requests.wizard.test_races import CONTEXT, at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

CLIENTS, ROOM = 200, 10


def start_of(calendar: AppointmentCalendar, place: int = 6) -> datetime:
    # Far enough ahead that no slot leaves the offer while the test runs.
    return offered(calendar.opening, timezone.now())[place]


def live() -> int:
    return Booking.objects.exclude(state="cancelled").count()


def counts_are_right() -> bool:
    return all(slot.taken == slot.bookings.exclude(state="cancelled").count() for slot in Slot.objects.all())


def test_two_hundred_who_want_one_of_ten_places_leave_exactly_ten_of_them_held() -> None:
    calendar = CalendarFactory(capacity=ROOM)
    wish = Wish(calendar.key, start_of(calendar))

    answers = at_once(lambda place: hold(f"h{place}", {"q": wish}), times=CLIENTS, threads=40)

    assert answers.count(set()) == ROOM
    assert answers.count({"q"}) == CLIENTS - ROOM
    assert live() == Slot.objects.get().taken == ROOM


def test_the_conditional_update_alone_settles_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks keep people from waiting in a ring; that nobody is too many does not hang on them."""
    monkeypatch.setattr(booking, "_lock", lambda slots: None)
    calendar = CalendarFactory(capacity=ROOM)
    wish = Wish(calendar.key, start_of(calendar))

    answers = at_once(lambda place: hold(f"h{place}", {"q": wish}), times=CLIENTS, threads=40)

    assert answers.count(set()) == live() == Slot.objects.get().taken == ROOM


def test_who_looks_first_and_writes_then_overbooks() -> None:
    """The control: is there room? Then write a booking."""
    calendar = CalendarFactory(capacity=ROOM)
    slot = Slot.objects.create(calendar=calendar, starts_at=start_of(calendar), minutes=30, capacity=ROOM)
    now = timezone.now()

    def look_and_write(place: int) -> bool:
        if Booking.objects.filter(slot=slot).count() >= ROOM:
            return False
        Booking.objects.create(slot=slot, holder=f"h{place}", field_key="q", held_at=now, held_until=now + HOLD)
        return True

    answers = at_once(look_and_write, times=CLIENTS, threads=40)

    assert answers.count(True) == live() > ROOM


def test_a_hold_is_confirmed_once_however_many_confirm_it() -> None:
    calendar, request = CalendarFactory(), ServiceRequestFactory()
    hold("a", {"q": Wish(calendar.key, start_of(calendar))})

    confirmed = at_once(lambda _place: confirm("a", request), times=12, threads=12)

    assert sorted(confirmed) == [0] * 11 + [1]
    assert Booking.history.filter(state="confirmed").count() == 1
    assert Slot.objects.get().taken == 1


def test_people_who_change_two_times_at_once_neither_wait_for_each_other_nor_overbook() -> None:
    one, two = CalendarFactory(capacity=3), CalendarFactory(capacity=3)
    times = [Wish(calendar.key, start_of(calendar, place)) for calendar in (one, two) for place in (6, 7)]

    def wander(place: int) -> set[str]:
        refused: set[str] = set()
        for turn in range(6):
            first, second = times[(place + turn) % 4], times[(place * 3 + turn + 1) % 4]
            refused |= hold(f"h{place}", {"q": first, "r": second})
        return refused

    answers = at_once(wander, times=24, threads=24)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert counts_are_right()
    assert all(slot.taken <= 3 for slot in Slot.objects.all())


def test_two_tabs_of_one_application_hold_one_time_between_them() -> None:
    calendar = CalendarFactory()
    times = [Wish(calendar.key, start_of(calendar, place)) for place in range(6, 14)]

    at_once(lambda place: hold("a", {"q": times[place]}), times=8, threads=8)

    assert live() == 1
    assert counts_are_right()


def test_sweeping_together_gives_each_place_back_once() -> None:
    calendar = CalendarFactory(capacity=50)
    for place in range(40):
        hold(f"h{place}", {"q": Wish(calendar.key, start_of(calendar, 6 + place % 3))})
    Booking.objects.filter(holder__in=[f"h{place}" for place in range(30)]).update(
        held_until=timezone.now() - timedelta(seconds=1)
    )

    assert at_once(lambda _place: sweep(), times=8, threads=8) == [None] * 8

    assert live() == 10
    assert counts_are_right()


def test_of_one_who_sends_after_his_hold_ran_out_and_one_who_takes_the_time_exactly_one_wins() -> None:
    calendar = CalendarFactory(key="visits")
    service, won = ServicePageFactory(value=form()), []
    for turn in range(12):
        start, person = start_of(calendar, 6 + turn), UserFactory(citizen=True)
        draft = DraftFactory(applicant=person, service=service, data=answered(calendar, start))
        hold(draft.holder, {"when": Wish("visits", start)})
        Booking.objects.filter(holder=draft.holder).update(held_until=timezone.now() - timedelta(seconds=1))

        def act(place: int, draft: Any = draft, person: Any = person, start: datetime = start) -> Any:
            if place:
                return hold(f"other-{start}", {"q": Wish("visits", start)})
            return submit(draft, by=person, context=CONTEXT, signed={"honest": True}).number

        sent, held = at_once(act, times=2, threads=2)

        assert isinstance(sent, str) == (held == {"q"}), (sent, held)
        assert isinstance(sent, str | Incomplete)
        won.append(isinstance(sent, str))
        assert Slot.objects.get(starts_at=start).taken == 1
    assert ServiceRequest.objects.count() == sum(won)
    assert Booking.objects.filter(state="confirmed").count() == sum(won)
    assert counts_are_right()


def answered(calendar: AppointmentCalendar, start: datetime) -> dict[str, Any]:
    when = {"calendar": calendar.key, "slot": start.isoformat(), "minutes": 30}
    return {"extra_data": {"answers": {"when": when, "why": "question"}}}
