"""The mobile of an account changes by password and code, and both numbers are told."""

from typing import Any

import pytest
from django.test import Client

from home.accounts.models import AccountMessage, MessageKind, User
from home.accounts.national.claims import Confirmed
from home.accounts.national.linking import link
from tests.accounts.codes import another_than, latest_code
from tests.accounts.pages import field_errors, summary
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/en/account/mobile/"
CODE = "/en/account/mobile/code/"
OLD, NEW = "+966501234567", "+966509999999"


@pytest.fixture
def person() -> User:
    return UserFactory(mobile=OLD, proved_mobile=OLD)


@pytest.fixture
def own(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def ask(client: Client, mobile: str = "٠٥٠٩٩٩٩٩٩٩", password: str = PASSWORD) -> Any:
    return client.post(PAGE, {"mobile": mobile, "password": password})


def told() -> set[tuple[str, str]]:
    messages = AccountMessage.objects.exclude(kind=MessageKind.CODE)
    return {(message.kind, message.recipient) for message in messages}


def test_the_code_changes_the_mobile_and_both_numbers_are_told(own: Client, person: User) -> None:
    ask(own)
    person.refresh_from_db()
    assert person.mobile == OLD

    own.post(CODE, {"code": latest_code()})

    person.refresh_from_db()
    assert person.mobile == NEW
    assert person.mobile_is_proved
    assert told() == {("mobile_left", OLD), ("mobile_came", NEW)}


def test_both_numbers_are_told_where_an_administrator_changes_it(client: Client, person: User) -> None:
    client.force_login(UserFactory(is_superuser=True))
    typed = {"username": person.username, "full_name": person.full_name, "email": person.email, "is_active": "on"}

    answer = client.post(f"/admin/users/edit/{person.pk}/", typed | {"mobile": "0509999999"})

    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.mobile, person.mobile_is_proved) == (NEW, False)
    assert told() == {("mobile_left", OLD), ("mobile_came", NEW)}


def test_both_numbers_are_told_where_the_state_has_another(db: None) -> None:
    for mobile in (OLD, NEW):
        link(Confirmed("national_id", "1000000008", "نورة محمد سالم اليامي", mobile=mobile))

    assert told() == {("mobile_left", OLD), ("mobile_came", NEW)}


def test_the_history_says_who_changed_it(own: Client, person: User) -> None:
    ask(own)
    own.post(CODE, {"code": latest_code()})

    change = person.history.first()
    assert (change.mobile, change.history_user) == (NEW, person)


def test_without_the_password_no_code_is_sent(own: Client) -> None:
    response = ask(own, password="wrong")

    assert field_errors(response) == ["This is not your current password"]
    assert "٠٥٠٩٩٩٩٩٩٩" in response.content.decode()
    assert not AccountMessage.objects.exists()


def test_a_wrong_code_changes_nothing(own: Client, person: User) -> None:
    ask(own)

    response = own.post(CODE, {"code": another_than(latest_code())})

    person.refresh_from_db()
    assert "not right" in summary(response)
    assert person.mobile == OLD


def test_the_own_number_is_proved_without_telling_anybody_of_a_change(client: Client) -> None:
    person = UserFactory(mobile=OLD)
    client.force_login(person)
    assert "Not proved yet" in client.get("/en/account/").content.decode()

    ask(client, OLD)
    client.post(CODE, {"code": latest_code()})

    person.refresh_from_db()
    assert person.mobile_is_proved
    assert told() == set()
    assert "Not proved yet" not in client.get("/en/account/").content.decode()


def test_a_code_that_another_person_asked_for_in_this_browser_is_not_taken(own: Client, person: User) -> None:
    ask(own)
    other = UserFactory(mobile="+966507777777")
    session = own.session
    session["codes"]["mobile"]["about"] = str(other.pk)
    session.save()

    own.post(CODE, {"code": latest_code()})

    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.mobile, other.mobile) == (OLD, "+966507777777")


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/en/account/login/")
    assert client.get(CODE)["Location"].startswith("/en/account/login/")
