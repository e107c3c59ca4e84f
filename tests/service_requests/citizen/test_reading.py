"""Unread messages: counted on every page, read by looking at the request, and by nobody else's looking."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.accounts.models import User
from service_requests.citizen.reading import unread_count
from service_requests.records.models import Message, Reading, ServiceRequest
from service_requests.workflow.actions import answer, ask_citizen, take, write_to
from tests.factories import ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def written(citizen: User) -> ServiceRequest:
    """A request with two messages of the office."""
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[request.department])
    write_to(request, by=clerk, text="first")
    write_to(request, by=clerk, text="second")
    return request


def shown(client: Client, request: ServiceRequest) -> dict[str, list[str]]:
    """What the page would send."""
    html = client.get(f"/en/requests/{request.public_id}/").content.decode()
    return {"shown": re.findall(r'name="shown" value="([^"]+)"', html)}


def badge(client: Client, address: str) -> str:
    found = re.search(r'data-unread="(\d+)"', client.get(address).content.decode())
    return found.group(1) if found else ""


@pytest.mark.parametrize("address", ["/en/", "/en/services/", "/en/requests/", "/ar/requests/?show=drafts"])
def test_the_header_of_every_page_tells_how_many_wait(signed_in: Client, written: ServiceRequest, address: str) -> None:
    assert badge(signed_in, address) == "2"


def test_who_is_not_signed_in_sees_no_badge(client: Client, written: ServiceRequest) -> None:
    assert badge(client, "/en/") == ""


def test_looking_alone_changes_nothing(signed_in: Client, written: ServiceRequest) -> None:
    signed_in.get(f"/en/requests/{written.public_id}/")
    signed_in.get(f"/en/requests/{written.public_id}/read/")
    signed_in.get("/en/requests/read/")

    assert not Reading.objects.exists()


def test_what_the_page_showed_is_read_and_what_came_since_is_not(
    signed_in: Client, written: ServiceRequest, citizen: User
) -> None:
    sent = shown(signed_in, written)
    write_to(written, by=UserFactory(clerk=True, departments=[written.department]), text="third")

    answered = signed_in.post(f"/en/requests/{written.public_id}/read/", {**sent, "quietly": "1"})

    assert answered.status_code == 204
    assert unread_count(citizen) == 1
    assert badge(signed_in, "/en/") == "1"


def test_without_script_a_button_does_it(signed_in: Client, written: ServiceRequest, citizen: User) -> None:
    answered = signed_in.post(f"/en/requests/{written.public_id}/read/", shown(signed_in, written))
    signed_in.post(f"/en/requests/{written.public_id}/read/", shown(signed_in, written))

    assert answered.status_code == 302
    assert unread_count(citizen) == 0
    assert "data-reads" not in signed_in.get(f"/en/requests/{written.public_id}/").content.decode()


def test_read_once_more_is_read_once(signed_in: Client, written: ServiceRequest) -> None:
    sent = shown(signed_in, written)
    for _time in range(2):
        signed_in.post(f"/en/requests/{written.public_id}/read/", sent)

    assert Reading.objects.count() == 2


def test_everything_is_read_by_one_button(signed_in: Client, written: ServiceRequest, citizen: User) -> None:
    signed_in.post("/en/requests/read/")

    assert unread_count(citizen) == 0


def test_each_person_has_read_for_himself(client: Client, written: ServiceRequest, citizen: User) -> None:
    stranger = UserFactory(citizen=True)
    client.force_login(stranger)
    mark = str(Message.objects.first().public_id)  # type: ignore[union-attr]

    assert client.post(f"/en/requests/{written.public_id}/read/", {"shown": mark}).status_code == 404
    client.post("/en/requests/read/")

    assert not Reading.objects.exists()
    assert unread_count(citizen) == 2


@pytest.mark.parametrize("mark", ["", "x", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_a_mark_that_means_nothing_reads_nothing(signed_in: Client, written: ServiceRequest, mark: str) -> None:
    assert signed_in.post(f"/en/requests/{written.public_id}/read/", {"shown": mark}).status_code == 302
    assert not Reading.objects.exists()


def test_ones_own_answer_is_never_unread(citizen: User) -> None:
    request = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text="?")
    answer(request, by=citizen, text="!")

    assert unread_count(citizen) == 1


def test_the_badge_costs_two_queries(written: ServiceRequest, citizen: User) -> None:
    # establishments he acts for, unread messages
    with CaptureQueriesContext(connection) as captured:
        unread_count(citizen)
    assert len(captured) == 2
