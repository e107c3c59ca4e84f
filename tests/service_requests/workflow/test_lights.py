"""What people see of the clock: the list and the detail of staff, the citizen's page, and the page of the service."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.clock import Light
from service_requests.workflow.lights import clock_of, expectation_of
from service_requests.workflow.promised import FEWEST, actual_duration
from services_catalog.models import DurationUnit, ServicePage
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/requests/"
NOW = timezone.now()


@pytest.fixture
def department() -> Department:
    return DepartmentFactory()


@pytest.fixture
def desk(client: Client, department: Department) -> Client:
    client.force_login(UserFactory(clerk=True, departments=[department]))
    return client


def due(department: Department, hours: float | None, **values: object) -> ServiceRequest:
    """A request that is due in so many hours; it turned amber an hour ago."""
    now = timezone.now()
    if hours is not None:
        values |= {"due_at": now + timedelta(hours=hours), "amber_at": now - timedelta(hours=1)}
    return ServiceRequestFactory(service=ServicePageFactory(department=department), **values)


def shown(client: Client, query: str = "") -> list[str]:
    return [row.case.number for row in client.get(f"{LIST}?{query}").context["rows"]]


def test_the_worse_clock_shows_with_the_nearer_date() -> None:
    request = ServiceRequestFactory(
        amber_at=NOW + timedelta(days=2), due_at=NOW + timedelta(days=3),
        stage_amber_at=NOW - timedelta(days=1), stage_due_at=NOW + timedelta(days=1),
    )  # fmt: skip

    assert clock_of(request, NOW).light is Light.AMBER
    assert clock_of(request, NOW).due_at == request.stage_due_at
    assert clock_of(request, NOW + timedelta(days=2)).light is Light.RED
    assert clock_of(request, NOW - timedelta(days=2)).light is Light.GREEN


def test_a_light_is_told_in_words_and_a_date(desk: Client, department: Department) -> None:
    due(department, -1)
    with translation.override("en"):
        page = desk.get(LIST, headers={"accept-language": "en"}).content.decode()

    assert "diwan-badge--danger" in page
    assert "<time" in page.split("diwan-badge--danger")[1]


def test_the_list_is_narrowed_to_what_is_late_or_due_today(desk: Client, department: Department) -> None:
    late, later = due(department, -1), due(department, 24 * 9)
    waiting, without = due(department, None, waiting=True), due(department, None)

    assert shown(desk, "due=late") == [late.number]
    assert later.number not in shown(desk, "due=today")
    assert set(shown(desk)) == {late.number, later.number, waiting.number, without.number}


def test_the_list_is_sorted_by_what_is_due_first(desk: Client, department: Department) -> None:
    later, none, soon = due(department, 50), due(department, None), due(department, 5)
    by_stage = due(department, None, stage_due_at=timezone.now() + timedelta(hours=20))

    closed = due(department, 1, approved=True)

    assert shown(desk, "ordering=due") == [request.number for request in (soon, by_stage, later, none, closed)]
    assert shown(desk, "ordering=-due") == [request.number for request in (later, by_stage, soon, closed, none)]
    assert clock_of(closed).words == ""


def test_the_detail_says_why_the_clock_stands(desk: Client, department: Department) -> None:
    request = due(department, None, waiting=True)

    page = desk.get(f"{LIST}{request.public_id}/").content.decode()

    assert clock_of(request).light is Light.PAUSED
    with translation.override("ar"):
        assert clock_of(request).why in page


def test_the_citizen_reads_when_or_why_not(client: Client, department: Department) -> None:
    citizen: User = UserFactory(citizen=True)
    client.force_login(citizen)
    coming, waiting = due(department, 30, applicant=citizen), due(department, None, waiting=True, applicant=citizen)
    overdue, nothing = due(department, -30, applicant=citizen), due(department, None, applicant=citizen)

    with translation.override("en"):
        words = [expectation_of(request) for request in (coming, waiting, overdue)]
        pages = [
            client.get(f"/en/requests/{request.public_id}/").content.decode() for request in (coming, waiting, overdue)
        ]

    assert all(expected is not None and expected.words in page for expected, page in zip(words, pages, strict=True))
    assert "until you answer" in pages[1]
    assert "longer than we promised" in pages[2]
    assert expectation_of(nothing) is None


def closed(service: ServicePage, *minutes: int, days_ago: int = 3) -> None:
    for worked in minutes:
        ServiceRequestFactory(
            service=service, approved=True, worked_minutes=worked, closed_at=timezone.now() - timedelta(days=days_ago)
        )


def test_the_page_of_a_service_tells_promised_against_actual(department: Department, rf) -> None:
    service = ServicePageFactory(department=department, duration=5, duration_unit=DurationUnit.WORKING_DAYS)
    # The week of the country has days of seven hours: the middle one is two of them.
    closed(service, 100, 200, 840, 900, 5_000)
    closed(service, 1, 1, 1, 1, 1, days_ago=91)

    with translation.override("en"):
        (fact,) = actual_duration(service, rf.get("/"))

    assert fact.value == (
        "Promised: 5 working days. Half took 2 working days or less (5 requests closed in the last 90 days)"
    )


def test_nothing_is_said_of_fewer_than_five(department: Department, rf) -> None:
    service = ServicePageFactory(department=department)
    closed(service, *range(FEWEST - 1))
    ServiceRequestFactory(service=service, approved=True)  # from before there was a clock

    assert list(actual_duration(service, rf.get("/"))) == []
