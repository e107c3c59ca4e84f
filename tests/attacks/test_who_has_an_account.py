"""The door does not tell who has an account: neither in words nor by the work it does."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from tests.accounts.pages import summary
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each password that is hashed: what takes the time of a sign-in."""
    done: list[str] = []
    stock = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> Any:
        done.append(password)
        return stock(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return done


def test_a_wrong_name_costs_as_much_and_reads_like_a_wrong_password(client: Client, hashed: list[str]) -> None:
    UserFactory(username="somebody")
    hashed.clear()
    told, worked = [], []
    for login in ("somebody", "nobody-here"):
        answer = client.post("/ar/account/login/", {"login": login, "password": "wrong"})
        told.append(summary(answer))
        worked.append(len(hashed))
        hashed.clear()

    assert told[0] == told[1] != ""
    assert worked[0] == worked[1] > 0
