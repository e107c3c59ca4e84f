"""The read-only register of notices."""

import pytest
from django.test import Client
from django.urls import reverse

from service_requests.notices.models import Notice
from service_requests.notices.outbox import announce
from service_requests.records.models import ServiceRequest
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body

REGISTER = "/admin/notices/"


@pytest.fixture
def notice(case: ServiceRequest) -> Notice:
    announce("approve", case)
    return Notice.objects.get(request=case)


def test_state_and_attempts_are_read_and_the_recipient_is_masked(
    client: Client, auditor: object, notice: Notice
) -> None:
    client.force_login(auditor)

    page = body(client.get(REGISTER))

    assert notice.request.number in page
    assert notice.recipient not in page


def test_one_notice_is_inspected_by_its_public_id(client: Client, auditor: object, notice: Notice) -> None:
    client.force_login(auditor)

    page = client.get(f"{REGISTER}inspect/{notice.public_id}/")

    assert page.status_code == 200
    assert notice.text in body(page)
    assert client.get(f"{REGISTER}inspect/{notice.pk}/").status_code == 404


def test_notices_of_other_offices_do_not_exist(client: Client, auditor: object, foreign: ServiceRequest) -> None:
    announce("approve", foreign)
    client.force_login(auditor)

    assert CANARY not in body(client.get(REGISTER))
    assert CANARY not in body(client.get(REGISTER, {"export": "csv"}))
    assert str(Notice.objects.get().public_id) not in body(client.get(REGISTER, {"q": CANARY}))
    assert client.get(f"{REGISTER}inspect/{Notice.objects.get().public_id}/").status_code == 404


def test_a_clerk_has_no_register(desk: Client, notice: Notice) -> None:
    assert desk.get(REGISTER).status_code in {302, 403}


@pytest.mark.parametrize("action", ["create/", "edit/{}/", "delete/{}/", "history/{}/"])
def test_nothing_but_looking_has_an_address(action: str, admin_client: Client, notice: Notice) -> None:
    for key in (notice.pk, notice.public_id):
        assert admin_client.get(REGISTER + action.format(key)).status_code == 404


def test_the_export_runs_no_formula(client: Client, auditor: object, notice: Notice) -> None:
    Notice.objects.update(error='=HYPERLINK("http://example.com")', event="@SUM(A1)")
    client.force_login(auditor)

    exported = body(client.get(REGISTER, {"export": "csv"}))

    assert "'=HYPERLINK" in exported
    assert "'@SUM" in exported


def test_the_register_links_to_the_request(client: Client, auditor: object, notice: Notice) -> None:
    client.force_login(auditor)

    assert reverse("requests:inspect", args=[notice.request.public_id]) in body(client.get(REGISTER))
