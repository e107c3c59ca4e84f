"""Delivery reports: signed, of these minutes, as often as they like, and silent about what is known."""

import json
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import announce, sweep
from service_requests.notices.reports import SIGNATURE, TIMESTAMP, WINDOW_SECONDS, signature_of
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import ServiceRequest
from tests.outside import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRET = "a-secret-of-more-than-thirty-two-characters"
URL = "/api/notices/reports"


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "REPORT_SECRET": SECRET}


@pytest.fixture
def notice(request_: ServiceRequest) -> Notice:
    announce(SUBMITTED, request_)
    Notice.objects.filter(channel="sms").update(state=NoticeState.SENT)
    return Notice.objects.get(channel="sms")


def tell(told: object, *, signed: str = SECRET, late: int = 0, body: bytes | None = None) -> HttpResponse:
    stamp = str(int(timezone.now().timestamp()) - late)
    sent = json.dumps(told).encode()
    headers = {TIMESTAMP: stamp, SIGNATURE: signature_of(sent, stamp, signed)}
    return Client().post(URL, body or sent, content_type="application/json", headers=headers)


def state_of(notice: Notice) -> str:
    return Notice.objects.values_list("state", flat=True).get(pk=notice.pk)


@pytest.mark.parametrize("state", ["delivered", "undelivered"])
def test_a_report_is_taken_down_and_changes_nothing_the_second_time(notice: Notice, state: str) -> None:
    told = {"reference": str(notice.public_id), "state": state}

    assert tell(told).status_code == 204
    first = Notice.objects.get(pk=notice.pk)
    assert (first.state, first.reported_at is not None) == (state, True)
    assert tell(told).status_code == 204
    assert Notice.objects.get(pk=notice.pk).reported_at == first.reported_at


def test_what_was_delivered_stays_so(notice: Notice) -> None:
    for state in ("undelivered", "delivered", "undelivered"):
        tell({"reference": str(notice.public_id), "state": state})

    assert state_of(notice) == NoticeState.DELIVERED


def test_an_unknown_reference_gets_the_same_answer(notice: Notice) -> None:
    known, unknown, nonsense = (
        tell({"reference": reference, "state": "delivered"})
        for reference in (str(notice.public_id), str(uuid.uuid4()), "code-7")
    )

    assert [(answer.status_code, answer.content) for answer in (known, unknown, nonsense)] == [(204, b"")] * 3


def test_without_a_good_signature_of_these_minutes_nothing_is_believed(notice: Notice, settings: Settings) -> None:
    told = {"reference": str(notice.public_id), "state": "delivered"}
    plain = Client().post(URL, json.dumps(told), content_type="application/json")
    odd = {TIMESTAMP: "٤", SIGNATURE: "ü"}
    answers = [
        plain,
        Client().post(URL, json.dumps(told), content_type="application/json", headers=odd),
        tell(told, signed="another-secret-of-more-than-thirty-two"),
        tell(told, late=WINDOW_SECONDS + 5),
        tell(told, late=-WINDOW_SECONDS - 5),
        tell(told, body=json.dumps({**told, "state": "undelivered"}).encode()),
        tell({**told, "x": "y" * 5_000}),
    ]
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "REPORT_SECRET": ""}
    answers.append(tell(told, signed=""))

    assert {answer.status_code for answer in answers} == {403}
    assert state_of(notice) == NoticeState.SENT


@pytest.mark.parametrize("told", [[], {"reference": "x"}, {"reference": "x", "state": "lost"}, "text", None])
def test_nonsense_that_is_signed_is_refused(told: object) -> None:
    assert tell(told).status_code == 422


def test_a_report_on_what_we_never_heard_the_answer_of_ends_the_attempts(
    request_: ServiceRequest, impatient: Gateway
) -> None:
    impatient.is_today("dropping")
    announce(SUBMITTED, request_)
    run_due_jobs()
    notice = Notice.objects.get(channel="sms")
    assert notice.state == NoticeState.DUE

    tell({"reference": str(notice.public_id), "state": "delivered"})
    Notice.objects.update(due_at=timezone.now(), handed_at=timezone.now() - timedelta(minutes=5))
    sweep()

    assert not Job.objects.filter(state="due").exists()
    assert impatient.asked == {str(notice.public_id): 1}
