"""Messages about accounts: the sender killed, the gateway away for an hour, Redis emptied, the mail server away."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import fakeredis
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms import gateways
from cms.jobs.models import Job
from cms.jobs.relay import HAND_OVER, hand_over, queue_of
from cms.jobs.running import run_due_jobs
from home.accounts import jobs, outbox
from home.accounts.models import AccountMessage, MessageKind, MessageState, OneTimeCode
from tests.factories import UserFactory
from tests.outside import Gateway, MailServer
from tests.outside.power_cuts import cut_off

KILLS = 100
CODE_LIFE = timedelta(minutes=5)


def write_code(mobile: str) -> OneTimeCode:
    now = timezone.now()
    code = OneTimeCode.objects.create(
        purpose="sign_in", mobile=mobile, reaches=True, created_at=now, expires_at=now + CODE_LIFE
    )
    outbox.write_code(code)
    return code


def written(count: int) -> list[int]:
    """So many messages: codes, changes, and words of somebody else; their keys."""
    for number in range(count):
        mobile = f"+96650{number:07d}"
        if number % 3 == 0:
            write_code(mobile)
        elif number % 3 == 1:
            outbox.tell_by_sms(MessageKind.MOBILE_LEFT, mobile)
        else:
            outbox.tell_in_words(MessageKind.DRAFT_ENDS, mobile, "مسودة تنتهي قريبًا", language="ar")
    return list(AccountMessage.objects.order_by("pk").values_list("pk", flat=True))


def references() -> set[str]:
    return {str(public_id) for public_id in AccountMessage.objects.values_list("public_id", flat=True)}


def deliver(key: int) -> None:
    outbox.deliver(AccountMessage.objects.select_related("code").get(pk=key))


def work_for(clock: time_machine.Traveller, spell: timedelta) -> None:
    """As workers do, with what recurs every ten minutes."""
    ends, minute = timezone.now() + spell, 0
    while timezone.now() < ends:
        if minute % 10 == 0:
            jobs.send_account_messages()
        run_due_jobs()
        clock.shift(timedelta(minutes=1))
        minute += 1


# --- The gateway and the mail server away -------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.any_database
def test_after_an_hour_without_the_gateway_all_is_sent_but_codes_that_are_over(gateway: Gateway) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        keys = written(9)
        gateway.stop()
        work_for(clock, timedelta(hours=1))
        gateway.start()
        fresh = write_code("+966509999999")
        work_for(clock, timedelta(minutes=50))

    messages = AccountMessage.objects.filter(pk__in=keys)
    assert set(messages.filter(kind=MessageKind.CODE).values_list("state", flat=True)) == {MessageState.LATE}
    others = messages.exclude(kind=MessageKind.CODE)
    assert set(others.values_list("state", flat=True)) == {MessageState.SENT}
    assert set(gateway.sent) == {str(one.public_id) for one in [*others, AccountMessage.objects.get(code=fresh)]}
    assert set(gateway.asked.values()) == {1}


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("is_swept", [True, False])
def test_letters_asked_for_while_the_mail_server_is_away_come_when_it_is_back(
    mail_server: MailServer, client: Client, monkeypatch: pytest.MonkeyPatch, *, is_swept: bool
) -> None:
    """Without the sweep, which is the control, their jobs have given up by then."""
    if not is_swept:
        monkeypatch.setattr(jobs, "write_again_what_was_given_up", lambda now: 0)
    person = UserFactory(citizen=True, email="noura@example.com")
    mail_server.mode = "failing"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        jobs.send_renewal(person)
        jobs.send_already_registered(person)
        work_for(clock, timedelta(hours=2))
        assert mail_server.taken == []
        mail_server.mode = "well"
        work_for(clock, timedelta(hours=1))
        # The way in stands in the letter as the account reads now, and opens.
        if is_swept:
            address = next(
                word for letter in mail_server.taken for word in letter.get_content().split() if "/key/" in word
            )
            assert client.get(address, follow=True).status_code == 200

    assert sorted(letter["To"] for letter in mail_server.taken) == [person.email] * (2 if is_swept else 0)
    assert len(set(mail_server.names)) == len(mail_server.taken)


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_letter_is_given_up_after_a_day_and_keeps_its_name_until_then(mail_server: MailServer) -> None:
    jobs.send_renewal(UserFactory(citizen=True, email="noura@example.com"))
    now = timezone.now()
    Job.objects.update(state="failed")

    assert jobs.write_again_what_was_given_up(now) == 1
    first, again = Job.objects.order_by("pk")
    assert again.arguments["letter"] == f"letter-{first.pk}"
    Job.objects.filter(pk=again.pk).update(state="failed", created_at=now + timedelta(hours=23))
    assert jobs.write_again_what_was_given_up(now + timedelta(hours=25)) == 0


@pytest.mark.django_db
@pytest.mark.any_database
def test_what_was_sent_stays_sent_whatever_a_slower_worker_says(gateway: Gateway) -> None:
    (key,) = written(1)
    slow = AccountMessage.objects.select_related("code").get(pk=key)
    deliver(key)
    gateway.is_today("failing")

    with pytest.raises(gateways.GatewayRefused):
        outbox.deliver(slow)

    assert AccountMessage.objects.get().state == MessageState.SENT


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_message_that_is_wrong_in_itself_is_not_tried_five_times_in_a_row(gateway: Gateway) -> None:
    gateway.is_today("refusing")
    outbox.tell_by_sms(MessageKind.MOBILE_LEFT, "+966501234567")

    run_due_jobs()

    assert (AccountMessage.objects.get().state, Job.objects.get().state) == (MessageState.FAILED, "done")


@pytest.mark.django_db
@pytest.mark.any_database
def test_telephones_get_no_signs_that_they_show_as_boxes(gateway: Gateway) -> None:
    outbox.tell_in_words(MessageKind.DRAFT_ENDS, "+966501234567", "بعد \u20662026/12/01\u2069", language="ar")

    run_due_jobs()

    assert [sent["text"] for sent in gateway.sent.values()] == ["بعد 2026/12/01"]


# --- Redis emptied ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_queue_that_was_emptied_loses_no_message(gateway: Gateway) -> None:
    written(6)
    redis = fakeredis.FakeStrictRedis()
    now = timezone.now()
    assert hand_over(queue_of("emptied", redis), now) == 6

    redis.flushall()

    assert hand_over(queue_of("emptied", redis), now + HAND_OVER) == 6
    run_due_jobs()
    assert set(gateway.sent) == references()


# --- Killed between sending and marking ---------------------------------------------------------------


def under_a_new_reference(key: int) -> None:
    """The weakened variant: each attempt has a name of its own."""
    message = AccountMessage.objects.select_related("code").get(pk=key)
    text = gateways.TextMessage(str(uuid4()), message.recipient, outbox.words_of(message))
    gateways.sms_gateway().send(text)


def mark_then_send(key: int) -> None:
    """Another: it says that it sent before it does."""
    AccountMessage.objects.filter(pk=key).update(state=MessageState.SENT)
    under_a_new_reference(key)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_a_hundred_times_loses_nothing_and_doubles_nothing(gateway: Gateway) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        keys = written(KILLS)
        for place, key in enumerate(keys):
            cut_off(partial(deliver, key), gateways.HttpGateway, "send", after=bool(place % 2))
        assert AccountMessage.objects.filter(state=MessageState.DUE).count() == KILLS
        assert len(gateway.sent) == KILLS // 2
        # The attempt of a job whose worker died is made again.
        run_due_jobs()

    assert not AccountMessage.objects.exclude(state=MessageState.SENT).exists()
    assert set(gateway.sent) == references()
    assert sorted(gateway.asked.values()) == [1] * (KILLS // 2) + [2] * (KILLS // 2)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_one_that_names_each_attempt_anew_doubles_messages(gateway: Gateway) -> None:
    keys = written(3)
    for key in keys:
        cut_off(partial(under_a_new_reference, key), gateways.HttpGateway, "send", after=True)

    run_due_jobs()

    assert len(gateway.sent) == 6


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_one_that_marks_before_it_sends_loses_messages(gateway: Gateway) -> None:
    keys = written(3)
    for key in keys:
        cut_off(partial(mark_then_send, key), gateways.HttpGateway, "send", after=False)

    run_due_jobs()

    assert gateway.sent == {}
