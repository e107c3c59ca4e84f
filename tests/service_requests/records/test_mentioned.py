"""An inquiry about an earlier request leads to it: for its applicant, and for staff who may see it."""

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.mentioned import mentioned_in
from service_requests.records.models import ServiceRequest
from tests.factories import DelegationFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def earlier(citizen: User) -> ServiceRequest:
    return ServiceRequestFactory(applicant=citizen)


def inquiry(applicant: User, text: str) -> ServiceRequest:
    request: ServiceRequest = ServiceRequestFactory(applicant=applicant, answers={"earlier_ticket": text, "n": 3})
    return request


@pytest.mark.parametrize("written", ["{0}", " {0} ", "رقم {0}", "{1}", "{2}"])
def test_a_number_is_read_as_people_write_it(written: str, citizen: User, earlier: ServiceRequest) -> None:
    number = earlier.number
    text = written.format(number, number.lower(), number.translate(EASTERN))

    assert mentioned_in(inquiry(citizen, text)) == [earlier]


def test_another_persons_number_leads_nowhere(earlier: ServiceRequest) -> None:
    assert mentioned_in(inquiry(UserFactory(citizen=True), earlier.number)) == []


def test_a_private_request_is_not_led_to_from_one_in_another_name(citizen: User, earlier: ServiceRequest) -> None:
    of_office: ServiceRequest = ServiceRequestFactory(
        applicant=citizen,
        acting_for=DelegationFactory(person=citizen).establishment,
        answers={"earlier_ticket": earlier.number},
    )
    again: ServiceRequest = ServiceRequestFactory(
        applicant=citizen, acting_for=of_office.acting_for, answers={"earlier_ticket": of_office.number}
    )

    assert mentioned_in(of_office) == []
    assert mentioned_in(inquiry(citizen, of_office.number)) == []
    assert mentioned_in(again) == [of_office], "the control"


def test_nothing_is_looked_for_where_nothing_is_named(citizen: User, django_assert_num_queries: object) -> None:
    request = inquiry(citizen, "لا أعرف الرقم")
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture without a type of its own
        assert mentioned_in(request) == []


def test_both_pages_lead_to_it(client: Client, citizen: User, earlier: ServiceRequest) -> None:
    asked = inquiry(citizen, earlier.number)
    client.force_login(citizen)
    shown = client.get(reverse("my_requests:detail", args=[asked.public_id])).content.decode()
    assert reverse("my_requests:detail", args=[earlier.public_id]) in shown

    client.force_login(UserFactory(is_superuser=True))
    shown = client.get(reverse("requests:inspect", args=[asked.public_id])).content.decode()
    assert reverse("requests:inspect", args=[earlier.public_id]) in shown

    client.force_login(UserFactory(clerk=True, departments=[asked.department]))
    shown = client.get(reverse("requests:inspect", args=[asked.public_id])).content.decode()
    assert earlier.number in shown
    assert str(earlier.public_id) not in shown
