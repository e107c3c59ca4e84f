"""Notices: written once with the change, delivered by a job, never twice."""

import uuid
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone

from cms.jobs.models import Job
from service_requests.notices.channels import Channel, DeliveryFailed, Envelope, register
from service_requests.notices.channels.sms import SmsChannel, Transport
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import ATTEMPTS, StillBeingSent, announce, deliver
from service_requests.notices.texts import SUBMITTED, TEXTS
from service_requests.records.models import ServiceRequest
from services_catalog.processes.workflow import Kind
from tests.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db


class Gateway(Transport):
    """Remembers what it was given; refuses while `down`."""

    sent: ClassVar[list[Envelope]] = []
    down = False

    def send(self, envelope: Envelope) -> None:
        if self.down:
            raise DeliveryFailed
        self.sent.append(envelope)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(Gateway, "sent", [])
    monkeypatch.setattr(SmsChannel, "transport", gateway)
    return gateway


@pytest.fixture
def request_() -> ServiceRequest:
    return ServiceRequestFactory(applicant_mobile="+966501234567", language="ar")


def test_announcing_writes_the_notice_and_its_job(request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)
    notice = Notice.objects.get()
    assert (notice.channel, notice.recipient, notice.state) == ("sms", "+966501234567", NoticeState.DUE)
    assert request_.number in notice.text
    assert Job.objects.get().arguments == {"notice": str(notice.public_id)}


def test_the_same_happening_is_told_once(request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)
    announce(SUBMITTED, request_)
    assert Notice.objects.count() == 1


def test_another_occasion_is_told_again(request_: ServiceRequest) -> None:
    announce(Kind.ASK_CITIZEN, request_, occasion="first")
    announce(Kind.ASK_CITIZEN, request_, occasion="second")
    assert Notice.objects.count() == 2


def test_what_is_rolled_back_is_not_told(request_: ServiceRequest) -> None:
    with transaction.atomic():
        announce(SUBMITTED, request_)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("event", sorted(TEXTS))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_text_tells_who_the_applicant_is(request_: ServiceRequest, event: str, language: str) -> None:
    request_.language = language
    announce(event, request_)
    text = Notice.objects.get().text
    assert request_.number in text
    assert "%(" not in text
    for secret in filter(None, (request_.applicant_name, request_.applicant_identity)):
        assert secret not in text


def test_an_applicant_without_a_mobile_gets_no_text_message(request_: ServiceRequest) -> None:
    request_.applicant_mobile = ""
    announce(SUBMITTED, request_)
    assert not Notice.objects.exists()


def test_delivery_hands_over_the_notice_with_its_reference(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    notice = Notice.objects.get()
    deliver(notice.public_id)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (NoticeState.SENT, 1)
    assert notice.sent_at
    assert [envelope.reference for envelope in gateway.sent] == [str(notice.public_id)]


def test_a_job_that_runs_twice_sends_once(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    public_id = Notice.objects.get().public_id
    deliver(public_id)
    deliver(public_id)
    assert len(gateway.sent) == 1


def test_a_gateway_that_is_down_is_tried_again_until_the_notice_fails(
    request_: ServiceRequest, gateway: Gateway
) -> None:
    gateway.down = True
    announce(SUBMITTED, request_)
    public_id = Notice.objects.get().public_id
    for _attempt in range(ATTEMPTS):
        assert Notice.objects.get().state == NoticeState.DUE
        with pytest.raises(DeliveryFailed):
            deliver(public_id)
    notice = Notice.objects.get()
    assert (notice.state, notice.error) == (NoticeState.FAILED, "DeliveryFailed")


def test_a_notice_that_another_process_holds_is_left_to_it(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    Notice.objects.update(state=NoticeState.SENDING, leased_until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(StillBeingSent):
        deliver(Notice.objects.get().public_id)
    assert not gateway.sent


def test_a_notice_whose_process_died_is_sent_by_the_next(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    Notice.objects.update(state=NoticeState.SENDING, leased_until=timezone.now() - timedelta(seconds=1))
    deliver(Notice.objects.get().public_id)
    assert len(gateway.sent) == 1


def test_a_job_without_its_notice_ends_quietly(gateway: Gateway) -> None:
    deliver(uuid.uuid4())
    assert not gateway.sent


def test_two_channels_cannot_have_one_name() -> None:
    with pytest.raises(ImproperlyConfigured):
        register(type("Another", (SmsChannel,), {}))
    assert issubclass(SmsChannel, Channel)


def test_the_outbox_is_closed_to_citizens(client: Client, request_: ServiceRequest) -> None:
    assert client.get("/ar/outbox/").status_code == 404
    client.force_login(request_.applicant)
    assert client.get("/ar/outbox/").status_code == 404


def test_the_outbox_of_the_demo_shows_whole_numbers(
    client: Client, request_: ServiceRequest, settings: "pytest.FixtureRequest"
) -> None:
    settings.OUTBOX_FOR_EVERYONE = True  # type: ignore[attr-defined]
    announce(SUBMITTED, request_)
    html = client.get("/ar/outbox/").content.decode()
    assert "+966501234567" in html
    assert request_.number in html
