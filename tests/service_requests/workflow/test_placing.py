"""Which department has a request when it enters a stage, and referrals to another one."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.actions import NotPossible, assign, choose, move_many
from service_requests.workflow.many import foresee_move
from services_catalog.organisations.models import Department
from services_catalog.processes.models import Workflow
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.services_catalog.processes.building import outcome, stage, workflow_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def window() -> Department:
    made: Department = DepartmentFactory(key="window")
    return made


@pytest.fixture
def permits(window: Department) -> Department:
    made: Department = DepartmentFactory(key="permits", organisation=window.organisation)
    return made


@pytest.fixture
def roads(window: Department) -> Department:
    made: Department = DepartmentFactory(key="roads", organisation=window.organisation)
    return made


@pytest.fixture
def clerk(window: Department) -> User:
    return UserFactory(clerk=True, departments=[window])


@pytest.fixture
def workflow() -> Workflow:
    """Received at the window, sent to a named department, to the competent one, or referred."""
    return workflow_with(
        [
            stage(
                "received",
                "submitted",
                outcome("to_roads", "with_roads"),
                outcome("to_competent", "with_competent"),
                outcome("refer", "received", "refer"),
                outcome("take", "with_competent", "take"),
            ),
            stage("with_roads", "in_progress", outcome("finish", "done"), place="named", department="roads"),
            stage("with_competent", "in_progress", outcome("finish", "done"), place="competent"),
            stage("done", "completed"),
        ]
    )


@pytest.fixture
def at_the_window(workflow: Workflow, window: Department, permits: Department, clerk: User) -> ServiceRequest:
    """A request of the permits department that the window has, with a clerk in charge."""
    return request_at(workflow, window, permits, assignee=clerk)


def request_at(workflow: Workflow, window: Department, permits: Department, **more: Any) -> ServiceRequest:
    service = ServicePageFactory(workflow=workflow, department=permits)
    made: ServiceRequest = ServiceRequestFactory(service=service, department=window, **more)
    return made


def test_a_stage_of_a_named_department_brings_the_request_there(
    at_the_window: ServiceRequest, clerk: User, roads: Department
) -> None:
    choose(at_the_window, "to_roads", by=clerk)

    assert at_the_window.department == roads
    assert at_the_window.assignee is None
    stored = ServiceRequest.objects.get(pk=at_the_window.pk)
    assert (stored.department, stored.assignee) == (roads, None)
    assert ServiceRequest.history.filter(id=stored.pk).first().department_id == roads.pk
    assert not visible_to(clerk).filter(pk=stored.pk).exists()


def test_a_stage_of_the_competent_department_brings_it_to_that_of_the_service(
    at_the_window: ServiceRequest, clerk: User, permits: Department
) -> None:
    choose(at_the_window, "to_competent", by=clerk)

    assert at_the_window.department == permits


def test_whoever_takes_it_is_in_charge_wherever_it_goes(
    at_the_window: ServiceRequest, clerk: User, permits: Department
) -> None:
    choose(at_the_window, "take", by=clerk)

    assert (at_the_window.department, at_the_window.assignee) == (permits, clerk)


def test_a_request_in_its_department_already_keeps_who_is_in_charge(workflow: Workflow, permits: Department) -> None:
    clerk = UserFactory(clerk=True, departments=[permits])
    request = request_at(workflow, permits, permits, assignee=clerk)

    choose(request, "to_competent", by=clerk)

    assert (request.department, request.assignee) == (permits, clerk)


def test_a_named_department_that_is_not_there_is_told_in_words(at_the_window: ServiceRequest, clerk: User) -> None:
    with pytest.raises(NotPossible, match="roads"):
        choose(at_the_window, "to_roads", by=clerk)

    assert ServiceRequest.objects.get(pk=at_the_window.pk).stage_key == "received"


def test_a_referral_goes_to_the_department_that_was_chosen(
    at_the_window: ServiceRequest, clerk: User, roads: Department
) -> None:
    choose(at_the_window, "refer", by=clerk, to=roads)

    stored = ServiceRequest.objects.get(pk=at_the_window.pk)
    assert (stored.department, stored.stage_key, stored.assignee) == (roads, "received", None)


def test_a_referral_needs_a_department_of_the_organisation_that_has_it_not_yet(
    at_the_window: ServiceRequest, clerk: User, window: Department
) -> None:
    for to in (None, DepartmentFactory(), window):
        with pytest.raises(NotPossible):
            choose(at_the_window, "refer", by=clerk, to=to)

    assert ServiceRequest.objects.get(pk=at_the_window.pk).department == window


def test_of_two_who_refer_it_the_second_is_told(
    at_the_window: ServiceRequest, clerk: User, roads: Department, permits: Department
) -> None:
    seen_before = ServiceRequest.objects.get(pk=at_the_window.pk)
    colleague = UserFactory(supervisor=True, departments=[at_the_window.department])
    choose(at_the_window, "refer", by=clerk, to=roads)

    with pytest.raises(NotPossible):
        choose(seen_before, "refer", by=colleague, to=permits)

    assert ServiceRequest.objects.get(pk=at_the_window.pk).department == roads


def test_many_are_placed_each_in_its_own_department(
    workflow: Workflow, window: Department, permits: Department, roads: Department, clerk: User
) -> None:
    other = DepartmentFactory(organisation=window.organisation)
    requests = [request_at(workflow, window, competent) for competent in (permits, roads, other)]

    done = move_many([request.pk for request in requests], "to_competent", by=clerk, note="دفعة")

    assert done.changed == 3
    found = [ServiceRequest.objects.get(pk=request.pk).department for request in requests]
    assert found == [permits, roads, other]


def test_many_are_referred_and_those_of_other_bodies_stay(
    workflow: Workflow, window: Department, permits: Department, roads: Department
) -> None:
    elsewhere = DepartmentFactory()
    supervisor = UserFactory(supervisor=True, departments=[window, elsewhere])
    ours, there = request_at(workflow, window, permits), request_at(workflow, roads, permits)
    foreign = ServiceRequestFactory(service=ServicePageFactory(workflow=workflow, department=elsewhere))

    done = move_many([ours.pk, there.pk, foreign.pk], "refer", by=supervisor, note="إحالة", to=roads)

    assert done.changed == 1
    assert [refusal.number for refusal in done.refused] == [there.number, foreign.number]
    assert ServiceRequest.objects.get(pk=ours.pk).department == roads
    assert ServiceRequest.objects.get(pk=foreign.pk).department == elsewhere


def test_a_preview_of_a_referral_does_not_ask_for_the_department_yet(
    at_the_window: ServiceRequest, clerk: User
) -> None:
    assert foresee_move([at_the_window], "refer", by=clerk).changed == 1
    assert foresee_move([at_the_window], "to_roads", by=clerk).changed == 0


def test_placing_many_takes_as_many_statements_as_placing_few(
    workflow: Workflow, window: Department, permits: Department, roads: Department, clerk: User
) -> None:
    service = ServicePageFactory(workflow=workflow, department=permits)

    def statements(count: int) -> int:
        keys = [ServiceRequestFactory(service=service, department=window).pk for _number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            move_many(keys, "to_roads", by=clerk, note="دفعة")
        return len(queries)

    statements(1)  # rights are read once

    assert statements(2) == statements(12)


def test_the_desk_asks_for_the_department_and_shows_the_list_after_a_referral(
    client: Client, at_the_window: ServiceRequest, clerk: User, roads: Department
) -> None:
    client.force_login(clerk)
    act = reverse("requests:act", args=[at_the_window.public_id, "refer"])

    missing = client.post(act, {"seen": "", "note": ""})
    foreign = client.post(act, {"seen": "", "note": "", "to": DepartmentFactory().pk})
    done = client.post(act, {"seen": "", "note": "للاختصاص", "to": roads.pk})

    assert (missing.status_code, foreign.status_code, done.status_code) == (422, 422, 302)
    assert client.get(done["Location"]).status_code == 200
    assert ServiceRequest.objects.get(pk=at_the_window.pk).department == roads


def test_the_bulk_page_asks_for_the_department_only_where_something_can_be_referred(
    client: Client, at_the_window: ServiceRequest, clerk: User, roads: Department
) -> None:
    client.force_login(clerk)
    page = reverse("wagtail_bulk_action", args=["service_requests", "servicerequest", "move"])
    page += f"?id={at_the_window.public_id}"
    elsewhere = ServiceRequestFactory(department=at_the_window.department)
    other = reverse("wagtail_bulk_action", args=["service_requests", "servicerequest", "move"])

    assert 'name="to"' not in client.get(f"{other}?id={elsewhere.public_id}").content.decode()
    asked = client.get(page).content.decode()
    without = client.post(page, {"outcome": "refer", "note": "إحالة"})
    client.post(page, {"outcome": "refer", "note": "إحالة", "to": roads.pk})

    assert 'name="to"' in asked
    assert without.status_code == 200
    assert ServiceRequest.objects.get(pk=at_the_window.pk).department == roads


def test_what_was_referred_meanwhile_is_not_moved_by_who_saw_it_before(
    window: Department, permits: Department, clerk: User, roads: Department
) -> None:
    """Also where he works in both departments, and the referral left it in its stage."""
    workflow = workflow_with(
        [
            stage("received", "submitted", outcome("refer", "received", "refer"), outcome("finish", "done")),
            stage("done", "completed"),
        ]
    )
    seen = request_at(workflow, window, permits)
    both = UserFactory(clerk=True, departments=[window, roads])
    choose(ServiceRequest.objects.get(pk=seen.pk), "refer", by=clerk, to=roads)

    with pytest.raises(NotPossible, match=clerk.get_full_name()):
        choose(seen, "finish", by=both)

    assert ServiceRequest.objects.get(pk=seen.pk).closed_at is None


def test_nobody_is_put_in_charge_of_what_went_to_another_department_meanwhile(
    workflow: Workflow, window: Department, permits: Department, clerk: User, roads: Department
) -> None:
    seen = request_at(workflow, window, permits)
    supervisor = UserFactory(supervisor=True, departments=[window, roads])
    choose(ServiceRequest.objects.get(pk=seen.pk), "refer", by=clerk, to=roads)

    with pytest.raises(NotPossible, match=clerk.get_full_name()):
        assign(seen, by=supervisor, to=clerk)

    assert ServiceRequest.objects.get(pk=seen.pk).assignee is None
