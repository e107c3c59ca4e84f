"""The demo's outbox: messages of all channels, whole numbers, and what others keep."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from home.accounts.models import OneTimeCode, User
from home.accounts.outbox import write_code
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import ServiceRequest
from tests.factories import ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def code() -> str:
    """Sent a moment ago to somebody who signs in."""
    sent = OneTimeCode.objects.create(
        purpose="sign_in", mobile="+966500000001", reaches=True, expires_at=timezone.now() + timedelta(minutes=5)
    )
    write_code(sent)
    return sent.digits


def page(client: Client) -> str:
    return client.get("/ar/outbox/").content.decode()


def test_the_outbox_is_closed_to_citizens(client: Client, request_: ServiceRequest) -> None:
    assert client.get("/ar/outbox/").status_code == 404
    client.force_login(request_.applicant)
    assert client.get("/ar/outbox/").status_code == 404


def test_the_outbox_of_the_demo_shows_every_channel_with_whole_numbers(client: Client, settings: Settings) -> None:
    settings.OUTBOX_FOR_EVERYONE = True
    request = ServiceRequestFactory(applicant_mobile="+966501234567", applicant__email="noura@example.com")
    announce(SUBMITTED, request)

    html = page(client)

    assert "+966501234567" in html
    assert "noura@example.com" in html
    # Wrapped, so that it is neither torn apart at its hyphens nor turned round; once for each of three channels.
    assert html.count(f'<bdi dir="ltr" class="whole">{request.number}</bdi>') >= 3
    assert "/admin/" not in html


def test_staff_read_masked_numbers_of_their_own_office_and_no_codes(
    client: Client, request_: ServiceRequest, code: str
) -> None:
    auditor = UserFactory(auditor=True, departments=[request_.department])
    foreign = ServiceRequestFactory()
    announce(SUBMITTED, request_)
    announce(SUBMITTED, foreign)
    client.force_login(auditor)

    html = page(client)

    assert request_.number in html
    assert f"/admin/requests/inspect/{request_.public_id}/" in html or f"{request_.public_id}/" in html
    for hidden in ("+966501234567", foreign.number, code):
        assert hidden not in html


def test_what_others_keep_is_shown_among_them_in_the_demo(
    client: Client, request_: ServiceRequest, settings: Settings, code: str
) -> None:
    settings.OUTBOX_FOR_EVERYONE = True
    announce(SUBMITTED, request_)

    html = page(client)

    assert html.index(request_.number) < html.index(code)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("رقم NJR-1448-000067.", 'رقم <bdi dir="ltr" class="whole">NJR-1448-000067</bdi>.'),
        ("<b>+966501234567", '&lt;b&gt;<bdi dir="ltr" class="whole">+966501234567</bdi>'),
        (
            "10:30، 2026-11-22",
            '<bdi dir="ltr" class="whole">10:30</bdi>، <bdi dir="ltr" class="whole">2026-11-22</bdi>',
        ),
        ("https://a.example/ar/?x=<i>.", '<bdi dir="ltr" class="breaks">https://a.example/ar/?x=&lt;i</bdi>&gt;.'),
        ("", ""),
    ],
)
def test_numbers_and_addresses_are_kept_whole_and_nothing_is_markup(text: str, shown: str) -> None:
    assert Template("{% load diwan %}{{ text|numbers_whole }}").render(Context({"text": text})) == shown


def test_a_superuser_of_a_real_portal_sees_the_page(client: Client, request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)
    client.force_login(User.objects.create_superuser("root"))

    assert request_.number in page(client)
