"""A password is changed by its owner, and renewed through his e-mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from cms.jobs.models import Job
from home.accounts.jobs import mail_password_renewal
from home.accounts.models import User
from tests.accounts.pages import field_errors, is_signed_in, sign_in, summary, title
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

FORGOTTEN = "/en/account/password/reset/"
CHANGE = "/en/account/password/change/"
NEW = {"password1": "four new quiet words", "password2": "four new quiet words"}


@pytest.fixture
def person() -> User:
    return UserFactory(username="noura", email="noura@example.com")


def letter_to(client: Client, address: str, language: str = "en") -> str:
    client.post(f"/{language}/account/password/reset/", {"email": address})
    for job in Job.objects.filter(kind="mail_password_renewal"):
        mail_password_renewal(job)
    return mail.outbox[-1].body


def link_in(letter: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+/password/reset/key/\S+/)", letter)
    assert found
    return found.group(1)


def test_the_link_of_the_letter_opens_the_account_with_a_new_password(client: Client, person: User) -> None:
    link = link_in(letter_to(client, "Noura@example.com"))
    form = client.get(link, follow=True)
    address = form.request["PATH_INFO"]

    client.post(address, NEW)

    assert is_signed_in(client)
    client.post("/en/account/logout/")
    sign_in(client, "noura", "four new quiet words")
    assert is_signed_in(client)


def test_the_link_works_once(client: Client, person: User) -> None:
    link = link_in(letter_to(client, "noura@example.com"))
    address = client.get(link, follow=True).request["PATH_INFO"]
    client.post(address, NEW)

    again = Client().get(link, follow=True)

    assert "This link is no longer valid" in title(again)


def test_a_link_made_up_is_refused_in_words(client: Client, person: User) -> None:
    response = client.get("/ar/account/password/reset/key/1-made-up/", follow=True)

    assert response.status_code == 200
    assert "انتهت صلاحية هذا الرابط" in title(response)


def test_the_letter_speaks_the_language_of_the_page(client: Client, person: User) -> None:
    letter = letter_to(client, "noura@example.com", language="ar")

    assert "/ar/account/password/reset/key/" in letter
    assert "صالح يوماً واحداً" in letter


def test_the_answer_is_the_same_for_an_address_nobody_has(client: Client, person: User) -> None:
    known = client.post(FORGOTTEN, {"email": "noura@example.com"}, follow=True)
    unknown = client.post(FORGOTTEN, {"email": "nobody@example.com"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content


def test_no_letter_goes_to_an_address_nobody_has(client: Client, person: User) -> None:
    client.post(FORGOTTEN, {"email": "nobody@example.com"})

    assert not Job.objects.exists()
    assert not mail.outbox


def test_a_closed_account_gets_no_letter(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    client.post(FORGOTTEN, {"email": "noura@example.com"})

    assert not Job.objects.exists()


def test_a_family_with_one_address_gets_a_letter_for_each(client: Client, person: User) -> None:
    UserFactory(username="sara", email="noura@example.com")

    letter_to(client, "noura@example.com")

    assert len({link_in(letter.body) for letter in mail.outbox}) == 2


def test_the_job_holds_no_personal_data_and_no_key(client: Client, person: User) -> None:
    client.post(FORGOTTEN, {"email": "noura@example.com"})

    assert Job.objects.get().arguments == {"person": person.pk, "language": "en"}


def test_many_letters_for_one_address_are_slowed_down(client: Client, person: User) -> None:
    for _ in range(3):
        client.post(FORGOTTEN, {"email": "noura@example.com"})

    response = client.post(FORGOTTEN, {"email": "noura@example.com"})

    assert response.status_code == 429


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Write the e-mail address of your account"), ("noura@", "Write the e-mail address like name@example.com")],
)
def test_a_wrong_address_is_told_at_the_field(client: Client, typed: str, words: str) -> None:
    response = client.post(FORGOTTEN, {"email": typed})

    assert field_errors(response) == [words]
    assert words in summary(response)


def test_the_new_password_must_differ_from_nothing_but_be_written_twice(client: Client, person: User) -> None:
    address = client.get(link_in(letter_to(client, "noura@example.com")), follow=True).request["PATH_INFO"]

    response = client.post(address, NEW | {"password2": "another"})

    assert field_errors(response) == ["The two passwords differ. Write the same one twice"]


def test_the_owner_changes_the_password_and_stays_signed_in(client: Client, person: User) -> None:
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD} | NEW, follow=True)

    assert response.request["PATH_INFO"] == "/en/account/"
    assert "Your password has been changed." in response.content.decode()
    assert is_signed_in(client)
    person.refresh_from_db()
    assert person.check_password("four new quiet words")


def test_other_sessions_end_when_the_password_changes(client: Client, person: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    client.force_login(person)

    client.post(CHANGE, {"oldpassword": PASSWORD} | NEW)

    assert elsewhere.get("/en/account/").status_code == 302


def test_a_wrong_current_password_changes_nothing(client: Client, person: User) -> None:
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": "wrong"} | NEW)

    assert field_errors(response) == ["This is not your current password"]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_an_account_without_a_password_chooses_its_first(client: Client) -> None:
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    client.force_login(person)

    client.post(client.get(CHANGE)["Location"], NEW)

    person.refresh_from_db()
    assert person.check_password("four new quiet words")
