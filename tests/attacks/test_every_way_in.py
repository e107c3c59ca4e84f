"""Whichever way somebody comes in: his second factor is asked for, the session is a new one, and it stays here."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from pytest_django import Settings

from home.accounts.models import CodeBudget, User
from home.accounts.national import stand_in
from home.accounts.national.claims import Confirmed
from tests.accounts.codes import latest_code
from tests.accounts.pages import is_signed_in, sign_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ACCOUNT = "/en/account/"
FACTOR = "/en/account/second-factor/code/"
NEW = {"password1": "four new quiet words", "password2": "four new quiet words"}
ELSEWHERE = ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "///evil.example"]
KNOWN = Confirmed("national_id", "1000000008", "نورة اليامي", "+966501234567", assurance="high")


@pytest.fixture(autouse=True)
def with_the_stand_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NATIONAL_STAND_IN = True
    settings.STAFF_SECOND_FACTOR = True
    monkeypatch.setattr(stand_in, "people", lambda: (KNOWN,))


def known(**more: Any) -> User:
    person: User = UserFactory(
        identity_type="national_id",
        identity_number=KNOWN.identity_number,
        mobile=KNOWN.mobile,
        proved_mobile=KNOWN.mobile,
        username="noura",
        **more,
    )
    return person


def by_password(client: Client, to: str) -> Any:
    return sign_in(client, "noura", door=f"{ACCOUNT}login/", next=to)


def by_code(client: Client, to: str) -> Any:
    asked = client.post(f"{ACCOUNT}login/code/", numbers() | {"next": to})
    assert "evil" not in asked["Location"]
    return client.post(f"{ACCOUNT}login/code/confirm/", {"code": latest_code(), "next": to})


def by_renewing(client: Client, to: str) -> Any:
    client.post(f"{ACCOUNT}password/renew/", numbers() | {"next": to})
    proved = client.post(f"{ACCOUNT}password/renew/code/", {"code": latest_code(), "next": to})
    assert "evil" not in proved["Location"]
    return client.post(f"{ACCOUNT}password/renew/new/", NEW | {"next": to})


def by_the_state(client: Client, to: str) -> Any:
    client.get(f"{ACCOUNT}national/", {"next": to})
    return client.post(f"{ACCOUNT}national/stand-in/", {"person": KNOWN.identity_number, "next": to})


def numbers() -> dict[str, str]:
    CodeBudget.objects.all().delete()
    return {"mobile": KNOWN.mobile, "identity_number": KNOWN.identity_number}


WAYS: dict[str, Callable[[Client, str], Any]] = {
    "password": by_password,
    "code": by_code,
    "a new password": by_renewing,
    "the state": by_the_state,
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_has_a_second_factor_is_asked_for_it(way: str, client: Client) -> None:
    secret = str(generate_totp_secret())
    TOTP.activate(known(clerk=True), secret)

    answer = WAYS[way](client, "/admin/")

    assert answer["Location"].startswith(FACTOR)
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302
    client.post(FACTOR, {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    assert is_signed_in(client)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_staff_without_one_get_nowhere_before_they_set_one_up(way: str, client: Client) -> None:
    known(clerk=True)

    WAYS[way](client, "/admin/")

    for door in ("/admin/", "/admin/requests/", "/ar/requests/", "/documents/1/x.pdf", "/en/outbox/"):
        assert client.get(door)["Location"].startswith(("/en/account/second-factor/", "/ar/account/second-factor/")), (
            door
        )
    assert client.get("/api/about").status_code == 403


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_sent_to_another_site(way: str, where: str, client: Client) -> None:
    known()

    answer = WAYS[way](client, where)

    assert is_signed_in(client)
    assert answer["Location"] == "/en/requests/"


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_page_of_a_door_links_to_another_site(where: str, client: Client) -> None:
    for door in ("login/", "login/code/", "signup/", "password/renew/", "national/needed/"):
        page = client.get(ACCOUNT + door, {"next": where}).content.decode()
        assert [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if link.startswith(where[:6])] == [], (
            door
        )


@pytest.mark.parametrize("way", WAYS)
def test_a_session_that_somebody_else_prepared_is_not_the_one_signed_in(way: str, client: Client) -> None:
    """Its key is a new one, and the old one opens nothing."""
    known()
    client.get(f"{ACCOUNT}login/")
    session = client.session
    session["prepared"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    prepared = str(session.session_key)

    WAYS[way](client, "")

    assert is_signed_in(client)
    assert client.session.session_key != prepared
    attacker = Client()
    attacker.cookies["sessionid"] = prepared
    assert attacker.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize("change", ["mobile", "password", "the state"])
def test_a_proof_for_a_new_password_does_not_outlive_what_it_proved(change: str, client: Client) -> None:
    """Whoever stood before that page when the account became another's again is led back to the beginning."""
    person = known()
    client.post(f"{ACCOUNT}password/renew/", numbers())
    client.post(f"{ACCOUNT}password/renew/code/", {"code": latest_code()})
    if change == "mobile":
        User.objects.filter(pk=person.pk).update(mobile="+966507777777")
    elif change == "password":
        person.set_password("chosen by its owner meanwhile")
        person.save()
    else:
        User.objects.filter(pk=person.pk).update(mobile="+966508888888", proved_mobile="+966508888888")
        by_the_state(Client(), "")
    before = User.objects.get(pk=person.pk).password

    answer = client.post(f"{ACCOUNT}password/renew/new/", NEW)

    assert answer["Location"] == f"{ACCOUNT}password/renew/"
    assert not is_signed_in(client)
    assert User.objects.get(pk=person.pk).password == before
