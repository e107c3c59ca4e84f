"""Whatever outcome an editor lets the citizen be told of, he is told of it, each time."""

import pytest

from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import choose, move_many
from services_catalog.organisations.models import Department
from services_catalog.processes.models import Workflow
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.services_catalog.processes.building import outcome, stage, workflow_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(unit: Department) -> User:
    return UserFactory(clerk=True, departments=[unit])


@pytest.fixture
def workflow() -> Workflow:
    return workflow_with(
        [
            stage(
                "received",
                "submitted",
                outcome("on", "work", tells_citizen=True),
                outcome("refer", "received", "refer", tells_citizen=True),
            ),
            stage("work", "in_progress", outcome("back", "received", tells_citizen=True), outcome("finish", "done")),
            stage("done", "completed"),
        ]
    )


@pytest.fixture
def request_of_it(workflow: Workflow, unit: Department) -> ServiceRequest:
    made: ServiceRequest = ServiceRequestFactory(service=ServicePageFactory(workflow=workflow, department=unit))
    return made


def test_each_move_that_tells_the_citizen_tells_him_where_it_is(
    request_of_it: ServiceRequest, clerk: User, unit: Department
) -> None:
    choose(request_of_it, "on", by=clerk)
    choose(request_of_it, "back", by=clerk)
    choose(request_of_it, "refer", by=clerk, to=DepartmentFactory(organisation=unit.organisation))

    texts = list(
        Notice.objects.filter(request=request_of_it, channel="sms").order_by("pk").values_list("text", flat=True)
    )
    assert len(texts) == 3
    assert "تحت الإجراء" in texts[0]
    assert len(set(texts)) == 2


def test_many_that_move_are_told_where_they_are_now(request_of_it: ServiceRequest, clerk: User) -> None:
    move_many([request_of_it.pk], "on", by=clerk, note="دفعة")
    one_by_one = ServiceRequestFactory(service=request_of_it.service)
    choose(one_by_one, "on", by=clerk)

    told = Notice.objects.filter(channel="sms")
    of_many, of_one = told.get(request=request_of_it), told.get(request=one_by_one)
    assert of_many.text == of_one.text.replace(one_by_one.number, request_of_it.number)
