"""A slot is held, confirmed and given back, and its count is always that of the live bookings."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.jobs.kinds import RECURRING
from forms_builder.ports import calendars
from home.accounts.models import User
from service_requests.appointments import booking
from service_requests.appointments.booking import HOLD, Wish, confirm, extend, hold, release, release_of, sweep
from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.appointments.slots import offered
from service_requests.workflow.actions import approve, reject, take
from service_requests.workflow.many import move_many
from tests.factories import CalendarFactory, ServiceRequestFactory, UserFactory

RIYADH = ZoneInfo("Asia/Riyadh")

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> AppointmentCalendar:
    return CalendarFactory()


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still, a while before the office opens."""
    morning = datetime(2026, 11, 24, 5, 10, tzinfo=RIYADH)
    with mock.patch("django.utils.timezone.now", return_value=morning):
        yield


@pytest.fixture(autouse=True)
def count_is_that_of_live_bookings() -> Iterator[None]:
    yield
    for slot in Slot.objects.all():
        live = slot.bookings.exclude(state=Booking.State.CANCELLED).count()
        assert slot.taken == live <= slot.capacity


def starts(calendar: AppointmentCalendar) -> list[datetime]:
    return offered(calendar.opening, timezone.now())


def wish(calendar: AppointmentCalendar, place: int = 0) -> Wish:
    return Wish(calendar.key, starts(calendar)[place])


def free(calendar: AppointmentCalendar, holder: str = "") -> list[datetime]:
    return list(calendars().openings(calendar.key, holder).free)


def later(by: timedelta) -> "mock._patch[mock.MagicMock]":
    return mock.patch("django.utils.timezone.now", return_value=timezone.now() + by)


def test_a_held_slot_is_not_offered_to_others_and_still_to_its_holder(calendar: AppointmentCalendar) -> None:
    first = wish(calendar)

    assert hold("a", {"q": first}) == set()

    assert first.start not in free(calendar)
    assert first.start in free(calendar, "a")
    assert hold("b", {"q": first}) == {"q"}
    assert Slot.objects.count() == 1


def test_holding_again_extends_and_takes_no_second_place(calendar: AppointmentCalendar) -> None:
    first = wish(calendar)
    hold("a", {"q": first})
    before = Booking.objects.get().held_until

    with later(timedelta(minutes=5)):
        assert hold("a", {"q": first}) == set()

    assert Booking.objects.get().held_until == before + timedelta(minutes=5)


def test_changing_the_time_gives_the_old_one_back(calendar: AppointmentCalendar) -> None:
    first, second = wish(calendar), wish(calendar, 1)
    hold("a", {"q": first})

    hold("a", {"q": second})

    assert first.start in free(calendar, "b")
    assert second.start not in free(calendar, "b")


def test_who_wants_a_time_that_is_taken_keeps_the_one_he_has(calendar: AppointmentCalendar) -> None:
    first, second = wish(calendar), wish(calendar, 1)
    hold("a", {"q": first})
    hold("b", {"q": second})

    assert hold("a", {"q": second}) == {"q"}

    assert first.start in calendars().openings(calendar.key, "a").held


def test_an_emptied_answer_gives_its_time_back(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar)})

    hold("a", {"q": None})

    assert wish(calendar).start in free(calendar)


@pytest.mark.parametrize("off", [timedelta(minutes=10), timedelta(days=400), timedelta(days=-30)])
def test_a_time_that_is_not_offered_is_not_held(calendar: AppointmentCalendar, off: timedelta) -> None:
    assert hold("a", {"q": Wish(calendar.key, wish(calendar).start + off)}) == {"q"}
    assert hold("a", {"q": Wish("unknown", wish(calendar).start)}) == {"q"}


def test_a_hold_that_ran_out_is_free_for_others_before_the_sweep_comes(calendar: AppointmentCalendar) -> None:
    calendar.horizon_days = 20
    calendar.save()
    wanted = Wish(calendar.key, starts(calendar)[-1])
    hold("a", {"q": wanted})

    with later(HOLD + timedelta(seconds=1)):
        assert wanted.start in free(calendar, "b")
        assert hold("b", {"q": wanted}) == set()
        assert hold("a", {"q": wanted}) == {"q"}

    assert {row.holder: row.state for row in Booking.objects.all()} == {"a": "cancelled", "b": "held"}


def test_saving_keeps_a_hold_alive_but_not_for_ever(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar, 3)})
    began = Booking.objects.get().held_at

    for minutes in range(10, 300, 10):
        with later(timedelta(minutes=minutes)):
            extend("a")

    assert HOLD < Booking.objects.get().held_until - began <= booking.LONGEST_HOLD + HOLD


def test_the_sweep_gives_back_what_ran_out_and_nothing_else(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar, 2)})
    with later(timedelta(minutes=10)):
        hold("b", {"q": wish(calendar, 3)})

    with later(HOLD + timedelta(seconds=1)):
        sweep()

    assert {row.holder: row.state for row in Booking.objects.all()} == {"a": "cancelled", "b": "held"}
    assert "sweep_held_slots" in RECURRING


