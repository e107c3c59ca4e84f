"""A message names the department that wrote it, wherever its request stands by now."""

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.actions import choose, move_many, take, write_to
from service_requests.workflow.many_messages import message_many
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROADS, GARDENS = ({"ar": name, "en": name} for name in ("Roads", "Gardens"))


@pytest.fixture
def case(citizen: User) -> ServiceRequest:
    department = DepartmentFactory(name=ROADS)
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen, department=department)
    return request


@pytest.fixture
def clerk(case: ServiceRequest) -> User:
    user: User = UserFactory(clerk=True, departments=[case.department])
    return user


def moved_on(case: ServiceRequest) -> None:
    """The request stands in another department now."""
    later = DepartmentFactory(name=GARDENS, organisation=case.organisation)
    ServiceRequest.objects.filter(pk=case.pk).update(department=later)


def pages(client: Client, case: ServiceRequest) -> list[str]:
    """The head of the message on its request, and its row among all messages."""
    return [
        client.get(f"/en/requests/{case.public_id}/").content.decode().split('class="message__head"')[1][:200],
        client.get("/en/requests/?show=messages").content.decode().split('class="request-row__title"')[1][:200],
    ]


def test_after_a_referral_it_still_names_who_wrote_it(signed_in: Client, case: ServiceRequest, clerk: User) -> None:
    write_to(case, by=clerk, text="Come on Monday")
    moved_on(case)

    for shown in pages(signed_in, case):
        assert "Roads" in shown
        assert "Gardens" not in shown


def test_what_was_written_before_it_was_noted_names_the_body_only(
    signed_in: Client, case: ServiceRequest, clerk: User
) -> None:
    write_to(case, by=clerk, text="Come on Monday")
    Message.objects.update(department=None)
    body = case.organisation.name["en"]

    for shown in pages(signed_in, case):
        assert body in shown
        assert "Roads" not in shown


def test_every_way_of_writing_notes_it(case: ServiceRequest, clerk: User) -> None:
    others = [ServiceRequestFactory(department=case.department, service=case.service) for _one in range(2)]
    supervisor = UserFactory(supervisor=True, departments=[case.department])
    write_to(case, by=clerk, text="x")
    message_many([case.pk], {"ar": "x", "en": "x"}, by=supervisor)
    for request in (case, *others):
        take(request, by=clerk)
    choose(case, "ask_citizen", by=clerk, note="x")
    move_many([request.pk for request in others], "reject", by=supervisor, note="x")

    assert set(Message.objects.values_list("department", flat=True)) == {case.department_id}
    assert Message.objects.count() == 5

    choose(case, "answered", by=case.applicant, note="x")
    assert Message.objects.get(kind=Message.Kind.ANSWER).department is None
