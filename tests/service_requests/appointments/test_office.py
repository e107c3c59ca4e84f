"""Calendars in the admin: who sets them, who reads who comes, and nobody of another office."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import User
from service_requests.appointments.booking import Wish, confirm, hold
from service_requests.appointments.models import AppointmentCalendar, Booking
from service_requests.appointments.slots import offered
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Department
from tests.factories import CalendarFactory, DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/snippets/service_requests/appointmentcalendar/"
DAYS = "/admin/appointments/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still, a while before the office opens."""
    morning = datetime(2026, 11, 24, 5, 10, tzinfo=ZoneInfo("Asia/Riyadh"))
    with mock.patch("django.utils.timezone.now", return_value=morning):
        yield


@pytest.fixture
def department() -> Department:
    return DepartmentFactory()


@pytest.fixture
def calendar(department: Department) -> AppointmentCalendar:
    return CalendarFactory(organisation=department.organisation, lead_hours=0)


@pytest.fixture
def booked(calendar: AppointmentCalendar, department: Department) -> ServiceRequest:
    return appointment(calendar, department, "فاطمة الزائرة")


def appointment(calendar: AppointmentCalendar, department: Department, name: str, place: int = 1) -> ServiceRequest:
    request = ServiceRequestFactory(service=ServicePageFactory(department=department), applicant_name=name)
    start = offered(calendar.opening, timezone.now())[place]
    hold(str(request.submission_key), {"q": Wish(calendar.key, start)})
    confirm(str(request.submission_key), request)
    return request


def staff(role: str, department: Department) -> User:
    return UserFactory(**{role: True}, departments=[department])


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def posted(calendar: AppointmentCalendar, **changed: str) -> dict[str, str]:
    hours = {f"hours_{day}": "09:00-11:00" for day in ("sun", "mon", "tue", "wed", "thu", "fri", "sat")}
    numbers = {
        name: str(getattr(calendar, name)) for name in ("slot_minutes", "capacity", "lead_hours", "horizon_days")
    }
    names = {
        "name_ar": "مقابلات",
        "name_en": "Interviews",
        "place_ar": "المبنى",
        "place_en": "Building",
        "closed_days": "",
    }
    return {**hours, **numbers, **names, **changed}


