"""Two hundred guesses at once compare three; a hundred requests at once send what the budget holds.

Each with a control: the same attack on a variant that reads and then writes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from home.accounts import budgets, codes
from home.accounts.codes import NoCodeSent, WrongCode, check_code, send_code
from home.accounts.models import AccountMessage, CodeBudget, OneTimeCode
from tests.accounts.codes import MOBILE, another_than, browser, latest_code

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 20
GUESSES = 200


def at_once(work: Callable[[int], None], times: int) -> None:
    """Run it so many times in threads that set out together."""
    start = Barrier(AT_ONCE)

    def each(place: int) -> None:
        try:
            if place < AT_ONCE:
                start.wait()
            work(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(each, range(times)))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each code that was compared with the true one."""
    seen: list[str] = []
    lock, compare = Lock(), codes.constant_time_compare

    def counting(true: str, typed: str) -> bool:
        with lock:
            seen.append(typed)
        return compare(true, typed)

    monkeypatch.setattr(codes, "constant_time_compare", counting)
    return seen


def guess_in_parallel(right_too: bool = False) -> int:
    """How often somebody got in."""
    http = browser()
    send_code(http, "follow", MOBILE)
    session, right = dict(http.session), latest_code()
    entered: list[int] = []

    def guess(place: int) -> None:
        own = browser()
        own.session.update(session)
        try:
            check_code(own, "follow", right if right_too else another_than(right))
            entered.append(place)
        except WrongCode:
            pass

    at_once(guess, GUESSES)
    return len(entered)


def test_two_hundred_guesses_at_once_compare_three(compared: list[str]) -> None:
    assert guess_in_parallel() == 0
    assert len(compared) == 3
    assert OneTimeCode.objects.get().tries == 3


def test_the_right_code_two_hundred_times_at_once_opens_once(compared: list[str]) -> None:
    assert guess_in_parallel(right_too=True) == 1
    assert len(compared) <= 3


def test_control_reading_and_then_writing_compares_more(compared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def read_then_write(code: QuerySet[OneTimeCode]) -> bool:
        row = code.get()
        if row.tries >= codes.TRIES or row.used_at or row.expires_at <= timezone.now():
            return False
        row.tries += 1
        row.save(update_fields=["tries"])
        return True

    monkeypatch.setattr(codes, "count_try", read_then_write)

    guess_in_parallel()

    assert len(compared) > 3


def ask_in_parallel(settings: Any) -> int:
    """A hundred phones of a hundred networks ask at once for ten codes; how many get one."""
    settings.CODE_BUDGETS = {"phone": [(1, 60)], "network": [(1000, 60)], "all": [(10, 60)]}

    def ask(place: int) -> None:
        with suppress(NoCodeSent):
            send_code(browser(f"10.0.0.{place + 1}"), "follow", f"+96650{place:07d}")

    at_once(ask, 100)
    return AccountMessage.objects.count()


def test_a_hundred_requests_at_once_send_what_the_budget_holds(settings: Any) -> None:
    assert ask_in_parallel(settings) == 10


def test_one_phone_asked_for_a_hundred_times_at_once_gets_one(settings: Any) -> None:
    def ask(place: int) -> None:
        with suppress(NoCodeSent):
            send_code(browser(f"10.0.0.{place + 1}"), "follow", MOBILE)

    at_once(ask, 100)

    assert AccountMessage.objects.count() == 1


def test_control_a_budget_that_is_read_and_then_written_sends_more(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_then_write(limit: budgets.Limit, amount: int = 1) -> None:
        ends_at = timezone.now() + timedelta(minutes=1)
        row, _new = CodeBudget.objects.get_or_create(key=limit.key, defaults={"ends_at": ends_at})
        if row.spent >= limit.most:
            raise budgets.Spent(limit, row.ends_at)
        row.spent += amount
        row.save(update_fields=["spent"])

    monkeypatch.setattr(budgets, "take", read_then_write)

    assert ask_in_parallel(settings) > 10
