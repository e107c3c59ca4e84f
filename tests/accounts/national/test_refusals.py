"""What comes back wrong, late, twice or not at all signs nobody in, and is told in words with a way on."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.internal import statekit
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from home.accounts.models import User
from home.accounts.national import oidc, sample_provider
from tests.accounts.national.people import at_the_provider, begin, sign_in_nationally, way_back
from tests.accounts.national.relay import Line
from tests.accounts.pages import is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NEXT = "/ar/apply/a-service/topic/"
EXPIRED, AWAY, NOT_CONFIRMED = 400, 503, 400


def refused(client: Client, response: HttpResponse, status: int, words: str) -> None:
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "حاول مرة أخرى" in page
    assert not is_signed_in(client)


def leads_on(response: HttpResponse) -> None:
    """Both ways on keep the place the person was going to."""
    page = response.content.decode()
    assert 'href="/ar/account/national/?next=%2Far%2Fapply%2Fa-service%2Ftopic%2F"' in page
    assert 'href="/ar/account/login/?next=%2Far%2Fapply%2Fa-service%2Ftopic%2F"' in page


def test_a_person_who_stops_there_is_told_that_nothing_changed(client: Client, provider: Line) -> None:
    back = at_the_provider(begin(client, NEXT)["location"], "noura", cancel=True)

    response = client.get(back.removeprefix("http://testserver"))

    refused(client, response, 200, "أوقفت الدخول بالهوية الوطنية")
    leads_on(response)


def test_a_state_that_is_not_of_this_browser_signs_nobody_in(client: Client, provider: Line) -> None:
    back = way_back(Client(), "noura")
    begin(client, NEXT)

    response = client.get(back)

    refused(client, response, EXPIRED, "لم تعد عملية الدخول هذه صالحة")
    leads_on(response)
    assert not User.objects.filter(identity_number="1000000008").exists()


def test_a_forged_state_never_reaches_the_provider(client: Client, provider: Line) -> None:
    back = way_back(client, "noura").replace("state=", "state=x")
    provider.asked.clear()

    refused(client, client.get(back), EXPIRED, "لم تعد عملية الدخول هذه صالحة")
    assert provider.asked == []


def test_an_address_used_twice_signs_in_once(client: Client, provider: Line) -> None:
    back = way_back(client, "noura")
    client.get(back)
    client.logout()

    refused(client, client.get(back), EXPIRED, "لم تعد عملية الدخول هذه صالحة")


def test_a_code_used_before_is_refused_by_the_provider(client: Client, provider: Line) -> None:
    first = way_back(client, "noura")
    client.get(first)
    client.logout()
    used = parse_qs(urlsplit(first).query)["code"][0]
    second = way_back(client, "noura")

    response = client.get(second.replace(parse_qs(urlsplit(second).query)["code"][0], used))

    refused(client, response, NOT_CONFIRMED, "لم يؤكد الدخول الوطني هويتك")


def test_a_code_without_its_verifier_is_refused_by_the_provider(
    client: Client, provider: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = way_back(client, "noura")
    stashed = statekit.unstash_state
    monkeypatch.setattr(
        oidc.statekit, "unstash_state", lambda *args, **kwargs: {**(stashed(*args, **kwargs) or {}), "verifier": None}
    )

    response = client.get(back)

    refused(client, response, NOT_CONFIRMED, "لم يؤكد الدخول الوطني هويتك")
    assert "code_verifier" not in dict(provider.asked)["/token"]


def test_the_provider_itself_wants_a_challenge(client: Client, provider: Line) -> None:
    asked = parse_qs(urlsplit(begin(client)["location"]).query)
    without = {name: values[0] for name, values in asked.items() if not name.startswith("code_challenge")}

    answer = requests.get(f"{provider.address}/auth", without, allow_redirects=False, timeout=10)

    assert "error=invalid_request" in answer.headers["location"]


def test_an_answer_to_another_sign_in_of_the_same_person_is_refused_by_its_nonce(
    client: Client, provider: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = way_back(client, "noura")
    stashed = statekit.unstash_state
    monkeypatch.setattr(
        oidc.statekit, "unstash_state", lambda *args, **kwargs: {**(stashed(*args, **kwargs) or {}), "nonce": "other"}
    )

    refused(client, client.get(back), NOT_CONFIRMED, "لم يؤكد الدخول الوطني هويتك")


def _signed_by_another(body: bytes) -> bytes:
    answer = json.loads(body)
    head, claims, signature = answer["id_token"].split(".")
    turned = bytearray(base64.urlsafe_b64decode(signature + "=="))
    turned[7] ^= 1
    answer["id_token"] = ".".join([head, claims, base64.urlsafe_b64encode(turned).decode().rstrip("=")])
    return json.dumps(answer).encode()


def _unsigned(body: bytes) -> bytes:
    answer = json.loads(body)
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"sample"}').decode().rstrip("=")
    answer["id_token"] = f"{head}.{answer['id_token'].split('.')[1]}."
    return json.dumps(answer).encode()


def _about_another(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "sub": "omar"}).encode()


def _without_token(body: bytes) -> bytes:
    return json.dumps({name: value for name, value in json.loads(body).items() if name != "id_token"}).encode()


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("/token", _signed_by_another, NOT_CONFIRMED),
        ("/token", _unsigned, NOT_CONFIRMED),
        ("/me", _about_another, NOT_CONFIRMED),
        ("/token", _without_token, AWAY),
        ("/token", lambda body: b"<html>", AWAY),
        ("/me", lambda body: b"[]", AWAY),
        ("/jwks", lambda body: b'{"keys": []}', NOT_CONFIRMED),
        ("/jwks", lambda body: b"", AWAY),
        ("/.well-known/openid-configuration", lambda body: b"{}", AWAY),
    ],
)
def test_an_answer_that_was_tampered_with_or_makes_no_sense_signs_nobody_in(
    client: Client, provider: Line, path: str, change: Callable[[bytes], bytes], status: int
) -> None:
    back = way_back(client, "noura", NEXT)
    provider.changed[path] = change

    response = client.get(back)

    assert response.status_code == status
    leads_on(response)
    assert not is_signed_in(client)
    assert not User.objects.filter(identity_number="1000000008").exists()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks", "/me"])
def test_a_provider_that_fails_half_way_is_told_in_words(client: Client, provider: Line, path: str) -> None:
    back = way_back(client, "noura", NEXT)
    provider.broken = {path}

    response = client.get(back)

    assert response.status_code in {AWAY, NOT_CONFIRMED}
    leads_on(response)
    assert not is_signed_in(client)


def test_a_provider_that_is_down_is_found_out_before_anybody_is_sent_there(
    client: Client, provider: Line, settings: Settings
) -> None:
    nobody = f"http://127.0.0.1:{sample_provider.free_port()}"
    settings.NATIONAL_SIGN_IN = {**settings.NATIONAL_SIGN_IN, "issuer": nobody}

    response = begin(client, NEXT)

    refused(client, response, AWAY, "الدخول الوطني لا يستجيب")
    leads_on(response)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token"])
def test_a_provider_that_does_not_answer_is_given_up_on(
    client: Client, provider: Line, settings: Settings, path: str
) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    back = way_back(client, "noura", NEXT)
    provider.held = {path}

    response = client.get(back)

    refused(client, response, AWAY, "الدخول الوطني لا يستجيب")
    leads_on(response)


def test_after_a_fault_the_same_browser_comes_in_by_trying_again(client: Client, provider: Line) -> None:
    back = way_back(client, "noura", NEXT)
    provider.broken = {"/token"}
    client.get(back)
    provider.mend()

    response = sign_in_nationally(client, next_url=NEXT)

    assert response["location"] == NEXT


def test_outgoing_calls_wait_a_few_seconds_and_no_longer(settings: Settings) -> None:
    assert 1 <= settings.SOCIALACCOUNT_REQUESTS_TIMEOUT <= 10


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("unnamed", "لم يذكر الدخول الوطني اسمك ورقم هويتك"),
        ("numberless", "لم يذكر الدخول الوطني اسمك ورقم هويتك"),
        ("mistyped", "رقم الهوية الوارد من الدخول الوطني غير صحيح"),
    ],
)
def test_a_person_the_state_does_not_name_whole_gets_no_account(
    client: Client, provider: Line, who: str, words: str
) -> None:
    before = User.objects.count()

    refused(client, client.get(way_back(client, who)), 400, words)
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "x"},
        {"state": "x", "code": "y"},
        {"error": "server_error"},
        {"state": "\x00", "code": "\x00"},
        {"state": "ف" * 5000, "code": "y"},
    ],
)
def test_anything_typed_into_the_way_back_is_answered_in_words(
    client: Client, provider: Line, query: dict[str, Any]
) -> None:
    response = client.get("/ar/account/national/callback/", query)

    refused(client, response, EXPIRED, "لم تعد عملية الدخول هذه صالحة")


def test_the_refusal_is_in_the_readers_language(client: Client, provider: Line) -> None:
    page = client.get("/en/account/national/callback/").content.decode()

    assert "This sign-in is no longer valid" in page
    assert "Try again" in page


def test_nothing_the_provider_said_stands_in_the_log(
    client: Client, provider: Line, caplog: pytest.LogCaptureFixture
) -> None:
    back = way_back(client, "noura")
    provider.changed["/token"] = _signed_by_another

    client.get(back)

    assert "The national sign-in confirmed nobody" in caplog.text
    assert "1000000008" not in caplog.text
    assert "eyJ" not in caplog.text


def test_one_connection_begins_a_limited_number_of_sign_ins(client: Client, provider: Line, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "national_sign_in": "2/m/ip"}
    statuses = [begin(client).status_code for _attempt in range(3)]

    assert statuses == [302, 302, 429]