@pytest.mark.parametrize("role", ["editor", "supervisor"])
def test_editors_and_supervisors_set_the_hours_and_see_who_did(
    role: str, client: Client, calendar: AppointmentCalendar, department: Department
) -> None:
    person = staff(role, department)
    client.force_login(person)

    sent = client.post(
        f"{LIST}edit/{calendar.pk}/",
        posted(calendar, hours_fri="", hours_sun="٨:٠٠-١٠:٠٠، 13:00 - 14:00", closed_days="2026-12-31\n2026-12-30"),
    )

    assert sent.status_code == 302
    calendar.refresh_from_db()
    assert calendar.hours["sun"] == ["08:00-10:00", "13:00-14:00"]
    assert "fri" not in calendar.hours
    assert calendar.closed_days == ["2026-12-30", "2026-12-31"]
    assert calendar.history.first().history_user == person
    page = read(client, f"{LIST}history/{calendar.pk}/")
    assert "08:00-10:00, 13:00-14:00" in page
    assert "{" not in page.partition("13:00-14:00")[0][-200:]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"hours_mon": "9 to 11"}, "08:00-14:30"),
        ({"hours_mon": "09:00-11:00, 10:00-12:00"}, "overlap"),
        ({"closed_days": "tomorrow"}, "“tomorrow” is no day"),
        ({"capacity": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    changed: dict[str, str], told: str, client: Client, calendar: AppointmentCalendar, department: Department
) -> None:
    client.force_login(staff("supervisor", department))

    page = client.post(f"{LIST}edit/{calendar.pk}/", posted(calendar, **changed), headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert told in page.content.decode()
    calendar.refresh_from_db()
    assert calendar.hours["mon"] == ["09:00-11:00"]


def test_a_calendar_is_made_in_ones_own_organisation_only(
    client: Client, calendar: AppointmentCalendar, department: Department
) -> None:
    client.force_login(staff("supervisor", department))
    own, other = department.organisation_id, DepartmentFactory().organisation_id

    client.post(f"{LIST}add/", {**posted(calendar, key="new-one"), "organisation": str(other)})
    assert not AppointmentCalendar.objects.filter(key="new-one").exists()
    client.post(f"{LIST}add/", {**posted(calendar, key="new-one"), "organisation": str(own)})

    assert AppointmentCalendar.objects.get(key="new-one").organisation_id == own


def test_closing_a_day_with_appointments_says_how_many_are_left_standing(
    client: Client, calendar: AppointmentCalendar, department: Department, booked: ServiceRequest
) -> None:
    client.force_login(staff("supervisor", department))

    sent = client.post(
        f"{LIST}edit/{calendar.pk}/",
        posted(calendar, closed_days="2026-11-24"),
        headers={"Accept-Language": "en"},
        follow=True,
    )

    assert "1 appointment is booked outside of the new hours" in sent.content.decode()


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor"])
def test_staff_read_who_comes_on_a_day(
    role: str, client: Client, booked: ServiceRequest, department: Department
) -> None:
    client.force_login(staff(role, department))

    page = read(client, f"{DAYS}?day=2026-11-24")

    assert "09:30" in page
    assert booked.number in page
    assert "فاطمة الزائرة" in page
    assert "فاطمة الزائرة" not in read(client, f"{DAYS}?day=2026-11-25")
    assert DAYS in read(client, "/admin/")


def test_a_clerk_sets_no_calendar(client: Client, calendar: AppointmentCalendar, department: Department) -> None:
    client.force_login(staff("clerk", department))

    assert client.get(f"{LIST}edit/{calendar.pk}/").status_code in {302, 403, 404}
    assert LIST not in read(client, "/admin/")


def test_a_clerk_reads_no_name_of_a_department_that_is_not_his(
    client: Client, calendar: AppointmentCalendar, department: Department
) -> None:
    other = DepartmentFactory(organisation=department.organisation)
    appointment(calendar, other, "زائر إدارة أخرى", place=2)
    client.force_login(staff("clerk", department))

    assert "زائر إدارة أخرى" not in read(client, f"{DAYS}?calendar={calendar.key}&day=2026-11-24")


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor", "editor"])
def test_another_offices_calendar_does_not_exist(
    role: str, client: Client, calendar: AppointmentCalendar, booked: ServiceRequest
) -> None:
    client.force_login(staff(role, DepartmentFactory()))

    assert client.get(f"{DAYS}?calendar={calendar.key}").status_code == 404
    assert "فاطمة الزائرة" not in client.get(f"{DAYS}?day=2026-11-24").content.decode()
    if role in {"editor", "supervisor"}:
        assert client.get(f"{LIST}edit/{calendar.pk}/").status_code == 404
        assert client.get(f"{LIST}history/{calendar.pk}/").status_code == 404
        assert str(calendar) not in read(client, LIST)


def test_editors_and_citizens_do_not_find_the_list_of_a_day(client: Client, booked: ServiceRequest) -> None:
    client.force_login(UserFactory(editor=True))
    assert client.get(DAYS).status_code == 404
    client.force_login(UserFactory(citizen=True))
    assert client.get(DAYS).status_code in {302, 403, 404}


def test_nobody_deletes_a_calendar(client: Client, calendar: AppointmentCalendar) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    client.post(f"{LIST}delete/{calendar.pk}/")
    client.post(
        reverse("wagtail_bulk_action", args=["service_requests", "appointmentcalendar", "delete"])
        + f"?id={calendar.pk}"
    )

    assert AppointmentCalendar.objects.filter(pk=calendar.pk).exists()


@pytest.mark.parametrize("query", ["day=x", "day=0001-01-01", "day=9999-12-31", "day=2026-11-24&calendar=%00"])
def test_a_day_that_is_none_breaks_nothing(
    query: str, client: Client, calendar: AppointmentCalendar, department: Department
) -> None:
    client.force_login(staff("clerk", department))

    assert client.get(f"{DAYS}?{query}").status_code in {200, 404}


def test_the_list_of_a_day_takes_the_same_queries_for_many(
    client: Client, calendar: AppointmentCalendar, department: Department, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    calendar.capacity = 20
    calendar.save()
    for number in range(8):
        appointment(calendar, department, f"زائر {number}")
    client.force_login(staff("clerk", department))
    read(client, DAYS)

    # session, person, his rights (2), calendars, bookings; the frame of the admin
    with django_assert_max_num_queries(14):
        read(client, f"{DAYS}?day=2026-11-24")
    assert Booking.objects.count() == 8


def test_a_time_in_the_past_is_not_counted_as_left_standing(
    calendar: AppointmentCalendar, booked: ServiceRequest
) -> None:
    calendar.hours = {}

    assert calendar.stranded() == 1
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=3)):
        assert calendar.stranded() == 0
