"""Clerks press “take next” at the same moment: each gets a request of his own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.taking import take_next, waiting_for
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.workflows import full_workflow

Take = Callable[..., ServiceRequest | None]


def press_together(people: list[User], take: Take) -> list[int | None]:
    """The key of what each got, in the order of the people."""
    start = Barrier(len(people))

    def press(person: User) -> int | None:
        try:
            start.wait(timeout=20)
            taken = take(by=person)
            return taken.pk if taken else None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(press, people))


@pytest.fixture
def office(transactional_db: None) -> tuple[list[User], Callable[..., list[ServiceRequest]]]:
    unit = DepartmentFactory()
    people = [UserFactory(clerk=True, departments=[unit]) for _serial in range(4)]
    service = ServicePageFactory(department=unit)

    def requests(count: int, **more: object) -> list[ServiceRequest]:
        return [ServiceRequestFactory(service=service, **more) for _serial in range(count)]

    return people, requests


@pytest.mark.parametrize("stage", ["new", "technical"])
def test_two_clerks_get_two_different_requests(
    stage: str, office: tuple[list[User], Callable[..., list[ServiceRequest]]]
) -> None:
    """By an outcome that takes, and in a stage where one is merely put in charge."""
    people, requests = office
    there = requests(2, workflow_version=full_workflow(), stage=stage)

    taken = press_together(people[:2], take_next)

    assert sorted(key for key in taken if key) == sorted(request.pk for request in there)
    in_charge = dict(ServiceRequest.objects.values_list("pk", "assignee"))
    assert [in_charge[key] for key in taken if key] == [person.pk for person in people[:2]]
    assert ServiceRequest.history.filter(history_type="~").count() == 2


def test_of_four_clerks_and_three_requests_one_goes_away_empty(
    office: tuple[list[User], Callable[..., list[ServiceRequest]]],
) -> None:
    people, requests = office
    there = requests(3)

    taken = press_together(people, take_next)

    assert taken.count(None) == 1
    assert {key for key in taken if key} == {request.pk for request in there}


def test_without_the_condition_two_would_get_the_same(
    office: tuple[list[User], Callable[..., list[ServiceRequest]]],
) -> None:
    """The control: looking first and writing then gives both the oldest."""
    people, requests = office
    requests(2)
    looked = Barrier(2)

    def weakened(*, by: User) -> ServiceRequest | None:
        request = waiting_for(by).first()
        looked.wait(timeout=20)
        with transaction.atomic():
            assert request is not None
            ServiceRequest.objects.filter(pk=request.pk).update(assignee=by, updated_at=timezone.now())
        return request

    first, second = press_together(people[:2], weakened)

    assert first == second
