"""A gateway that is away for hours loses no message about an account: another job is begun for a day."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from cms.gateways import GatewayAway, TextMessage
from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from home.accounts import outbox
from home.accounts.models import AccountMessage, MessageKind, MessageState

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OLD_NUMBER = "+966501234567"


class Gateway:
    """Away until it is said to be back."""

    def __init__(self) -> None:
        self.is_away = True
        self.taken: list[TextMessage] = []

    def send(self, message: TextMessage) -> str:
        if self.is_away:
            raise GatewayAway
        self.taken.append(message)
        return ""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(outbox, "sms_gateway", lambda: SimpleNamespace(send=gateway.send))
    return gateway


def work_for(clock: time_machine.Traveller, minutes: int, *, sweeps: bool = True) -> None:
    """As workers do, every five minutes."""
    for minute in range(0, minutes, 5):
        if sweeps and minute % 10 == 0:
            outbox.send_what_waits(timezone.now())
        run_due_jobs()
        clock.shift(timedelta(minutes=5))


@pytest.mark.parametrize("sweeps", [True, False])
def test_what_an_old_number_is_told_survives_three_hours_without_gateway(gateway: Gateway, *, sweeps: bool) -> None:
    """Without the sweep, which is the control, the job has given up by then."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        outbox.tell_by_sms(MessageKind.MOBILE_LEFT, OLD_NUMBER)
        work_for(clock, 180, sweeps=sweeps)
        assert gateway.taken == []
        gateway.is_away = False
        work_for(clock, 60, sweeps=sweeps)

    assert [message.recipient for message in gateway.taken] == ([OLD_NUMBER] if sweeps else [])


def test_two_sweeps_at_once_begin_one_job(gateway: Gateway) -> None:
    outbox.tell_by_sms(MessageKind.MOBILE_LEFT, OLD_NUMBER)
    later = timezone.now() + timedelta(hours=1)

    outbox.send_what_waits(later)
    outbox.send_what_waits(later)

    assert Job.objects.filter(kind=outbox.JOB).count() == 2


def test_after_a_day_it_is_left(gateway: Gateway) -> None:
    outbox.tell_by_sms(MessageKind.MOBILE_LEFT, OLD_NUMBER)
    AccountMessage.objects.update(state=MessageState.FAILED)

    assert outbox.send_what_waits(timezone.now() + timedelta(hours=25)) == 0
