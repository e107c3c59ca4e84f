"""Notices: written once with the change, delivered by a job, never twice."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from cms.placeholders import unknown_in
from service_requests.notices.channels import Channel, register
from service_requests.notices.channels.sms import SmsChannel
from service_requests.notices.events import PLACEHOLDERS, TEXTS, shipped
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import (
    ATTEMPTS,
    BATCH,
    LEASE,
    LONGEST_PAUSE,
    announce,
    announce_many,
    deliver,
    pause_after,
    sweep,
)
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import ServiceRequest
from services_catalog.processes.workflow import Kind
from tests.factories import ServiceRequestFactory
from tests.outside import Gateway

pytestmark = pytest.mark.django_db


def sms() -> Notice:
    return Notice.objects.get(channel="sms")


def the_pause_is_over() -> None:
    now = timezone.now()
    Notice.objects.update(due_at=now, handed_at=now - timedelta(seconds=1))


def test_announcing_writes_the_notices_and_their_job(request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)

    notice = sms()
    assert (notice.recipient, notice.state) == ("+966501234567", NoticeState.DUE)
    assert request_.number in notice.text
    assert Job.objects.get().arguments == {"notices": [str(notice.public_id)]}


def test_the_same_happening_is_told_once(request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)
    announce(SUBMITTED, request_)
    assert Notice.objects.filter(channel="sms").count() == 1


def test_another_occasion_is_told_again(request_: ServiceRequest) -> None:
    announce(Kind.ASK_CITIZEN, request_, occasion="first")
    announce(Kind.ASK_CITIZEN, request_, occasion="second")
    assert Notice.objects.filter(channel="sms").count() == 2


def test_what_is_rolled_back_is_not_told(request_: ServiceRequest) -> None:
    with transaction.atomic():
        announce(SUBMITTED, request_)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("event", sorted(TEXTS))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_text_names_the_request_and_nothing_of_the_person(
    request_: ServiceRequest, event: str, language: str
) -> None:
    request_.language = language
    announce(event, request_)
    text = sms().text
    assert request_.number in text
    assert not {"%(", "{", "}", "  "} & {text[place : place + 2] for place in range(len(text))}
    assert unknown_in(shipped(event), PLACEHOLDERS) == []
    for secret in filter(None, (request_.applicant_name, request_.applicant_identity, request_.applicant_mobile)):
        assert secret not in text


def test_an_applicant_without_a_mobile_gets_no_text_message(request_: ServiceRequest) -> None:
    request_.applicant_mobile = ""
    announce(SUBMITTED, request_)
    assert set(Notice.objects.values_list("channel", flat=True)) == {"account"}


def test_delivery_hands_over_the_notice_with_its_id_as_reference(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)

    run_due_jobs()

    notice = sms()
    assert (notice.state, notice.attempts) == (NoticeState.SENT, 1)
    assert notice.sent_at
    assert gateway.sent[str(notice.public_id)]["text"] == notice.text


def test_a_job_that_runs_twice_sends_once(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    deliver(sms().public_id)
    deliver(sms().public_id)
    assert gateway.asked == {str(sms().public_id): 1}


def test_a_gateway_that_fails_is_asked_again_after_a_pause_until_the_notice_has_failed(
    request_: ServiceRequest, gateway: Gateway
) -> None:
    gateway.is_today("failing")
    announce(SUBMITTED, request_)
    public_id = sms().public_id

    deliver(public_id)
    deliver(public_id)
    assert (sms().state, sms().attempts, sms().error) == (NoticeState.DUE, 1, "status_500")
    the_pause_is_over()
    deliver(public_id)
    assert sms().attempts == 2
    Notice.objects.update(attempts=ATTEMPTS - 1)
    the_pause_is_over()
    deliver(public_id)

    assert (sms().state, sms().attempts) == (NoticeState.FAILED, ATTEMPTS)
    the_pause_is_over()
    sweep()
    run_due_jobs()
    assert gateway.asked == {str(public_id): 3}


def test_a_message_that_the_gateway_refuses_for_good_fails_at_once(request_: ServiceRequest, gateway: Gateway) -> None:
    gateway.is_today("refusing")
    announce(SUBMITTED, request_)

    run_due_jobs()

    assert (sms().state, sms().attempts, sms().error) == (NoticeState.FAILED, 1, "status_400")


def test_pauses_grow_to_minutes_and_no_further() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 7)]
    assert pauses == [30, 60, 120, 240, 300, 300]
    assert pause_after(ATTEMPTS) == LONGEST_PAUSE
    tried_for = sum((pause_after(attempts) for attempts in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=23) < tried_for < timedelta(hours=25)


def test_a_job_does_not_end_badly_with_a_notice_that_was_not_taken(request_: ServiceRequest, gateway: Gateway) -> None:
    """Else two would decide on the next attempt: the job and the row."""
    gateway.is_today("failing")
    announce(SUBMITTED, request_)

    run_due_jobs()

    assert Job.objects.get().state == "done"


def test_a_notice_that_another_process_sends_is_left_to_it(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    Notice.objects.update(state=NoticeState.SENDING, due_at=timezone.now() + LEASE)
    sweep()
    run_due_jobs()
    assert not gateway.asked


def test_a_notice_whose_process_died_is_sent_by_the_next_sweep(request_: ServiceRequest, gateway: Gateway) -> None:
    announce(SUBMITTED, request_)
    Job.objects.all().delete()
    now = timezone.now()
    Notice.objects.filter(channel="sms").update(
        state=NoticeState.SENDING, attempts=1, due_at=now - timedelta(seconds=1), handed_at=now - LEASE
    )

    sweep()
    run_due_jobs()

    assert sms().state == NoticeState.SENT
    assert gateway.asked == {str(sms().public_id): 1}


def test_sweeping_again_writes_no_second_job_while_the_first_waits(request_: ServiceRequest) -> None:
    announce(SUBMITTED, request_)
    Job.objects.all().delete()
    the_pause_is_over()

    sweep()
    sweep()

    assert Job.objects.count() == 1


def test_one_job_asks_a_gateway_that_is_away_once_and_loses_nothing(gateway: Gateway) -> None:
    requests = [ServiceRequestFactory(applicant__email="") for _number in range(5)]
    announce_many(SUBMITTED, requests, occasions={})
    gateway.stop()

    run_due_jobs()

    notices = Notice.objects.filter(channel="sms")
    assert sorted(notices.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    gateway.start()
    the_pause_is_over()
    sweep()
    run_due_jobs()
    assert set(gateway.sent) == {str(notice.public_id) for notice in notices}


def test_many_share_jobs_and_statements() -> None:
    requests = [ServiceRequestFactory(applicant__email="") for _number in range(BATCH + 1)]

    with CaptureQueriesContext(connection) as one:
        announce_many(SUBMITTED, requests[:1], occasions={requests[0].pk: "alone"})
    Job.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        announce_many(SUBMITTED, requests, occasions={})

    # The people are asked for once; those of the first were known by then.
    assert len(many) <= len(one) + 1
    assert Job.objects.count() == 2


def test_a_job_without_its_notice_ends_quietly(gateway: Gateway) -> None:
    deliver(uuid.uuid4())
    assert not gateway.asked


def test_two_channels_cannot_have_one_name() -> None:
    with pytest.raises(ImproperlyConfigured):
        register(type("Another", (SmsChannel,), {}))
    assert issubclass(SmsChannel, Channel)
