"""How often a wrong password may be tried, at every door."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import caches
from django.db import connection, connections
from django.test import Client

from home.accounts.models import ThrottleCounter, User
from tests.accounts.pages import is_signed_in, sign_in, summary
from tests.factories import UserFactory

DOORS = ["/ar/account/login/", "/en/account/login/", "/admin/login/", "/ar/_util/login/"]
LOCKED = "Too many failed attempts. Wait five minutes, then try again"


@pytest.fixture
def person(db: None) -> User:
    return UserFactory(
        username="noura",
        identity_type="national_id",
        identity_number="1000000008",
        mobile="+966501234567",
        email="noura@example.com",
    )


def try_wrongly(client: Client, times: int, login: str = "noura", door: str = DOORS[0]) -> None:
    for attempt in range(times):
        sign_in(client, login, f"wrong-{attempt}", door=door)


@pytest.mark.parametrize("door", DOORS)
def test_after_five_wrong_passwords_the_right_one_does_not_open_either(client: Client, person: User, door: str) -> None:
    try_wrongly(client, 5, door=door)

    response = sign_in(client, "noura", door=door)

    assert response.status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("door", DOORS)
def test_four_wrong_passwords_are_forgiven(client: Client, person: User, door: str) -> None:
    try_wrongly(client, 4, door=door)

    sign_in(client, "noura", door=door)

    assert is_signed_in(client)


def test_the_sixth_attempt_says_how_long_to_wait(client: Client, person: User) -> None:
    try_wrongly(client, 5)

    response = sign_in(client, "noura", "wrong", door="/en/account/login/")

    assert LOCKED in summary(response)


def test_one_count_for_all_doors_and_all_spellings(client: Client, person: User) -> None:
    spellings = ["NOURA", "Noura@example.com", "١٠٠٠٠٠٠٠٠٨", "1000-000-008", "٠٥٠ ١٢٣ ٤٥٦٧"]
    for place, login in enumerate(spellings):
        sign_in(client, login, "wrong", door=DOORS[place % len(DOORS)])

    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_a_name_that_means_several_people_is_counted_for_each_of_them(client: Client, person: User) -> None:
    """Whoever opens accounts with somebody's e-mail makes new families of names, not new attempts."""
    UserFactory(username="sara", email=person.email)
    try_wrongly(client, 4, login="sara")

    sign_in(Client(REMOTE_ADDR="10.0.0.7"), person.email, "wrong")
    sign_in(client, "sara")

    assert not is_signed_in(client)


def test_another_host_name_gives_no_more_attempts(person: User) -> None:
    try_wrongly(Client(headers={"host": "localhost"}), 5)

    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_another_address_gives_no_more_attempts_at_one_account(person: User) -> None:
    for last in range(5):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{last}"), "noura", "wrong")

    client = Client(REMOTE_ADDR="10.0.0.99")
    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_an_address_in_front_of_the_proxy_cannot_be_made_up(person: User) -> None:
    for last in range(10):
        sign_in(Client(headers={"x-forwarded-for": f"10.0.0.{last}"}), f"nobody-{last}", "wrong")

    client = Client(headers={"x-forwarded-for": "10.0.0.99"})
    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_one_address_cannot_try_many_accounts(client: Client, person: User) -> None:
    for number in range(10):
        sign_in(client, f"nobody-{number}", "wrong")

    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_a_name_nobody_has_is_locked_like_an_account(client: Client, person: User) -> None:
    try_wrongly(client, 5, login="nobody")

    response = sign_in(client, "nobody", door="/en/account/login/")

    assert LOCKED in summary(response)


def test_somebody_elses_sign_in_does_not_unlock(client: Client, person: User) -> None:
    UserFactory(username="attacker")
    try_wrongly(client, 5)

    sign_in(Client(), "attacker")
    sign_in(client, "noura")

    assert not is_signed_in(client)


def test_the_count_lives_in_the_database(client: Client, person: User) -> None:
    try_wrongly(client, 5)
    assert ThrottleCounter.objects.filter(cache_key__contains="login_failed").exists()

    # A new process knows nothing but the database.
    del caches["default"]
    sign_in(Client(), "noura")
    still_locked = User.objects.get(pk=person.pk).last_login is None
    ThrottleCounter.objects.all().delete()
    sign_in(client, "noura")

    assert still_locked
    assert is_signed_in(client)


def test_filling_the_table_forgets_no_live_count(client: Client, person: User, settings: object) -> None:
    cache = caches["default"]
    try_wrongly(client, 5)
    limit, cache._max_entries = cache._max_entries, 3
    try:
        cache.set("expired", 1, timeout=-5)
        for number in range(20):
            cache.set(f"other-{number}", 1, timeout=60)
    finally:
        cache._max_entries = limit
    sign_in(client, "noura")

    assert not is_signed_in(client)
    assert not ThrottleCounter.objects.filter(cache_key__endswith="expired").exists()


def test_the_current_password_is_no_place_to_guess_in(client: Client, person: User) -> None:
    client.force_login(person)
    for attempt in range(5):
        client.post("/en/account/details/", {"email": "new@example.com", "password": f"wrong-{attempt}"})

    response = client.post("/en/account/details/", {"email": "new@example.com", "password": "diwan-tests"})

    assert LOCKED in summary(response)
    person.refresh_from_db()
    assert person.email != "new@example.com"


def test_the_password_reset_of_the_admin_leads_to_ours(client: Client, db: None) -> None:
    assert client.get("/admin/password_reset/")["Location"].endswith("/account/password/reset/")


@pytest.mark.parametrize("rest", ["done/", "complete/", "confirm/MQ/key-of-it/"])
def test_no_other_page_of_it_is_left(client: Client, db: None, rest: str) -> None:
    response = client.get(f"/admin/password_reset/{rest}", follow=True)

    assert response.status_code == 404


def test_the_admin_signs_out_by_post_only(client: Client, person: User) -> None:
    client.force_login(person)

    client.get("/admin/logout/")
    assert is_signed_in(client)
    client.post("/admin/logout/")

    assert not is_signed_in(client)


def test_twenty_guesses_at_once_compare_five_passwords(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    person = UserFactory(username="noura")
    compared: list[str] = []
    verify = MD5PasswordHasher.verify

    def counting(self: MD5PasswordHasher, password: str, encoded: str) -> bool:
        compared.append(password)
        return verify(self, password, encoded)

    monkeypatch.setattr(MD5PasswordHasher, "verify", counting)

    def guess(number: int) -> None:
        try:
            # An address each, so that the limit of the account is what holds.
            sign_in(Client(REMOTE_ADDR=f"10.0.1.{number}"), "noura", f"guess-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as guessers:
        list(guessers.map(guess, range(20)))

    assert person.pk
    assert 1 <= len(compared) <= 5, connection.vendor
