"""The gateway away for an hour, Redis emptied, the worker killed: nothing is lost, and nothing sent twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import fakeredis
import pytest
import time_machine
from django.utils import timezone

from cms import gateways
from cms.jobs.models import Job
from cms.jobs.relay import HAND_OVER, hand_over, queue_of
from cms.jobs.running import run_due_jobs
from service_requests.notices import outbox
from service_requests.notices.channels import Envelope, channel
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import announce_many, deliver, sweep
from service_requests.notices.texts import SUBMITTED
from tests.factories import ServiceRequestFactory
from tests.outside import Gateway
from tests.outside.power_cuts import cut_off

KILLS = 100


def references() -> set[str]:
    return {str(public_id) for public_id in Notice.objects.filter(channel="sms").values_list("public_id", flat=True)}


def told(count: int) -> None:
    """So many requests, each with its text message due."""
    first = ServiceRequestFactory(applicant__email="")
    more = [
        ServiceRequestFactory(service=first.service, applicant=first.applicant, applicant_mobile=f"+96650{number:07d}")
        for number in range(count - 1)
    ]
    announce_many(SUBMITTED, [first, *more], occasions={})


# --- An hour without a gateway ------------------------------------------------------------------------


@pytest.mark.django_db
def test_after_an_hour_without_the_gateway_everything_is_sent_within_minutes(gateway: Gateway) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=False) as clock:
        told(30)
        gateway.stop()
        for _half_minute in range(120):
            sweep()
            run_due_jobs()
            clock.shift(timedelta(seconds=30))
        assert not Notice.objects.filter(state=NoticeState.FAILED).exists()
        assert Notice.objects.filter(channel="sms", state=NoticeState.DUE).count() == 30

        gateway.start()
        back = timezone.now()
        while len(gateway.sent) < 30 and timezone.now() < back + timedelta(minutes=6):
            sweep()
            run_due_jobs()
            clock.shift(timedelta(seconds=30))

    assert set(gateway.sent) == references()
    assert set(gateway.asked.values()) == {1}


@pytest.mark.django_db
def test_control_with_the_attempts_of_a_job_an_hour_loses_all(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five attempts within 36 minutes, as jobs have them, are over before the gateway is back."""
    monkeypatch.setattr(outbox, "ATTEMPTS", 5)
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=False) as clock:
        told(1)
        gateway.stop()
        for _half_minute in range(120):
            sweep()
            run_due_jobs()
            clock.shift(timedelta(seconds=30))

    assert Notice.objects.get(channel="sms").state == NoticeState.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["dropping", "late"])
def test_what_a_gateway_took_without_saying_so_is_offered_again_and_sent_once(impatient: Gateway, mode: str) -> None:
    told(1)
    impatient.is_today(mode)
    run_due_jobs()
    assert Notice.objects.get(channel="sms").state == NoticeState.DUE

    impatient.is_today("well")
    Notice.objects.update(due_at=timezone.now())
    sweep()
    run_due_jobs()

    assert Notice.objects.get(channel="sms").state == NoticeState.SENT
    assert impatient.asked == dict.fromkeys(references(), 2)
    assert set(impatient.sent) == references()


# --- Redis emptied ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_queue_that_was_emptied_loses_no_notice(gateway: Gateway) -> None:
    told(5)
    redis = fakeredis.FakeStrictRedis()
    now = timezone.now()
    assert hand_over(queue_of("emptied", redis), now) == 1

    redis.flushall()

    assert hand_over(queue_of("emptied", redis), now + HAND_OVER) == 1
    run_due_jobs()
    assert set(gateway.sent) == references()


@pytest.mark.django_db
def test_even_without_its_job_a_notice_is_sent(gateway: Gateway) -> None:
    told(5)
    Job.objects.all().delete()
    Notice.objects.update(handed_at=timezone.now() - outbox.HAND_OVER)

    sweep()
    run_due_jobs()

    assert set(gateway.sent) == references()


# --- Killed between sending and marking ---------------------------------------------------------------


def killed_after(work: Callable[[UUID], object], public_id: UUID) -> None:
    """In the moment the gateway has answered."""
    cut_off(lambda: work(public_id), gateways.HttpGateway, "send", after=True)


def killed_before_it_sends(work: Callable[[UUID], object], public_id: UUID) -> None:
    """A moment earlier."""
    cut_off(lambda: work(public_id), gateways.HttpGateway, "send", after=False)


def leases_run_out_and_the_sweep_comes() -> None:
    now = timezone.now()
    Notice.objects.filter(state=NoticeState.SENDING).update(due_at=now, handed_at=now - timedelta(minutes=2))
    Job.objects.all().delete()
    sweep()
    run_due_jobs()


def mark_then_send(public_id: UUID) -> None:
    """The weakened variant: it says that it sent before it does."""
    notice = Notice.objects.get(public_id=public_id)
    Notice.objects.filter(pk=notice.pk, state=NoticeState.DUE).update(state=NoticeState.SENT)
    _send(notice, str(notice.public_id))


def under_a_new_reference(public_id: UUID) -> None:
    """Another: each attempt has a name of its own."""
    outbox._claim(public_id)
    _send(Notice.objects.get(public_id=public_id), str(uuid4()))


def _send(notice: Notice, reference: str) -> None:
    channel(notice.channel).deliver(Envelope(reference, notice.recipient, notice.text, notice.language))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_a_hundred_times_loses_nothing_and_doubles_nothing(gateway: Gateway) -> None:
    told(KILLS)
    ids = list(Notice.objects.filter(channel="sms").values_list("public_id", flat=True))

    for place, public_id in enumerate(ids):
        (killed_after if place % 2 else killed_before_it_sends)(deliver, public_id)
    assert Notice.objects.filter(channel="sms", state=NoticeState.SENDING).count() == KILLS
    assert len(gateway.sent) == KILLS // 2
    leases_run_out_and_the_sweep_comes()

    assert not Notice.objects.filter(channel="sms").exclude(state=NoticeState.SENT).exists()
    assert set(gateway.sent) == references()
    # Those whose answer nobody lived to read were offered twice, by the same name.
    assert sorted(gateway.asked.values()) == [1] * (KILLS // 2) + [2] * (KILLS // 2)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_one_that_marks_before_it_sends_loses_messages(gateway: Gateway) -> None:
    told(3)
    for public_id in list(Notice.objects.filter(channel="sms").values_list("public_id", flat=True)):
        killed_before_it_sends(mark_then_send, public_id)

    leases_run_out_and_the_sweep_comes()

    assert gateway.sent == {}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_one_that_names_each_attempt_anew_doubles_messages(gateway: Gateway) -> None:
    told(3)
    for public_id in list(Notice.objects.filter(channel="sms").values_list("public_id", flat=True)):
        killed_after(under_a_new_reference, public_id)

    leases_run_out_and_the_sweep_comes()

    assert len(gateway.sent) == 6
