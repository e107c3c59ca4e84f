"""Who comes in, by which name, and where he is taken."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from home.accounts.models import User
from tests.accounts.pages import SIGN_IN, field_errors, is_signed_in, sign_in, summary, title
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory(
        username="noura",
        identity_type="national_id",
        identity_number="1000000008",
        mobile="+966501234567",
        email="noura@example.com",
    )


NAMES = ["noura", "NOURA", " noura ", "1000000008", "١٠٠٠٠٠٠٠٠٨", "1000 000 008", "\u200e1000000008"]
MOBILES = ["0501234567", "٠٥٠ ١٢٣ ٤٥٦٧", "00966501234567", "+966501234567"]
ADDRESSES = ["noura@example.com", "Noura@Example.com "]


@pytest.mark.parametrize("login", NAMES + MOBILES + ADDRESSES)
def test_any_name_a_person_is_known_by_opens_the_account(client: Client, person: User, login: str) -> None:
    sign_in(client, login)

    assert client.session["_auth_user_id"] == str(person.pk)


def test_of_two_people_with_one_number_the_password_decides(client: Client, person: User) -> None:
    traveller = UserFactory(identity_type="border_number", identity_number="1000000008")
    traveller.set_password("another-password")
    traveller.save()

    sign_in(client, "1000000008", "another-password")

    assert client.session["_auth_user_id"] == str(traveller.pk)


def test_of_a_family_with_one_mobile_the_password_decides(client: Client, person: User) -> None:
    daughter = UserFactory(mobile=person.mobile)
    daughter.set_password("another-password")
    daughter.save()

    sign_in(client, "0501234567", "another-password")

    assert client.session["_auth_user_id"] == str(daughter.pk)


def test_the_ninth_of_a_mobile_signs_in_by_it_like_the_first(client: Client, person: User) -> None:
    for _serial in range(7):
        UserFactory(mobile=person.mobile, password="another-password")
    ninth = UserFactory(mobile=person.mobile, password="a-third-password")
    last = UserFactory(mobile=person.mobile, password="a-fourth-password")

    for password, whose in (("a-third-password", ninth), ("a-fourth-password", last)):
        sign_in(client, "0501234567", password)
        assert client.session["_auth_user_id"] == str(whose.pk)
        client.logout()


def test_a_name_of_many_costs_the_address_it_is_tried_from_an_attempt_for_every_eight(
    client: Client, person: User, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "4/m/ip,100/5m/key"}
    for _serial in range(16):
        UserFactory(mobile=person.mobile)

    told = [field_errors(sign_in(client, login, "wrong")) for login in ("0501234567", "nobody", "nobody")]

    assert ["محاولات" in words[0] for words in told] == [False, False, True]


def test_an_empty_name_finds_nobody(client: Client) -> None:
    UserFactory(identity_number="")

    sign_in(client, " - ")

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("language", "start", "words"),
    [
        ("ar", "خطأ:", "ما تدخل به أو كلمة المرور غير صحيح"),
        ("en", "Error:", "What you sign in with, or the password, is not right"),
    ],
)
def test_a_wrong_password_is_told_in_the_readers_language(
    client: Client, person: User, language: str, start: str, words: str
) -> None:
    response = sign_in(client, "noura", "wrong", door=f"/{language}/account/login/")

    assert title(response).startswith(start)
    assert words in summary(response)
    assert words in field_errors(response)[0]
    assert 'value="noura"' in response.content.decode()


def test_the_answer_is_the_same_whether_or_not_the_account_exists(client: Client, person: User) -> None:
    known = sign_in(client, "noura", "wrong")
    unknown = sign_in(client, "nobody", "wrong")

    assert known.status_code == unknown.status_code == 200
    assert summary(known) == summary(unknown)


def test_an_unknown_name_costs_one_password_hash_like_a_known_one(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    from django.contrib.auth.hashers import MD5PasswordHasher

    original = MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str, *rest: Any) -> str:
        hashed.append(password)
        return original(self, password, salt, *rest)

    monkeypatch.setattr(encode, counting)
    sign_in(client, "noura", "wrong-one")
    sign_in(client, "nobody", "wrong-two")

    assert hashed.count("wrong-one") == hashed.count("wrong-two") == 1


def test_nothing_typed_is_told_at_both_fields(client: Client) -> None:
    response = client.post("/en/account/login/", {"login": "", "password": ""})

    assert field_errors(response) == ["Write your identity number, mobile or e-mail", "Write your password"]
    assert 'href="#id_login"' in response.content.decode()


def test_a_closed_account_is_told_so_only_with_the_right_password(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert sign_in(client, "noura", "wrong").status_code == 200
    assert sign_in(client, "noura")["Location"] == "/ar/account/inactive/"
    assert not is_signed_in(client)
    assert client.get("/ar/account/inactive/").status_code == 200


def test_a_citizen_lands_on_his_own_pages(client: Client, person: User) -> None:
    destination = sign_in(client, "noura")["Location"]

    assert destination == "/ar/requests/"


def test_staff_land_on_the_desk(client: Client) -> None:
    UserFactory(username="clerk-one", is_superuser=True)

    assert sign_in(client, "clerk-one")["Location"] == "/admin/"


def test_the_page_a_person_came_from_is_returned_to(client: Client, person: User) -> None:
    step = "/ar/apply/appointment/topic/?from=review"
    page = client.get(SIGN_IN, {"next": step})
    assert f'name="next" value="{step}"' in page.content.decode()

    response = sign_in(client, "noura", next=step)

    assert response["Location"] == step


def test_a_wrong_password_keeps_the_way_back(client: Client, person: User) -> None:
    response = sign_in(client, "noura", "wrong", next="/ar/apply/appointment/topic/")

    page = response.content.decode()
    assert 'name="next" value="/ar/apply/appointment/topic/"' in page
    assert "/ar/account/signup/?next=%2Far%2Fapply%2Fappointment%2Ftopic%2F" in page


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "https:///evil.example"],
)
def test_nobody_is_sent_to_another_site(client: Client, person: User, elsewhere: str) -> None:
    response = sign_in(client, "noura", next=elsewhere)

    assert is_signed_in(client)
    assert "evil" not in response["Location"]
    assert response["Location"].startswith("/ar/")


@pytest.mark.parametrize("door", ["/ar/account/login/", "/admin/login/"])
def test_a_citizen_who_asks_for_the_staff_area_gets_his_own_pages(client: Client, person: User, door: str) -> None:
    response = sign_in(client, "noura", next="/admin/", door=door)

    assert not response["Location"].startswith("/admin/")


def test_a_signed_in_citizen_is_not_sent_round_in_circles(client: Client, person: User) -> None:
    client.force_login(person)

    response = client.get("/admin/", follow=True)

    assert len(response.redirect_chain) <= 3
    assert not response.request["PATH_INFO"].startswith("/admin/")


def test_sign_out_needs_a_post(client: Client, person: User) -> None:
    client.force_login(person)

    assert client.get("/ar/account/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/ar/account/logout/")["Location"] == "/ar/"
    assert not is_signed_in(client)


def test_the_session_ends_with_the_browser_and_within_a_working_day(client: Client, person: User) -> None:
    response = sign_in(client, "noura")

    assert response.cookies["sessionid"]["max-age"] == ""
    assert client.session.get_expiry_age() == 9 * 60 * 60


def test_the_password_is_never_shown_again(client: Client, person: User) -> None:
    response = sign_in(client, "nobody", "a-typed-password")

    assert "a-typed-password" not in response.content.decode()


def test_a_page_with_a_sign_in_form_is_not_kept(client: Client) -> None:
    assert "no-store" in client.get(SIGN_IN)["Cache-Control"]


def test_anonymous_people_are_asked_to_sign_in_and_come_back(client: Client) -> None:
    assert client.get("/en/account/")["Location"] == "/en/account/login/?next=/en/account/"
