"""The read-only register of notices."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from service_requests.history.tellings import OUTCOMES
from service_requests.notices.channels import channel
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import announce
from service_requests.records.models import ServiceRequest
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body

REGISTER = "/admin/notices/"


@pytest.fixture
def notice(case: ServiceRequest) -> Notice:
    announce("approve", case)
    return Notice.objects.get(request=case, channel="sms")


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
    for notice in Notice.objects.all():
        assert str(notice.public_id) not in body(client.get(REGISTER, {"q": CANARY}))
        assert client.get(f"{REGISTER}inspect/{notice.public_id}/").status_code == 404


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

    # The error is told within a sentence; no cell begins with what is run.
    cells = [cell for row in csv.reader(io.StringIO(exported)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'@SUM" in exported


def test_the_register_links_to_the_request(client: Client, auditor: object, notice: Notice) -> None:
    client.force_login(auditor)

    assert reverse("requests:inspect", args=[notice.request.public_id]) in body(client.get(REGISTER))


def test_each_row_leads_to_its_notice_and_to_nothing_that_does_not_exist(
    client: Client, auditor: object, notice: Notice
) -> None:
    client.force_login(auditor)

    links = set(re.findall(rf'href="({REGISTER}inspect/[^"]*)"', body(client.get(REGISTER))))

    told = Notice.objects.filter(request=notice.request)
    assert links == {f"{REGISTER}inspect/{each.public_id}/" for each in told}


@pytest.mark.parametrize(
    "filters", [{"created_at__gte": "yesterday"}, {"request__missing": "1"}, {"created_at__gte": "x", "export": "csv"}]
)
def test_a_filter_that_cannot_be_read_leads_back_to_the_list(
    filters: dict[str, str], client: Client, auditor: object, notice: Notice
) -> None:
    client.force_login(auditor)

    answer = client.get(REGISTER, filters)

    assert (answer.status_code, answer.headers["Location"]) == (302, REGISTER)


def test_a_notice_is_read_in_words_and_not_in_keys(client: Client, auditor: object, notice: Notice) -> None:
    client.force_login(auditor)

    for url in (REGISTER, f"{REGISTER}inspect/{notice.public_id}/"):
        page = body(client.get(url))
        assert str(OUTCOMES["approve"]) in page
        assert str(channel(notice.channel).label) in page
        assert ">approve<" not in page
        assert f">{notice.channel}<" not in page


def test_a_notice_is_found_by_its_number_in_either_digit_set(client: Client, auditor: object, notice: Notice) -> None:
    client.force_login(auditor)
    arabic = notice.request.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert str(notice.public_id) in body(client.get(REGISTER, {"q": arabic}))


def test_the_export_opens_in_arabic_and_says_everything_in_words(
    client: Client, auditor: object, notice: Notice
) -> None:
    written = datetime(2026, 11, 8, 22, 5, 9, tzinfo=UTC)
    Notice.objects.update(created_at=written, state=NoticeState.SENT, sent_at=written, error="")
    client.force_login(auditor)

    exported = body(client.get(REGISTER, {"export": "csv", "channel": "sms"}))

    # Without the mark Excel reads a CSV as the letters of the machine it runs on.
    assert exported.startswith("\ufeff")
    row = list(csv.reader(io.StringIO(exported)))[1]
    local = timezone.localtime(written).strftime("%Y-%m-%d %H:%M:%S")
    state, label = NoticeState.SENT.label, channel(notice.channel).label
    assert row == [
        local,
        notice.request.number,
        str(OUTCOMES["approve"]),
        str(label),
        row[4],
        str(state),
        "0",
        "",
        local,
    ]
