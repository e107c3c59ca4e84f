"""E-mails to staff: the mail server away, failing or silent, the sender killed: nothing is lost, nobody told twice."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.notices import outbox, staff
from service_requests.notices.models import NoticeState
from service_requests.notices.staff import (
    MAIL,
    SWEEP_EVERY,
    StaffNotice,
    mail_staff_notice,
    sweep_staff_notices,
    tell_staff,
)
from tests.factories import ServiceRequestFactory, UserFactory
from tests.outside import MailServer
from tests.outside.power_cuts import cut_off

KILLS = 20


@pytest.fixture
def colleague(db: None) -> User:
    person: User = UserFactory(clerk=True, email="clerk@example.com")
    return person


def tell(person: User, *, times: int = 1) -> list[int]:
    """As many notices to him; their keys."""
    case = ServiceRequestFactory()
    for number in range(times):
        tell_staff(StaffNotice.Event.LATE, case, [person], occasion=str(number))
    return list(StaffNotice.objects.order_by("pk").values_list("pk", flat=True))


def work_for(clock: time_machine.Traveller, spell: timedelta) -> None:
    """As workers do, with the sweep as often as it comes."""
    ends = timezone.now() + spell
    while timezone.now() < ends:
        sweep_staff_notices()
        run_due_jobs()
        clock.shift(SWEEP_EVERY)


def job_of(key: int) -> Job:
    return Job(kind=MAIL, arguments={"notice": key})


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("mode", ["failing", "hanging", "dripping"])
def test_after_an_hour_of_a_server_that_does_not_take_it_it_is_sent_once(
    colleague: User, mail_server: MailServer, mode: str
) -> None:
    mail_server.mode = mode
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tell(colleague)
        work_for(clock, timedelta(hours=1))
        assert StaffNotice.objects.get().mail_state == NoticeState.DUE
        # Every five minutes by then: a server that is away is not besieged.
        assert mail_server.calls < 20

        mail_server.mode = "well"
        work_for(clock, timedelta(minutes=10))

    assert StaffNotice.objects.get().mail_state == NoticeState.SENT
    assert len(mail_server.taken) == 1


@pytest.mark.django_db
@pytest.mark.any_database
def test_control_with_the_attempts_of_a_job_an_hour_loses_it(
    colleague: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ATTEMPTS", 5)
    mail_server.mode = "failing"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tell(colleague)
        work_for(clock, timedelta(hours=1))
        mail_server.mode = "well"
        work_for(clock, timedelta(minutes=10))

    assert (StaffNotice.objects.get().mail_state, mail_server.taken) == (NoticeState.FAILED, [])


@pytest.mark.django_db
@pytest.mark.any_database
def test_an_address_that_is_none_is_asked_for_once_and_the_alert_still_stands_in_the_admin(
    colleague: User, mail_server: MailServer
) -> None:
    mail_server.mode = "refusing"
    tell(colleague)

    run_due_jobs()

    notice = staff.notices_to(colleague).get()
    assert (notice.mail_state, notice.attempts, notice.error) == (NoticeState.FAILED, 1, "no_such_address")
    assert Job.objects.get().state == "done"


@pytest.mark.django_db
@pytest.mark.any_database
def test_what_somebody_else_is_sending_is_left_to_him_until_his_lease_is_over(
    colleague: User, mail_server: MailServer
) -> None:
    (key,) = tell(colleague)
    now = timezone.now()
    StaffNotice.objects.update(mail_state=NoticeState.SENDING, leased_until=now + staff.LEASE, attempts=1)
    run_due_jobs()
    assert mail_server.taken == []

    StaffNotice.objects.update(leased_until=now)
    mail_staff_notice(job_of(key))
    mail_staff_notice(job_of(key))

    assert len(mail_server.taken) == 1


@pytest.mark.django_db
@pytest.mark.any_database
def test_two_sweeps_write_one_job_for_an_attempt(colleague: User) -> None:
    tell(colleague)
    Job.objects.all().delete()
    StaffNotice.objects.update(written_at=timezone.now() - staff.HAND_OVER)

    sweep_staff_notices()
    sweep_staff_notices()

    assert Job.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_around_the_sending_loses_nothing_and_names_each_letter_once(
    colleague: User, mail_server: MailServer
) -> None:
    keys = tell(colleague, times=KILLS)
    for place, key in enumerate(keys):
        cut_off(partial(mail_staff_notice, job_of(key)), staff, "send_letter", after=bool(place % 2))
    Job.objects.all().delete()
    assert len(mail_server.taken) == KILLS // 2

    StaffNotice.objects.update(leased_until=timezone.now())
    sweep_staff_notices()
    run_due_jobs()

    assert not StaffNotice.objects.exclude(mail_state=NoticeState.SENT).exists()
    # A mail server knows no references: those whose answer nobody lived to read came twice, under one name.
    assert len(mail_server.names) == KILLS + KILLS // 2
    assert len(set(mail_server.names)) == KILLS


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_one_that_marks_before_it_sends_loses_letters(colleague: User, mail_server: MailServer) -> None:
    def mark_then_send(key: int) -> None:
        StaffNotice.objects.filter(pk=key).update(mail_state=NoticeState.SENT)
        staff._send(StaffNotice.objects.get(pk=key))

    (key,) = tell(colleague)
    cut_off(partial(mark_then_send, key), staff, "send_letter", after=False)

    sweep_staff_notices()
    run_due_jobs()

    assert mail_server.taken == []
