"""How many codes are sent at most, whoever asks, and what a person is told who gets none."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import override

from home.accounts import budgets
from home.accounts.codes import NoCodeSent, send_code
from home.accounts.models import AccountMessage, CodeBudget
from tests.accounts.codes import MOBILE, browser, codes_for

pytestmark = pytest.mark.django_db

BUDGETS = {"phone": [(1, 60), (5, 3600), (10, 86400)], "network": [(60, 3600)], "all": [(1000, 3600)]}


def phone(number: int) -> str:
    return f"+96650{number:07d}"


def ask(mobile: str, address: str = "10.0.0.1", reaches: bool = True) -> str:
    """What is said when no code is sent; nothing when one is."""
    try:
        with override("en"):
            send_code(browser(address), "follow", mobile, reaches=reaches)
    except NoCodeSent as refused:
        return refused.words
    return ""


def pass_time(time: timedelta) -> None:
    CodeBudget.objects.update(ends_at=F("ends_at") - time)


def test_a_phone_gets_five_an_hour_and_is_told_how_long_to_wait() -> None:
    said = []
    for _ in range(6):
        said.append(ask(MOBILE))
        pass_time(timedelta(seconds=61))

    assert said == ["", "", "", "", "", "Too many codes were asked for this number. Ask again in 55 minutes"]
    pass_time(timedelta(minutes=55))
    assert ask(MOBILE) == ""


def test_a_phone_gets_ten_a_day() -> None:
    sent = 0
    for _ in range(30):
        sent += ask(MOBILE) == ""
        pass_time(timedelta(minutes=30))

    assert sent == codes_for(MOBILE) == 10


def test_a_network_gets_sixty_an_hour_and_its_neighbour_is_not_asked_to_pay() -> None:
    said = [ask(phone(number)) for number in range(61)]

    assert said.count("") == 60
    assert said[-1] == "Too many codes were asked for from this connection. Ask again in 60 minutes"
    assert ask(phone(61), "10.0.0.2") == ""


def test_a_household_cannot_multiply_itself_by_its_addresses() -> None:
    with override_settings(CODE_BUDGETS=BUDGETS | {"network": [(2, 3600)]}):
        said = [ask(phone(number), f"2001:db8:1:1::{number + 1:x}") for number in range(3)]
        neighbour = ask(phone(9), "2001:db8:1:2::1")

    assert said[2].startswith("Too many codes were asked for from this connection")
    assert neighbour == ""


def test_what_is_refused_takes_from_no_budget() -> None:
    with override_settings(CODE_BUDGETS=BUDGETS | {"network": [(1, 3600)]}):
        ask(phone(1))
        before = set(CodeBudget.objects.values_list("key", "spent"))

        refused = ask(phone(2))

    assert refused
    assert set(CodeBudget.objects.values_list("key", "spent")) == before


def test_people_nobody_knows_use_up_nobodys_codes_but_their_own() -> None:
    with override_settings(CODE_BUDGETS=BUDGETS | {"all": [(2, 3600)]}):
        unknown = [ask(phone(number), reaches=False) for number in range(10)]
        again = ask(phone(0), reaches=False)
        known = [ask(phone(number)) for number in range(10, 13)]

    assert set(unknown) == {""}
    assert again.startswith("A code was asked for this number just now")
    assert known == ["", "", "The portal is sending very many codes just now. Ask for yours in 60 minutes"]


def test_neither_number_nor_address_stands_in_a_budget() -> None:
    ask(MOBILE, "10.9.8.7")

    keys = " ".join(CodeBudget.objects.values_list("key", flat=True))
    assert "501234567" not in keys
    assert "10.9.8.7" not in keys


def sent_to_five_hundred_phones(requests: int) -> int:
    """How many codes were sent, when they ask in turn for as long as it takes."""
    http = browser()
    for number in range(requests):
        with suppress(NoCodeSent):
            send_code(http, "follow", phone(number % 500))
        # An hour of their time has to last for all of them, and some of it is the machine's.
        if number % 200 == 199:
            pass_time(timedelta(minutes=1))
    return AccountMessage.objects.count()


@pytest.mark.any_database
def test_ten_thousand_requests_over_five_hundred_phones_send_no_more_than_the_budget(settings: Any) -> None:
    settings.CODE_BUDGETS = {"phone": [(1, 60), (5, 3600)], "network": [], "all": [(1000, 3600)]}

    assert sent_to_five_hundred_phones(10_000) == 1000


@pytest.mark.any_database
def test_control_without_the_budget_of_all_a_tenth_of_them_sends_more(settings: Any) -> None:
    settings.CODE_BUDGETS = {"phone": [(1, 60), (5, 3600)], "network": [], "all": []}

    assert sent_to_five_hundred_phones(1_200) > 1000


def test_a_window_begins_anew_when_it_is_over() -> None:
    limit = budgets.Limit(budgets.Whose.PHONE, MOBILE, 1, timedelta(minutes=1))
    budgets.take(limit)
    with pytest.raises(budgets.Spent) as spent:
        budgets.take(limit)
    CodeBudget.objects.update(ends_at=timezone.now())

    budgets.take(limit)

    assert spent.value.until > timezone.now()
