"""The national sign-in of a demonstration: the sample provider where it runs, else a page that says it stands in."""

import pytest
import requests
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.accounts.models import User
from home.accounts.national import claims, sample_provider, stand_in
from home.accounts.national.demonstration import national_test_identity
from tests.accounts.national.people import at_the_provider, begin
from tests.accounts.national.relay import Line
from tests.accounts.pages import SIGN_IN, is_signed_in
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HERE = "http://127.0.0.1:8000"
STAND_IN = "/ar/account/national/stand-in/"


@pytest.fixture(autouse=True)
def demonstration(settings: Settings) -> None:
    settings.NATIONAL_STAND_IN = True
    settings.NATIONAL_SIGN_IN = dict(settings.NATIONAL_SIGN_IN)


def test_sample_people_have_identities_that_are_right() -> None:
    for person in stand_in.people():
        User(username="x", password="x", **{**person.attributes, "email": ""}).clean()


def test_the_sign_in_page_calls_it_a_test(client: Client) -> None:
    assert "الدخول بالهوية الوطنية التجريبية" in client.get(SIGN_IN).content.decode()


def test_the_page_that_stands_in_says_so_and_links_like_the_real_one(client: Client) -> None:
    known = UserFactory(identity_type="national_id", identity_number="1000000008", mobile="+966501234567")
    response = begin(client, next_url="/ar/requests/")
    assert response.url == STAND_IN
    assert "ليس هذا هو الدخول الوطني" in client.get(STAND_IN).content.decode()

    response = client.post(STAND_IN, {"person": "1000000008"})

    assert response.url == "/ar/requests/"
    assert client.session["_auth_user_id"] == str(known.pk)
    assert known.national_confirmation.assurance == stand_in.ASSURANCE


@pytest.mark.parametrize("person", ["", "1000000099", "\x00"])
def test_whoever_is_no_sample_does_not_come_in(client: Client, person: str) -> None:
    response = client.post(STAND_IN, {"person": person})

    assert "أوقفت الدخول بالهوية الوطنية" in response.content.decode()
    assert not is_signed_in(client)


def test_with_a_provider_nothing_stands_in(client: Client, provider: Line) -> None:
    assert client.get(STAND_IN).status_code == 404
    assert client.post(STAND_IN, {"person": "1000000008"}).status_code == 404


def test_without_settings_of_a_demonstration_nothing_stands_in(client: Client, settings: Settings) -> None:
    settings.NATIONAL_STAND_IN = False

    assert client.post(STAND_IN, {"person": "1000000008"}).status_code == 404


def test_where_it_can_run_the_sample_provider_confirms_the_same_people(client: Client, settings: Settings) -> None:
    with national_test_identity(HERE):
        issuer = settings.NATIONAL_SIGN_IN["issuer"]
        out = begin(client, start=reverse("national_sign_in"))["location"].replace("testserver", "127.0.0.1%3A8000")
        back = at_the_provider(out, "sample-1")
    assert back.startswith(f"{HERE}/ar/account/national/callback/?")
    assert settings.NATIONAL_SIGN_IN["issuer"] == ""
    with pytest.raises(requests.ConnectionError):
        requests.get(issuer, timeout=5)


@pytest.mark.parametrize("address", ["http://0.0.0.0:8000", "http://portal.example.org"])
def test_for_browsers_on_other_machines_the_page_stands_in(settings: Settings, address: str) -> None:
    with national_test_identity(address):
        assert settings.NATIONAL_SIGN_IN["issuer"] == ""


def test_without_node_the_page_stands_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_provider, "can_run", lambda: False)
    with national_test_identity(HERE):
        assert settings.NATIONAL_SIGN_IN["issuer"] == ""


def test_what_the_sample_provider_tells_is_read_back_as_the_same_person() -> None:
    for person in stand_in.people():
        assert claims.read({**sample_provider.claims_of(person), "acr": person.assurance}) == person
