"""A code proves a mobile once, within five minutes, in the session and for the purpose it was sent for."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import override

from cms import gateways
from cms.gateways import GatewayRefused, TextMessage
from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from home.accounts import codes, outbox
from home.accounts.codes import NoCodeSent, Proof, WrongCode, check_code, send_again, send_code, waiting_for
from home.accounts.models import AccountMessage, MessageKind, MessageState, OneTimeCode
from tests.accounts.codes import MOBILE, another_than, browser, latest_code

pytestmark = pytest.mark.django_db

GONE = "This code is no longer valid. Ask for a new one"


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> list[TextMessage]:
    """What reached the gateway."""
    taken: list[TextMessage] = []
    monkeypatch.setattr(gateways.NothingIsSent, "send", lambda self, message: taken.append(message))
    return taken


def pass_time(time: timedelta) -> None:
    for code in OneTimeCode.objects.all():
        OneTimeCode.objects.filter(pk=code.pk).update(expires_at=code.expires_at - time)


def refusal(http: Any, typed: str, purpose: str = "follow") -> str:
    with pytest.raises(WrongCode) as refused:
        check_code(http, purpose, typed)
    return refused.value.words


def test_the_right_code_proves_the_mobile_and_what_it_was_asked_for() -> None:
    http = browser()
    send_code(http, "follow", MOBILE, about="a-request")

    assert check_code(http, "follow", latest_code()) == Proof(MOBILE, "a-request")


def test_it_proves_it_once() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    session = dict(http.session)
    check_code(http, "follow", latest_code())

    again = browser()
    again.session.update(session)

    assert waiting_for(http, "follow") is None
    assert refusal(again, latest_code()) == GONE


def test_three_wrong_ones_end_it() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    wrong = another_than(latest_code())

    said = [refusal(http, wrong) for _ in range(3)]

    assert said == [
        "The code is not right. You can try 2 more times",
        "The code is not right. You can try once more",
        "The code is not right, and it cannot be tried again. Ask for a new one",
    ]
    assert refusal(http, latest_code()) == GONE


def test_after_five_minutes_it_is_over() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    pass_time(timedelta(minutes=5))

    assert refusal(http, latest_code()) == GONE


def test_a_moment_before_it_is_good() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    pass_time(timedelta(minutes=4, seconds=50))

    assert check_code(http, "follow", latest_code())


def test_another_session_cannot_use_it() -> None:
    send_code(browser(), "follow", MOBILE)

    assert refusal(browser(), latest_code()) == GONE


def test_another_purpose_cannot_use_it() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    http.session["codes"]["renew"] = http.session["codes"]["follow"]

    assert refusal(http, latest_code(), "renew") == GONE
    assert check_code(http, "follow", latest_code())


def test_it_survives_the_session_being_stored_and_read() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    http.session.save()

    later = browser(session=SessionStore(http.session.session_key))

    assert check_code(later, "follow", latest_code())


def test_where_nobody_is_known_even_the_right_digits_prove_nothing() -> None:
    http = browser()
    send_code(http, "follow", MOBILE, reaches=False)

    assert refusal(http, latest_code()) == "The code is not right. You can try 2 more times"


def test_with_and_without_somebody_the_same_is_written(gateway: list[TextMessage]) -> None:
    send_code(browser(), "follow", MOBILE)
    send_code(browser(), "follow", "+966507777777", reaches=False)

    assert OneTimeCode.objects.count() == AccountMessage.objects.count() == Job.objects.count() == 2
    run_due_jobs()
    assert [message.recipient for message in gateway] == [MOBILE]
    assert [shown.recipient for shown in outbox.latest_messages(10, whole=True)] == [MOBILE]


def test_the_digits_stand_in_no_row() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)
    http.session.save()
    run_due_jobs()

    rows = [str(row) for model in apps.get_app_configs() for each in model.get_models() if each._meta.managed
            for row in each._default_manager.values_list()]  # fmt: skip

    assert MOBILE in " ".join(rows)
    assert f"{latest_code()}" not in " ".join(row for row in rows if latest_code() in row and MOBILE in row)
    assert latest_code() not in str(dict(http.session))


def test_the_digits_follow_from_the_secret_of_the_portal() -> None:
    send_code(browser(), "follow", MOBILE)
    code = OneTimeCode.objects.get()

    here = code.digits
    with override_settings(SECRET_KEY="another-secret"):
        elsewhere = code.digits

    assert here == code.digits != elsewhere
    assert len(here) == 6


def test_the_gateway_gets_the_code_with_one_reference_for_all_attempts(
    gateway: list[TextMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, message: TextMessage) -> None:
        gateway.append(message)
        raise GatewayRefused

    taking = gateways.NothingIsSent.send
    monkeypatch.setattr(gateways.NothingIsSent, "send", refuse)
    send_code(browser(), "follow", MOBILE)
    message = AccountMessage.objects.get()

    run_due_jobs()
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    monkeypatch.setattr(gateways.NothingIsSent, "send", taking)
    Job.objects.update(due_at=timezone.now())
    run_due_jobs()
    outbox.deliver(AccountMessage.objects.get())

    assert [sent.reference for sent in gateway] == [str(message.public_id)] * 2
    assert latest_code() in gateway[-1].text
    assert AccountMessage.objects.get().state == MessageState.SENT


def test_a_code_that_is_over_is_not_sent_any_more(gateway: list[TextMessage]) -> None:
    send_code(browser(), "follow", MOBILE)
    pass_time(timedelta(minutes=6))

    run_due_jobs()

    assert gateway == []
    assert AccountMessage.objects.get().state == MessageState.LATE


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_text_fits_into_one_message_names_nobody_and_says_not_to_reply(language: str) -> None:
    with override(language):
        send_code(browser(), "follow", MOBILE)
        for kind in (MessageKind.MOBILE_LEFT, MessageKind.MOBILE_CAME, MessageKind.PASSWORD_RENEWED,
                     MessageKind.KNOWN_ALREADY):  # fmt: skip
            outbox.tell_by_sms(kind, MOBILE)

    texts = [outbox.words_of(message) for message in AccountMessage.objects.all()]

    assert len(texts) == 5
    most, never = (70, "لا ترد") if language == "ar" else (160, "Do not reply")
    assert [text for text in texts if len(text) > most or never not in text] == []


def test_staff_read_masked_numbers_and_no_code() -> None:
    send_code(browser(), "follow", MOBILE)

    (shown,) = outbox.latest_messages(10, whole=False)

    assert shown.recipient == "05•••••567"
    assert latest_code() not in shown.text
    assert "••••••" in shown.text


def test_another_code_takes_the_place_of_the_first() -> None:
    http = browser()
    send_code(http, "follow", MOBILE, about="a-request")
    first = latest_code()
    with override_settings(CODE_BUDGETS={"phone": [(1, 1), (9, 9)], "network": [], "all": []}):
        send_again(http, "follow")

    assert latest_code() != first
    assert refusal(http, first).startswith("The code is not right")
    assert check_code(http, "follow", latest_code()).about == "a-request"


def test_too_soon_the_first_stays_good() -> None:
    http = browser()
    send_code(http, "follow", MOBILE)

    with pytest.raises(NoCodeSent) as refused:
        send_again(http, "follow")

    assert refused.value.words == "A code was asked for this number just now. You can ask for another in 60 seconds"
    assert 55 <= waiting_for(http, "follow").seconds <= 60
    assert check_code(http, "follow", latest_code())


def test_countries_that_are_not_served_get_none() -> None:
    http = browser()

    with pytest.raises(NoCodeSent) as refused:
        send_code(http, "follow", "+447911123456")

    assert "Saudi Arabia, " in refused.value.words
    assert not AccountMessage.objects.exists()
    assert waiting_for(http, "follow") is not None


def test_old_codes_and_messages_are_forgotten() -> None:
    from home.accounts.jobs import forget_codes

    send_code(browser(), "follow", MOBILE)
    forget_codes()
    assert OneTimeCode.objects.exists()

    long_ago = timezone.now() - timedelta(days=31)
    AccountMessage.objects.update(created_at=long_ago)
    OneTimeCode.objects.update(expires_at=long_ago)
    forget_codes()

    assert not OneTimeCode.objects.exists()
    assert not AccountMessage.objects.exists()


def test_a_session_that_waits_for_nothing_is_told() -> None:
    assert refusal(browser(), "123456") == GONE
    with pytest.raises(NoCodeSent):
        send_again(browser(), "follow")


@pytest.mark.parametrize("typed", ["١٢٣٤٥٦", "123 456", " 123-456\u200f", "۱۲۳۴۵۶"])
def test_the_code_may_be_typed_in_either_digits_and_with_spaces(typed: str) -> None:
    from home.accounts.fields import CodeField

    assert CodeField().clean(typed) == "123456"


def test_codes_are_spread_over_all_numbers() -> None:
    import uuid

    digits = [OneTimeCode(public_id=uuid.uuid4()).digits for _ in range(2_000)]

    assert len(set(digits)) > 1_980
    assert {code[0] for code in digits} == set("0123456789")
    assert codes.TRIES == 3
