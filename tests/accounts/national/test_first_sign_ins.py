"""Two first sign-ins of one person at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from home.accounts.models import User
from home.accounts.national import linking
from tests.accounts.national.test_linking import NOURA

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]
TOGETHER = 6


def _at_once(sign_in: Callable[[], User], monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Whom each of them got; none where it failed. All have looked for the person before anybody opens an account."""
    looked = threading.Barrier(TOGETHER)
    known, first = linking._known, threading.local()

    def look(confirmed: object) -> User | None:
        found = known(confirmed)  # type: ignore[arg-type]
        if not getattr(first, "done", False):
            first.done = True
            looked.wait(timeout=30)
        return found

    monkeypatch.setattr(linking, "_known", look)

    def one(_number: int) -> int | None:
        try:
            return sign_in().pk
        except IntegrityError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


def test_first_sign_ins_at_once_open_one_account_and_all_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    people = _at_once(lambda: linking.link(NOURA), monkeypatch)

    assert None not in people
    assert len(set(people)) == 1
    assert User.objects.filter(identity_number="1000000008").count() == 1
    assert User.objects.get(identity_number="1000000008").national_confirmation.confirms("full_name")


def test_control_without_a_second_look_all_but_one_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def once() -> User:
        with transaction.atomic():
            return linking._known(NOURA) or linking._opened(NOURA)

    people = _at_once(once, monkeypatch)

    assert people.count(None) == TOGETHER - 1
