"""Due dates and pauses through the actions that people choose: submit, take, ask, answer, decide, in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow import actions
from service_requests.workflow.deadlines import Terms, at_submit
from services_catalog.models import DurationUnit
from services_catalog.organisations.calendars import Closure, WorkingCalendar
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
RIYADH = ZoneInfo("Asia/Riyadh")
WEEK = ("sun", "mon", "tue", "wed", "thu")


def riyadh(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=RIYADH)  # type: ignore[arg-type, misc]


@contextmanager
def at(*parts: int) -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=riyadh(*parts)):
        yield


@pytest.fixture
def department() -> Department:
    department = DepartmentFactory(organisation__time_zone="Asia/Riyadh")
    calendar = WorkingCalendar(
        organisation=department.organisation,
        hours={day: ["07:30-14:30"] for day in WEEK},
        ramadan_hours={day: ["10:00-15:00"] for day in WEEK},
    )
    # Eid al-Fitr 1448.
    calendar.close_on([Closure(riyadh(2027, 3, day).date()) for day in (9, 10, 11)])
    calendar.save()
    return department


@pytest.fixture
def clerk(department: Department) -> User:
    return UserFactory(clerk=True, departments=[department])


def submitted(department: Department, *parts: int, **service: object) -> ServiceRequest:
    """As a submit leaves it: five working days promised, and one for the first stage."""
    promised = {"duration": 5, "duration_unit": DurationUnit.WORKING_DAYS, **service}
    request = ServiceRequestFactory(
        service=ServicePageFactory(department=department, **promised), submitted_at=riyadh(*parts)
    )
    for name, value in at_submit(request, Terms([request])).items():
        setattr(request, name, value)
    request.save()
    return request


def again(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(RIYADH) if moment else None


def test_a_submitted_request_is_due_by_the_promise_and_by_its_first_stage(department: Department) -> None:
    request = again(submitted(department, 2026, 11, 22, 9))

    assert local(request.due_at) == riyadh(2026, 11, 29, 14, 30)
    assert local(request.stage_due_at) == riyadh(2026, 11, 23, 14, 30)
    # Three quarters of 40½ hours: 5½ on the day of receipt and five days of seven.
    assert local(request.amber_at) == riyadh(2026, 11, 26, 11, 22, 30)


def test_a_deadline_goes_across_ramadan_and_eid(department: Department) -> None:
    # Thursday 4 March: three working days are Sunday 7, Monday 8 (both Ramadan), then Eid to the 11th, Sunday 14.
    request = again(submitted(department, 2027, 3, 4, 11, duration=3))

    assert local(request.due_at) == riyadh(2027, 3, 14, 14, 30)


def test_what_waits_for_the_citizen_is_not_due_and_goes_on_where_it_stopped(
    department: Department, clerk: User
) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
    stage_due = again(request).stage_due_at
    with at(2026, 11, 23, 10):
        actions.ask_citizen(request, by=clerk, text="صورة الهوية")

    waiting = again(request)
    assert (waiting.due_at, waiting.stage_due_at, len(waiting.pauses)) == (None, None, 1)

    # Two working days later, to the hour.
    with at(2026, 11, 25, 10):
        actions.answer(again(request), by=request.applicant, text="مرفقة")

    back = again(request)
    assert local(back.due_at) == riyadh(2026, 12, 1, 14, 30)
    assert local(back.stage_since) == riyadh(2026, 11, 22, 10)
    assert local(stage_due) == riyadh(2026, 11, 29, 14, 30)
    assert local(back.stage_due_at) == riyadh(2026, 12, 1, 14, 30)


def test_a_second_pause_adds_to_the_first(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
    for day in (23, 25):
        with at(2026, 11, day, 10):
            actions.ask_citizen(again(request), by=clerk, text="سؤال")
        with at(2026, 11, day + 1, 10):
            actions.answer(again(request), by=request.applicant, text="جواب")

    assert len(again(request).pauses) == 2
    assert local(again(request).due_at) == riyadh(2026, 12, 1, 14, 30)


def test_another_stage_begins_a_clock_of_its_own(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    ServiceRequest.objects.filter(pk=request.pk).update(rungs_done=1)
    with at(2026, 11, 24, 10):
        actions.take(again(request), by=clerk)

    taken = again(request)
    assert local(taken.stage_since) == riyadh(2026, 11, 24, 10)
    assert local(taken.stage_due_at) == riyadh(2026, 12, 1, 14, 30)
    assert local(taken.due_at) == riyadh(2026, 11, 29, 14, 30)
    assert taken.rungs_done == 0


def test_closing_keeps_what_was_worked_without_the_pauses(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
    with at(2026, 11, 22, 11):
        actions.ask_citizen(request, by=clerk, text="سؤال")
    with at(2026, 11, 24, 8, 30):
        actions.answer(again(request), by=request.applicant, text="جواب")
    with at(2026, 11, 24, 9):
        actions.approve(again(request), by=clerk)

    closed = again(request)
    # 9 to 11 on the first day, and half an hour on the third.
    assert closed.worked_minutes == 150
    assert (closed.stage_due_at, closed.stage_amber_at) == (None, None)


def test_many_moved_at_once_are_due_as_each_of_them_would_be(department: Department, clerk: User) -> None:
    requests = [submitted(department, 2026, 11, 22, hour) for hour in (8, 9, 10)]
    alone = submitted(department, 2026, 11, 22, 9)
    for request in [*requests, alone]:
        with at(2026, 11, 22, 11):
            actions.take(request, by=clerk)
    with at(2026, 11, 23, 10):
        actions.move_many([request.pk for request in requests], "ask_citizen", by=clerk, note="سؤال")
        actions.ask_citizen(alone, by=clerk, text="سؤال")
    assert {again(request).due_at for request in requests} == {None}
    for request in [*requests, alone]:
        with at(2026, 11, 25, 10):
            actions.answer(again(request), by=request.applicant, text="جواب")
    with at(2026, 11, 25, 12):
        actions.move_many([request.pk for request in requests], "approve", by=clerk, note="موافقة")
        actions.approve(again(alone), by=clerk)

    names = ("pauses", "due_at", "worked_minutes", "stage_since", "stage_due_at")
    assert [getattr(again(requests[1]), name) for name in names] == [getattr(again(alone), name) for name in names]
    assert [again(request).worked_minutes for request in requests] == [660, 600, 540]


def test_many_moved_on_are_due_as_each_of_them_would_be_in_its_own_office(department: Department) -> None:
    elsewhere = DepartmentFactory(organisation__time_zone="Africa/Cairo")
    WorkingCalendar.objects.create(organisation=elsewhere.organisation, hours={day: ["09:00-17:00"] for day in WEEK})
    clerk = UserFactory(clerk=True, departments=[department, elsewhere])
    together = [submitted(place, 2026, 11, 22, hour) for place in (department, elsewhere) for hour in (8, 9)]
    alone = [submitted(place, 2026, 11, 22, hour) for place in (department, elsewhere) for hour in (8, 9)]
    ServiceRequest.objects.filter(pk__in=[request.pk for request in (*together, *alone)]).update(rungs_done=1)

    with at(2026, 11, 24, 10):
        actions.move_many([request.pk for request in together], "take", by=clerk, note="معاً")
        for request in alone:
            actions.take(again(request), by=clerk)

    names = ("pauses", "amber_at", "due_at", "stage_since", "stage_amber_at", "stage_due_at", "rungs_done")
    for one, other in zip(together, alone, strict=True):
        assert [getattr(again(one), name) for name in names] == [getattr(again(other), name) for name in names]
    assert len({again(request).stage_due_at for request in together}) == 2


@pytest.mark.parametrize("key", ["ask_citizen", "approve"])
def test_many_moves_take_no_more_statements_than_a_few(
    department: Department, clerk: User, key: str, django_assert_max_num_queries
) -> None:
    service = ServicePageFactory(department=department, duration=5)
    requests = [
        ServiceRequestFactory(
            service=service, in_review=True, applicant=UserFactory(citizen=True),
            submitted_at=riyadh(2026, 11, 22, 9) + timedelta(minutes=minute),
        )
        for minute in range(40)
    ]  # fmt: skip
    counts = []
    for chosen in (requests[:4], requests[4:]):
        with at(2026, 11, 24, 9), django_assert_max_num_queries(60) as counted:
            actions.move_many([request.pk for request in chosen], key, by=clerk, note="معاً")
        counts.append(len(counted))

    # The first time rights are read too.
    assert counts[1] <= counts[0]


def test_an_office_without_hours_makes_nothing_due(department: Department) -> None:
    WorkingCalendar.objects.filter(organisation=department.organisation).update(hours={}, ramadan_hours={})

    request = again(submitted(Department.objects.get(pk=department.pk), 2026, 11, 22, 9))

    assert (request.due_at, request.stage_due_at) == (None, None)


@pytest.mark.parametrize(
    ("amount", "unit", "due"),
    [
        (30, DurationUnit.MINUTES, riyadh(2026, 11, 22, 8)),
        (3, DurationUnit.HOURS, riyadh(2026, 11, 22, 10, 30)),
        (None, DurationUnit.IMMEDIATE, riyadh(2026, 11, 22, 14, 30)),
        (2, DurationUnit.WORKING_DAYS, riyadh(2026, 11, 23, 14, 30)),
        # Friday to Sunday: the weekend counts.
        (2, DurationUnit.DAYS, riyadh(2026, 11, 22, 14, 30)),
        # Ends on Saturday, when nobody works.
        (1, DurationUnit.DAYS, riyadh(2026, 11, 22, 14, 30)),
        (None, DurationUnit.WORKING_DAYS, None),
    ],
)
def test_each_way_to_promise_ends_in_working_hours(
    department: Department, amount: int | None, unit: DurationUnit, due: datetime | None
) -> None:
    # Friday evening.
    request = again(submitted(department, 2026, 11, 20, 19, duration=amount, duration_unit=unit))

    assert local(request.due_at) == due
