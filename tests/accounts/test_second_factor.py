"""Staff show a second factor before anything of the desk opens; citizens are not asked for one."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import count
from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.accounts.models import User
from home.accounts.throttle import CounterCache
from tests.accounts.pages import field_errors, is_signed_in, sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

DESK = "/admin/"
CODE = "/ar/account/second-factor/code/"
SETUP = "/ar/account/second-factor/"
WRONG = "هذا الرمز غير صحيح"
GUESSERS = 16


@pytest.fixture(autouse=True)
def on(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


def code_now(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def wrong_code(secret: str) -> str:
    right = {code_now(secret, steps) for steps in range(-3, 4)}
    return next(code for code in (f"{number:06}" for number in count()) if code not in right)


def with_app(person: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


@pytest.fixture
def staff() -> User:
    return UserFactory(clerk=True, username="khalid")


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor", "editor"])
def test_staff_without_one_are_led_to_set_it_up_from_every_door(client: Client, role: str) -> None:
    client.force_login(UserFactory(**{role: True}))

    for door in (DESK, "/admin/account/", "/admin/pages/", reverse("requests:list")):
        response = client.get(door)
        assert response.status_code == 302
        assert response.url.startswith(SETUP), door
    assert client.get("/api/about").status_code == 403
    assert client.get("/documents/1/x.pdf").url.startswith(SETUP)
    assert client.get(DESK, headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith(SETUP)
    assert client.post(reverse("wagtailadmin_home")).status_code == 302


@pytest.mark.parametrize("address", ["/ar/", "/ar/requests/", "/ar/outbox/", "/ar/apply/window/"])
def test_what_staff_may_see_outside_the_admin_stays_closed_too(client: Client, staff: User, address: str) -> None:
    client.force_login(staff)

    assert client.get(address).url.startswith(SETUP)


@pytest.mark.parametrize("address", ["/ar/requests/", "/ar/apply/window/", DESK])
def test_who_becomes_staff_while_signed_in_is_stopped_at_once(client: Client, address: str) -> None:
    person = UserFactory(citizen=True)
    client.force_login(person)
    assert client.get("/ar/requests/").status_code == 200
    person.groups.add(UserFactory(clerk=True).groups.get())

    assert client.get(address).url.startswith(SETUP)


def test_a_superuser_is_staff_too(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))

    assert client.get(DESK).url.startswith(SETUP)


def test_the_account_itself_stays_open(client: Client, staff: User) -> None:
    client.force_login(staff)

    assert f'href="{SETUP}"' in client.get("/ar/account/").content.decode()
    assert client.get("/en/account/logout/").status_code == 200
    assert client.get(SETUP).status_code == 200


def test_citizens_are_not_asked_for_one(client: Client) -> None:
    client.force_login(UserFactory(citizen=True))

    assert client.get("/ar/requests/").status_code == 200
    assert client.get("/api/about").status_code == 200


def test_it_is_off_where_the_settings_say_so(client: Client, staff: User, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff)

    assert client.get(DESK).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_the_app_up_opens_the_desk_and_gives_recovery_codes(client: Client, staff: User) -> None:
    sign_in(client, "khalid")
    assert client.get(DESK).url.startswith(SETUP)
    app = reverse("mfa_activate_totp")
    again = client.get(app)
    assert again.url.startswith("/ar/account/confirm/")
    client.post(again.url, {"password": PASSWORD})
    page = client.get(app).content.decode()
    found = re.search(r'<code class="second-factor__key" dir="ltr">([A-Z2-7]+)</code>', page)
    assert found
    assert 'src="data:image/svg+xml;base64,' in page

    wrong = client.post(app, {"code": wrong_code(found[1])})
    assert WRONG in " ".join(field_errors(wrong))
    done = client.post(app, {"code": code_now(found[1])}, follow=True)

    assert len(re.findall(r"<li><code>\d{8}</code></li>", done.content.decode())) == 10
    assert client.get(DESK).status_code == 200


def test_setting_up_wants_the_password_again(client: Client, staff: User) -> None:
    client.force_login(staff)
    address = client.get(reverse("mfa_activate_totp")).url

    response = client.post(address, {"password": "wrong"})

    assert "ليست هذه كلمة مرورك الحالية" in response.content.decode() or field_errors(response)
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_the_password_alone_signs_nobody_in_who_has_an_app(client: Client, staff: User) -> None:
    with_app(staff)

    response = sign_in(client, "khalid")

    assert response.url == CODE
    assert not is_signed_in(client)
    assert client.get(DESK).status_code == 302


def test_the_code_of_the_app_opens_the_desk(client: Client, staff: User) -> None:
    secret = with_app(staff)
    sign_in(client, "khalid", next=reverse("requests:list"))

    response = client.post(CODE, {"code": code_now(secret)})

    assert response.url == reverse("requests:list")
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("spelling", ["arabic", "spaced"])
def test_a_code_is_read_as_people_write_it(client: Client, staff: User, spelling: str) -> None:
    code = code_now(with_app(staff))
    written = (
        code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) if spelling == "arabic" else f"{code[:3]} {code[3:]}"
    )
    sign_in(client, "khalid")

    client.post(CODE, {"code": written})

    assert is_signed_in(client)


def test_a_code_opens_once(client: Client, staff: User) -> None:
    code = code_now(with_app(staff))
    sign_in(client, "khalid")
    client.post(CODE, {"code": code})
    other = Client()
    sign_in(other, "khalid")

    other.post(CODE, {"code": code})

    assert not is_signed_in(other)


def test_a_recovery_code_opens_once(client: Client, staff: User) -> None:
    with_app(staff)
    authenticator = Authenticator.objects.get(user=staff, type=Authenticator.Type.RECOVERY_CODES)
    code = authenticator.wrap().get_unused_codes()[0]
    sign_in(client, "khalid")
    client.post(CODE, {"code": code})
    other = Client()
    sign_in(other, "khalid")

    other.post(CODE, {"code": code})

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_after_five_wrong_codes_the_right_one_does_not_open_either(client: Client, staff: User) -> None:
    secret = with_app(staff)
    sign_in(client, "khalid")
    for _attempt in range(5):
        client.post(CODE, {"code": wrong_code(secret)})

    response = client.post(CODE, {"code": code_now(secret)})

    assert not is_signed_in(client)
    assert "انتظر خمس دقائق" in " ".join(field_errors(response))


def test_a_session_from_before_the_app_has_to_show_it(client: Client, staff: User) -> None:
    client.force_login(staff)
    secret = with_app(staff)

    led = client.get(DESK)
    assert led.url.startswith("/ar/account/second-factor/confirm/")
    client.post(led.url, {"code": code_now(secret)})

    assert client.get(DESK).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_removes_the_app_has_to_set_one_up_again(client: Client, staff: User) -> None:
    secret = with_app(staff)
    sign_in(client, "khalid")
    client.post(CODE, {"code": code_now(secret)})
    remove = reverse("mfa_deactivate_totp")
    client.post(client.get(remove).url, {"password": PASSWORD})

    client.post(remove)

    assert not Authenticator.objects.filter(user=staff).exists()
    assert client.get(DESK).url.startswith(SETUP)


def test_an_administrator_forgets_a_lost_app(client: Client, staff: User) -> None:
    with_app(staff)

    call_command("forget_second_factor", "khalid")

    sign_in(client, "khalid")
    assert is_signed_in(client)
    assert client.get(DESK).url.startswith(SETUP)


def _guessed_at_once(person: User, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of many wrong codes, sent at once, were compared with the right one."""
    compared: list[str] = []
    check = TOTP.validate_code

    def counted(self: TOTP, code: str) -> bool:
        compared.append(code)
        return bool(check(self, code))

    monkeypatch.setattr(TOTP, "validate_code", counted)
    guessers = [Client(REMOTE_ADDR=f"10.0.0.{number}") for number in range(GUESSERS)]
    for guesser in guessers:
        sign_in(guesser, person.username)

    def guess(guesser: Client) -> None:
        guesser.post(CODE, {"code": "12345678901"})
        connections.close_all()

    with ThreadPoolExecutor(GUESSERS) as pool:
        list(pool.map(guess, guessers))
    return len(compared)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_no_more_than_five_are_compared(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(staff)

    assert 1 <= _guessed_at_once(staff, monkeypatch) <= 5


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_more_than_five_are_compared(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with_app(staff)
    all_have_read = Barrier(GUESSERS)
    read = CounterCache.get

    def read_together(self: CounterCache, key: str, *args: Any, **kwargs: Any) -> Any:
        found = read(self, key, *args, **kwargs)
        if ":login_failed:5/" in key and current_thread() is not main_thread():
            all_have_read.wait(timeout=30)
        return found

    monkeypatch.setattr(ratelimit, "cache_lock", lambda key: nullcontext(True))
    monkeypatch.setattr(CounterCache, "get", read_together)

    assert _guessed_at_once(staff, monkeypatch) > 5
