"""An entry of a register that a request used up is free again when nothing comes of the request."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import approve, move_many, reject, take, withdraw
from services_catalog.registries.lookups import StoredRegistries
from services_catalog.registries.models import Registry, RegistryEntry
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)
from tests.service_requests.wizard.test_lookup import form_of
from tests.service_requests.wizard.test_races import at_once
from tests.services_catalog.registries.conftest import entry_of, registry_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return registry_of(OrganisationFactory())


@pytest.fixture
def service(registry: Registry) -> Any:
    department = DepartmentFactory(organisation=registry.organisation)
    return ServicePageFactory(value=form_of(registry.organisation), department=department)


@pytest.fixture
def clerk(service: Any) -> User:
    user: User = UserFactory(clerk=True, departments=[service.department])
    return user


def using(entry: RegistryEntry, service: Any, **more: Any) -> ServiceRequest:
    """A request that has used this entry up."""
    answer = {"key": {"contractor": "12045", "permit": "A-77"}, "values": {}, "entry": str(entry.public_id)}
    request: ServiceRequest = ServiceRequestFactory(service=service, answers={"permit": answer}, **more)
    assert StoredRegistries().use(str(entry.public_id), by=request.number)
    return request


def user_of(entry: RegistryEntry) -> str:
    return RegistryEntry.objects.get(pk=entry.pk).used_by


def refuse(request: ServiceRequest, clerk: User) -> None:
    take(request, by=clerk)
    reject(request, by=clerk, reason="x")


def refuse_with_others(request: ServiceRequest, clerk: User) -> None:
    supervisor = UserFactory(supervisor=True, departments=[request.department])
    take(request, by=clerk)
    assert move_many([request.pk], "reject", by=supervisor, note="x").changed == 1


def call_off(request: ServiceRequest, clerk: User) -> None:
    withdraw(request, by=request.applicant, reason="x")


@pytest.mark.parametrize("end", [refuse, refuse_with_others, call_off])
def test_what_a_refused_or_cancelled_request_used_can_be_used_again(
    registry: Registry, service: Any, clerk: User, end: Callable[[ServiceRequest, User], None]
) -> None:
    entry, other = entry_of(registry), entry_of(registry, permit="A-78")
    request, another = using(entry, service), using(other, service)

    end(request, clerk)

    assert user_of(entry) == ""
    assert user_of(other) == another.number
    assert entry.history.first().used_by == ""
    assert entry.history.first().history_user is not None


def test_what_a_granted_request_used_stays_used(registry: Registry, service: Any, clerk: User) -> None:
    entry = entry_of(registry)
    request = using(entry, service)

    take(request, by=clerk)
    approve(request, by=clerk)

    assert user_of(entry) == request.number


def test_what_staff_gave_to_another_request_meanwhile_stays_that_ones(
    registry: Registry, service: Any, clerk: User
) -> None:
    entry = entry_of(registry)
    request = using(entry, service)
    RegistryEntry.objects.update(used_by="")
    later = using(entry, service)

    call_off(request, clerk)

    assert user_of(entry) == later.number


def test_many_are_given_back_by_as_many_statements_as_one(registry: Registry, service: Any, clerk: User) -> None:
    supervisor = UserFactory(supervisor=True, departments=[service.department])

    def statements(number: int) -> int:
        some = [using(entry_of(registry, permit=f"{number}-{place}"), service) for place in range(number)]
        for request in some:
            take(request, by=clerk)
        with CaptureQueriesContext(connection) as asked:
            move_many([request.pk for request in some], "reject", by=supervisor, note="x")
        return len(asked)

    statements(1)
    assert statements(2) == statements(6)
    assert not RegistryEntry.objects.exclude(used_by="").exists()


@pytest.mark.postgresql
@pytest.mark.usefixtures("transactional_db")
def test_pressed_by_both_sides_at_once_it_is_given_back_once(registry: Registry, service: Any, clerk: User) -> None:
    entry = entry_of(registry)
    request = using(entry, service)
    take(request, by=clerk)
    before = entry.history.count()

    def press(place: int) -> None:
        mine = ServiceRequest.objects.get(pk=request.pk)
        if place:
            withdraw(mine, by=request.applicant, reason="x")
        else:
            reject(mine, by=clerk, reason="x")

    ends = at_once(press, times=2, threads=2)

    assert sum(end is None for end in ends) == 1
    assert user_of(entry) == ""
    assert entry.history.count() == before + 1
