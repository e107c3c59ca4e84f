"""The own account: what it shows, what can be changed, what a form may take from it."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.jobs.running import run_due_jobs
from home.accounts.known import known_answers
from home.accounts.models import AccountMessage, NationalConfirmation, User
from tests.accounts.pages import field_errors, title
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

DETAILS = "/en/account/details/"


@pytest.fixture
def person() -> User:
    return UserFactory(
        username="noura",
        full_name="نورة محمد سالم اليامي",
        identity_type="national_id",
        identity_number="1000000008",
        mobile="+966501234567",
        email="noura@example.com",
    )


@pytest.fixture
def own(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize(("language", "name"), [("ar", "حسابي"), ("en", "My account")])
def test_the_page_shows_who_one_is(own: Client, language: str, name: str) -> None:
    response = own.get(f"/{language}/account/")

    page = response.content.decode()
    assert title(response).startswith(name)
    assert "نورة محمد سالم اليامي" in page
    assert '<bdi dir="ltr">1000000008</bdi>' in page
    assert '<bdi dir="ltr">050 123 4567</bdi>' in page


def test_it_leads_to_the_password_and_out(own: Client) -> None:
    page = own.get("/ar/account/").content.decode()

    assert 'href="/ar/account/password/change/"' in page
    assert 'action="/ar/account/logout/"' in page


def test_a_citizen_sees_no_way_to_the_desk(own: Client) -> None:
    assert 'href="/admin/"' not in own.get("/ar/account/").content.decode()


def test_staff_see_the_way_to_the_desk(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))

    assert 'href="/admin/"' in client.get("/ar/account/").content.decode()


def test_what_the_state_vouches_for_says_where_it_comes_from(own: Client, person: User) -> None:
    told = {name: getattr(person, name) for name in ("full_name", "identity_type", "identity_number")}
    NationalConfirmation.objects.create(person=person, attributes=told, confirmed_at=timezone.now())

    page = own.get("/en/account/").content.decode()

    assert page.count("From the national sign-in") == 2  # the name and the identity; he proved the mobile himself
    assert "come to the service centre" not in page


def test_the_e_mail_is_changed_with_the_password_and_the_old_address_is_told(own: Client, person: User) -> None:
    own.post(DETAILS, {"email": "New@example.com", "password": PASSWORD})
    run_due_jobs()

    person.refresh_from_db()
    letter = next(letter for letter in mail.outbox if letter.to == ["noura@example.com"])
    assert person.email == "new@example.com"
    assert "This one was taken out of it" in letter.body
    assert "new@example.com" not in letter.body


def test_an_e_mail_that_stays_tells_nobody(own: Client) -> None:
    own.post(DETAILS, {"email": "noura@example.com", "password": PASSWORD})

    assert not AccountMessage.objects.exists()


def test_the_change_is_kept_in_the_history_with_its_author(own: Client, person: User) -> None:
    own.post(DETAILS, {"email": "", "password": PASSWORD})

    change = person.history.first()
    assert change.history_user == person
    assert change.email == ""


def test_without_the_password_nothing_is_changed(own: Client, person: User) -> None:
    response = own.post(DETAILS, {"email": "new@example.com", "password": "wrong"})

    person.refresh_from_db()
    assert field_errors(response) == ["This is not your current password"]
    assert person.email == "noura@example.com"


@pytest.mark.parametrize("page", ["details/", "mobile/"])
def test_who_has_no_password_chooses_one_first(client: Client, page: str) -> None:
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    client.force_login(person)

    assert client.get(f"/en/account/{page}")["Location"] == "/en/account/password/set/"


def test_name_and_identity_are_not_changed_here(own: Client, person: User) -> None:
    own.post(
        DETAILS,
        {
            "mobile": "0509999999",
            "email": "",
            "password": PASSWORD,
            "full_name": "Other",
            "identity_number": "1000000016",
            "is_superuser": "on",
        },
    )

    person.refresh_from_db()
    assert (person.full_name, person.identity_number) == ("نورة محمد سالم اليامي", "1000000008")
    assert not person.is_superuser
    assert person.mobile == "+966501234567"


def test_the_form_shows_what_is_stored_as_people_write_it(own: Client) -> None:
    assert 'value="noura@example.com"' in own.get(DETAILS).content.decode()
    assert 'value="050 123 4567"' in own.get("/en/account/mobile/").content.decode()


def test_a_form_takes_from_the_account_what_it_knows(person: User) -> None:
    assert known_answers(person) == {
        "full_name": "نورة محمد سالم اليامي",
        "email": "noura@example.com",
        "mobile": "+966501234567",
        "identity": {"type": "national_id", "number": "1000000008"},
    }


def test_what_the_account_does_not_know_is_left_out() -> None:
    person = User(full_name="", email="", mobile="", identity_type="", identity_number="")

    assert known_answers(person) == {}


def test_signing_in_is_no_event_of_a_persons_history(client: Client, person: User) -> None:
    before = person.history.count()

    client.post("/en/account/login/", {"login": "noura", "password": PASSWORD})

    person.refresh_from_db()
    assert person.last_login
    assert person.history.count() == before


def test_the_history_keeps_no_password(person: User) -> None:
    assert not hasattr(person.history.first(), "password")


def test_a_saved_person_after_a_sign_in_has_history_again(person: User) -> None:
    person.save(update_fields=["last_login"])
    before = person.history.count()

    person.full_name = "نورة سالم"
    person.save()

    assert person.history.count() == before + 1