def test_a_hold_is_confirmed_once(calendar: AppointmentCalendar, citizen: User) -> None:
    request = ServiceRequestFactory()
    hold("a", {"q": wish(calendar)})

    assert confirm("a", request, by=citizen) == 1
    assert confirm("a", request, by=citizen) == 0

    made = Booking.objects.get()
    assert (made.state, made.request) == ("confirmed", request)
    told = list(made.history.values_list("history_type", "state", "history_user"))
    assert told == [("~", "confirmed", citizen.pk), ("+", "held", None)]
    with later(timedelta(days=1)):
        sweep()
    assert Booking.objects.get().state == "confirmed"


def test_giving_up_an_application_gives_back_what_it_holds_and_no_confirmed_one(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar)})
    hold("b", {"q": wish(calendar, 1)})
    confirm("b", ServiceRequestFactory())

    assert (release("a"), release("a"), release("b")) == (1, 0, 0)


def test_a_rejected_request_gives_its_time_back_in_the_same_breath(calendar: AppointmentCalendar) -> None:
    request = ServiceRequestFactory(in_review=True)
    clerk = UserFactory(clerk=True, departments=[request.department])
    hold("a", {"q": wish(calendar)})
    confirm("a", request)

    reject(request, by=clerk, reason="ليس من اختصاصنا")

    ended = Booking.objects.get()
    assert ended.state == "cancelled"
    assert ended.history.first().history_user == clerk
    assert wish(calendar).start in free(calendar)


def test_many_that_are_rejected_give_theirs_back_and_one_that_is_approved_keeps_it(
    calendar: AppointmentCalendar,
) -> None:
    rejected, approved = ServiceRequestFactory(in_review=True), ServiceRequestFactory()
    clerk = UserFactory(clerk=True, departments=[rejected.department, approved.department])
    for place, request in enumerate((rejected, approved)):
        hold(f"h{place}", {"q": wish(calendar, place)})
        confirm(f"h{place}", request)

    move_many([rejected.pk], "reject", by=clerk, note="مغلق")
    take(approved, by=clerk)
    approve(approved, by=clerk, note="أهلاً")

    assert rejected.bookings.get().state == "cancelled"
    assert approved.bookings.get().state == "confirmed"


def test_an_appointment_that_was_kept_is_history_and_stays(calendar: AppointmentCalendar) -> None:
    request = ServiceRequestFactory()
    hold("a", {"q": wish(calendar)})
    confirm("a", request)

    with later(timedelta(days=30)):
        assert release_of([request.pk], by=None) == 0


def test_less_room_than_is_booked_keeps_what_is_booked_and_adds_nothing() -> None:
    calendar = CalendarFactory(capacity=3)
    first = wish(calendar)
    for holder in "abc":
        hold(holder, {"q": first})

    calendar.capacity = 1
    calendar.full_clean()
    calendar.save()

    slot = Slot.objects.get()
    assert (slot.taken, slot.capacity) == (3, 3)
    release("a")
    release("b")
    assert hold("d", {"q": first}) == {"q"}
    assert first.start not in free(calendar)
    release("c")
    assert hold("d", {"q": first}) == set()
    assert hold("e", {"q": first}) == {"q"}


def test_more_room_is_there_at_once(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar)})

    calendar.capacity = 2
    calendar.save()

    assert hold("b", {"q": wish(calendar)}) == set()


def test_new_hours_that_run_into_a_booked_time_are_refused_in_words(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar, 5)})
    calendar.slot_minutes = 20

    with pytest.raises(ValidationError, match="2026/11/25"):
        calendar.full_clean()


def test_a_day_that_is_closed_after_it_was_booked_is_counted(calendar: AppointmentCalendar) -> None:
    held = wish(calendar, 5)
    hold("a", {"q": held})

    calendar.closed_days = [held.start.date().isoformat()]
    calendar.full_clean()
    calendar.save()

    assert calendar.stranded() == 1
    assert held.start not in free(calendar, "a")
    assert hold("a", {"q": held}) == {"q"}


def test_the_database_refuses_a_slot_with_more_people_than_room(calendar: AppointmentCalendar) -> None:
    hold("a", {"q": wish(calendar)})

    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.update(taken=2)


def test_two_times_are_changed_in_one_act() -> None:
    one, two = CalendarFactory(), CalendarFactory()
    hold("a", {"q": wish(one), "r": wish(two)})

    assert hold("a", {"q": wish(one, 1), "r": wish(two, 1)}) == set()

    assert [booking.held for booking in (calendars().openings(one.key, "a"), calendars().openings(two.key, "a"))] != [
        {},
        {},
    ]
    assert Booking.objects.filter(state="held").count() == 2


def test_a_list_of_times_takes_as_many_queries_when_it_is_full(
    calendar: AppointmentCalendar, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for place in range(6):
        hold(f"h{place}", {"q": wish(calendar, place)})

    # the calendar with its organisation, what the asker holds, the slots that somebody has
    with django_assert_num_queries(3):
        free(calendar, "h0")
