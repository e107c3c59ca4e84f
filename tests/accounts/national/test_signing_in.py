"""The way out to a real provider and back again."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.accounts.models import NationalConfirmation, User
from tests.accounts.national.people import begin, sign_in_nationally, way_back
from tests.accounts.national.relay import Line
from tests.accounts.pages import SIGN_IN, is_signed_in
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_person_new_to_the_portal_has_an_account_with_what_the_state_said(client: Client, provider: Line) -> None:
    sign_in_nationally(client)

    person = User.objects.get(identity_number="1000000008")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert (person.identity_type, person.full_name) == ("national_id", "نورة محمد سالم اليامي")
    assert (person.mobile, person.email) == ("+966501234567", "noura@state.example")
    assert not person.has_usable_password()


def test_the_level_of_assurance_and_what_was_said_are_kept(client: Client, provider: Line) -> None:
    sign_in_nationally(client)

    kept = NationalConfirmation.objects.get(person__identity_number="1000000008")
    assert kept.assurance == "substantial"
    assert kept.attributes["full_name"] == "نورة محمد سالم اليامي"
    assert all(kept.confirms(name) for name in ("identity_number", "full_name", "mobile", "email"))
    record = client.session["account_authentication_methods"][-1]
    assert (record["method"], record["assurance"]) == ("national", "substantial")


def test_the_way_out_carries_a_challenge_a_state_and_a_nonce(client: Client, provider: Line) -> None:
    asked = parse_qs(urlsplit(begin(client)["location"]).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["state"] != asked["nonce"]
    assert asked["response_type"] == ["code"]


def test_the_verifier_is_sent_to_the_provider_and_was_never_seen_by_the_browser(client: Client, provider: Line) -> None:
    out = begin(client)["location"]
    sign_in_nationally(client)

    token_asked = [body for path, body in provider.asked if path == "/token"]
    assert "code_verifier=" in token_asked[0]
    assert "verifier" not in out


def test_after_it_the_person_is_where_he_was_going(client: Client, provider: Line) -> None:
    response = sign_in_nationally(client, next_url="/ar/apply/a-service/topic/?restore=1")

    assert response["location"] == "/ar/apply/a-service/topic/?restore=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_it(client: Client, provider: Line, elsewhere: str) -> None:
    response = sign_in_nationally(client, next_url=elsewhere)

    assert response["location"] == reverse("my_requests:list")


def test_a_citizen_who_wanted_the_staff_area_is_led_to_his_own_pages(client: Client, provider: Line) -> None:
    response = sign_in_nationally(client, next_url="/admin/")

    assert response["location"] == reverse("my_requests:list")


def test_whoever_was_signed_in_before_leaves_nothing_in_the_session(client: Client, provider: Line) -> None:
    client.force_login(UserFactory(citizen=True))
    back = way_back(client, "noura")
    session = client.session
    session["typed"] = "something of his"
    session.save()

    client.get(back)

    assert client.session["_auth_user_id"] == str(User.objects.get(identity_number="1000000008").pk)
    assert "typed" not in client.session


def test_what_was_begun_before_signing_in_is_still_in_the_session(client: Client, provider: Line) -> None:
    back = way_back(client, "noura")
    session = client.session
    session["guest"] = "a draft"
    session.save()

    client.get(back)

    assert client.session["guest"] == "a draft"


def test_a_closed_account_is_told_in_words_and_stays_as_it_was(client: Client, provider: Line) -> None:
    UserFactory(
        identity_type="national_id", identity_number="1000000008", full_name="اسم قديم", is_active=False, mobile=""
    )

    response = client.get(way_back(client, "noura"), follow=True)

    assert "هذا الحساب مغلق" in response.content.decode()
    assert not is_signed_in(client)
    assert User.objects.get(identity_number="1000000008").full_name == "اسم قديم"


def test_the_sign_in_page_leads_there_with_the_place_one_was_going_to(client: Client, provider: Line) -> None:
    page = client.get(SIGN_IN, {"next": "/ar/apply/a-service/topic/"}).content.decode()

    assert 'href="/ar/account/national/?next=%2Far%2Fapply%2Fa-service%2Ftopic%2F"' in page


def test_without_a_provider_in_the_settings_nothing_of_it_is_there(client: Client, settings: Settings) -> None:
    assert "account/national" not in client.get(SIGN_IN).content.decode()
    for name in ("national_sign_in", "national_callback", "national_stand_in"):
        assert client.get(reverse(name)).status_code == 404


def test_claims_of_other_names_are_found_by_the_settings(client: Client, provider: Line, settings: Settings) -> None:
    names = {**settings.NATIONAL_SIGN_IN["claims"], "full_name": "email"}
    settings.NATIONAL_SIGN_IN = {**settings.NATIONAL_SIGN_IN, "claims": names}

    sign_in_nationally(client)

    assert User.objects.get(identity_number="1000000008").full_name == "noura@state.example"
