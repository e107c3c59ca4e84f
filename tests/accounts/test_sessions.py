"""Where somebody is signed in, in plain words; and signing out from afar."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from home.accounts.devices import device_in_words, network_masked
from home.accounts.jobs import forget_ended_sessions
from home.accounts.models import User
from tests.accounts.pages import is_signed_in, sign_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/en/account/sessions/"
CHROME = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture(autouse=True)
def nothing_noted() -> Iterator[None]:
    caches["seen"].clear()
    yield
    caches["seen"].clear()


@pytest.fixture
def person() -> User:
    return UserFactory(username="noura")


def browser(agent: str = CHROME, address: str = "188.48.7.9", login: str = "noura") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    sign_in(client, login)
    return client


def listed(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main")]).split())


def chosen(client: Client) -> int:
    """The session of this browser, as the list names it."""
    return UserSession.objects.get(session_key=client.session.session_key).pk


def test_each_session_is_named_by_its_device_and_place_and_this_one_is_marked(person: User) -> None:
    here, _there = browser(), browser(SAFARI, "2001:db8:7:9::1")

    words = listed(here)

    assert "Chrome on Android This device" in words
    assert "Safari on iPhone Last seen" in words
    assert "188.48.•.•" in words
    assert "2001:0db8:•" in words
    assert "188.48.7.9" not in words


def test_one_of_them_is_signed_out_from_here(person: User) -> None:
    here, there = browser(), browser(SAFARI)

    here.post(PAGE, {"session": chosen(there)})

    assert there.get("/en/account/").status_code == 302
    assert here.get("/en/account/").status_code == 200
    assert "Safari" not in listed(here)


def test_signing_out_everywhere_leaves_nobody(person: User) -> None:
    here, there = browser(), browser(SAFARI)

    response = here.post(PAGE, {"everywhere": "yes"})

    assert response["Location"] == "/en/account/login/"
    assert not is_signed_in(here)
    assert there.get("/en/account/").status_code == 302
    assert not UserSession.objects.exists()


def test_this_one_is_signed_out_like_any_other(person: User) -> None:
    here = browser()

    assert here.post(PAGE, {"session": chosen(here)})["Location"] == "/en/account/login/"
    assert not is_signed_in(here)


@pytest.mark.parametrize("name", ["0", "x", "", "9" * 40, "-1"])
def test_a_session_that_is_not_there_is_not_found(person: User, name: str) -> None:
    assert browser().post(PAGE, {"session": name}).status_code == 404


def test_nobody_ends_the_session_of_another(person: User) -> None:
    UserFactory(username="other")
    theirs = browser(login="other")

    assert browser().post(PAGE, {"session": chosen(theirs)}).status_code == 404
    assert theirs.get("/en/account/").status_code == 200
    assert "Chrome" in listed(theirs)


def test_a_session_that_came_in_by_another_door_is_listed_from_its_next_page_on(person: User) -> None:
    client = Client(headers={"user-agent": EDGE})
    client.force_login(person)

    assert "Edge on Windows This device" in listed(client)


def test_pages_within_minutes_write_once(person: User) -> None:
    here = browser()
    here.get("/en/account/")
    seen = UserSession.objects.get().last_seen_at

    here.get("/en/account/")

    assert UserSession.objects.get().last_seen_at == seen
    caches["seen"].clear()
    here.get("/en/account/")
    assert UserSession.objects.get().last_seen_at > seen


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Android"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("curl/8.5.0", "A device we do not know"),
        ("", "A device we do not know"),
    ],
)
def test_a_device_is_told_in_plain_words(agent: str, words: str) -> None:
    with override("en"):
        assert device_in_words(agent) == words


def test_what_is_no_address_is_no_network() -> None:
    assert network_masked("nowhere") == ""


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/en/account/login/")


def test_what_ended_long_ago_is_forgotten(person: User) -> None:
    here, there = browser(), browser(SAFARI)
    long_ago = timezone.now() - timedelta(hours=10)
    Session.objects.filter(session_key=there.session.session_key).update(expire_date=long_ago)
    UserSession.objects.filter(session_key=there.session.session_key).update(last_seen_at=long_ago)

    forget_ended_sessions()

    assert UserSession.objects.get().session_key == Session.objects.get().session_key == here.session.session_key
