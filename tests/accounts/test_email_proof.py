"""An e-mail address opens nothing before somebody has opened the link that was sent to it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from home.accounts.models import AccountMessage, MessageKind, MessageState, User
from home.accounts.national.claims import Confirmed
from home.accounts.national.linking import link
from home.accounts.registration import Registration, register, register_present
from tests.accounts.pages import field_errors, is_signed_in, sign_in, title
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADDRESS = "noura@example.com"
FORGOTTEN = "/en/account/password/reset/"
DETAILS = "/en/account/details/"
SEND = "/en/account/email/link/"
NOT_YET = "Not confirmed yet"
NO_LONGER = "This link is no longer valid"


@pytest.fixture
def person() -> User:
    return UserFactory(citizen=True, username="noura", email=ADDRESS, proved_email="")


@pytest.fixture
def own(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def registration(number: str = "1000000008", **changes: Any) -> Registration:
    typed = {"mobile": "+966501111111", "email": ADDRESS, "full_name": "أحمد محمد سالم اليامي", "password": "x"}
    return Registration(identity_type="national_id", identity_number=number, **(typed | changes))


def links() -> list[str]:
    """What stands in the letters that were sent by now, newest last."""
    run_due_jobs()
    found = [re.search(r"https?://[^/\s]+(/\S+/account/email/\S+/)", letter.body) for letter in mail.outbox]
    return [each.group(1) for each in found if each]


def renewals() -> int:
    Client().post(FORGOTTEN, {"email": ADDRESS})
    return Job.objects.filter(kind="mail_password_renewal").count()


def confirm(client: Client, address: str) -> Any:
    return client.post(address, follow=True)


def test_an_address_that_nobody_proved_renews_no_password_and_signs_nobody_in(client: Client, person: User) -> None:
    sign_in(client, ADDRESS)

    assert renewals() == 0
    assert not is_signed_in(client)


def test_the_link_of_the_registration_proves_the_address(client: Client) -> None:
    register(registration())

    page = client.get(links()[0])
    assert not User.objects.get().email_is_proved, "a program that looks into letters has opened it"
    assert "This address is mine" in page.content.decode()
    done = confirm(client, links()[0])

    assert "The e-mail address is confirmed." in done.content.decode()
    assert User.objects.get().email_is_proved
    assert User.objects.get().history.first().history_user == User.objects.get()
    assert renewals() == 1


def test_the_answer_of_the_recovery_is_the_same_for_an_address_that_is_not_proved(client: Client, person: User) -> None:
    UserFactory(email="proved@example.com")
    answers = [
        client.post(FORGOTTEN, {"email": address}, follow=True)
        for address in (ADDRESS, "proved@example.com", "nobody@example.com")
    ]

    assert len({answer.content for answer in answers}) == 1
    assert len({str(answer.redirect_chain) for answer in answers}) == 1


def test_a_renewal_asked_for_before_the_address_changed_is_not_sent(client: Client) -> None:
    person = UserFactory(email=ADDRESS)
    assert renewals() == 1
    User.objects.filter(pk=person.pk).update(email="other@example.com")

    run_due_jobs()

    assert mail.outbox == []


def test_a_stranger_with_somebodys_address_keeps_its_owner_from_nothing(client: Client) -> None:
    register(registration("1000000016", mobile="+966502222222"))
    stranger = User.objects.get()
    other = Client()
    other.force_login(stranger)
    for _time in range(7):
        other.post(SEND)
    register(registration())
    owner = User.objects.get(identity_number="1000000008")
    client.force_login(owner)

    client.post(SEND)
    confirm(client, links()[-1])

    owner.refresh_from_db()
    stranger.refresh_from_db()
    assert (owner.email_is_proved, stranger.email_is_proved) == (True, False)
    assert renewals() == 1
    assert Job.objects.get(kind="mail_password_renewal").arguments["person"] == owner.pk


def test_strangers_with_the_address_do_not_crowd_its_owner_out(client: Client) -> None:
    for serial in range(9):
        UserFactory(username=f"stranger{serial}", email=ADDRESS, proved_email="")
    owner = UserFactory(email=ADDRESS)

    sign_in(client, ADDRESS)

    assert client.session["_auth_user_id"] == str(owner.pk)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_account_says_that_it_is_not_confirmed_and_sends_the_link_again(
    own: Client, person: User, language: str
) -> None:
    page = own.get(f"/{language}/account/").content.decode()
    assert f'action="/{language}/account/email/link/"' in page

    own.post(f"/{language}/account/email/link/")

    assert links()[0].startswith(f"/{language}/account/email/")
    confirm(own, links()[0])
    assert f'action="/{language}/account/email/link/"' not in own.get(f"/{language}/account/").content.decode()


def test_the_page_marks_it(own: Client, person: User) -> None:
    assert NOT_YET in own.get("/en/account/").content.decode()


def test_so_many_links_are_sent_to_one_account_and_no_more(own: Client, person: User, settings: Settings) -> None:
    settings.LINK_BUDGETS = [(2, 3600)]

    pages = [own.post(SEND, follow=True).content.decode() for _time in range(3)]

    assert ["Too many links were sent for your account. Try again in 60 minutes" in page for page in pages] == [
        False,
        False,
        True,
    ]
    assert AccountMessage.objects.count() == 2


def test_a_proved_address_is_sent_no_link(client: Client) -> None:
    client.force_login(UserFactory(citizen=True))

    client.post(SEND)

    assert not AccountMessage.objects.exists()


def test_who_is_not_signed_in_has_no_link_sent(client: Client) -> None:
    assert client.post(SEND).url.startswith("/en/account/login/")


def test_a_new_address_is_to_be_proved_and_the_old_one_is_told(client: Client) -> None:
    person = UserFactory(citizen=True, email=ADDRESS)
    client.force_login(person)

    page = client.post(DETAILS, {"email": "new@example.com", "password": PASSWORD}, follow=True).content.decode()

    assert "Open the link that we have sent to it." in page
    assert NOT_YET in page
    assert len(links()) == 1
    assert {letter.to[0] for letter in mail.outbox} == {ADDRESS, "new@example.com"}
    confirm(client, links()[0])
    person.refresh_from_db()
    assert (person.email, person.email_is_proved) == ("new@example.com", True)


def test_an_old_address_that_nobody_proved_learns_no_name(own: Client, person: User) -> None:
    own.post(DETAILS, {"email": "", "password": PASSWORD})
    run_due_jobs()

    assert person.full_name not in mail.outbox[0].body
    assert "This one was taken out of it" in mail.outbox[0].body


def test_too_many_changes_are_told_at_the_field_and_change_nothing(
    own: Client, person: User, settings: Settings
) -> None:
    settings.LINK_BUDGETS = [(1, 3600)]
    own.post(SEND)

    response = own.post(DETAILS, {"email": "new@example.com", "password": PASSWORD})

    assert "Too many links were sent" in field_errors(response)[0]
    assert 'value="new@example.com"' in response.content.decode()
    assert User.objects.get(pk=person.pk).email == ADDRESS
    assert AccountMessage.objects.count() == 1


def test_a_link_ends_with_its_day(own: Client, person: User) -> None:
    own.post(SEND)
    address = links()[0]

    with time_machine.travel(timezone.localtime() + timedelta(days=1, minutes=1)):
        assert NO_LONGER in title(Client().get(address))
        assert NO_LONGER in title(Client().post(address))
    assert not User.objects.get().email_is_proved


def test_a_link_ends_when_the_account_has_another_address(own: Client, person: User) -> None:
    own.post(SEND)
    address = links()[0]
    User.objects.update(email="new@example.com")

    assert NO_LONGER in title(Client().post(address))
    assert not User.objects.get().email_is_proved


def test_a_link_of_one_account_proves_nothing_of_another(own: Client, person: User) -> None:
    other = UserFactory(email=ADDRESS, proved_email="")
    own.post(SEND)
    _empty, language, account, email, _uid, key, _end = links()[0].split("/")
    from allauth.account.utils import user_pk_to_url_str

    confirm(Client(), f"/{language}/{account}/{email}/{user_pk_to_url_str(other)}/{key}/")

    other.refresh_from_db()
    assert not other.email_is_proved


@pytest.mark.parametrize("address", ["1/made-up", "zzzzzzzzzzzzz/abc-def", "-/-", "zzzzzzzzzzzzzzzzzzzz/a"])
def test_a_link_made_up_is_refused_in_words(client: Client, person: User, address: str) -> None:
    assert NO_LONGER in title(client.get(f"/en/account/email/{address}/"))


def test_a_link_opened_twice_says_that_it_is_done(own: Client, person: User) -> None:
    own.post(SEND)
    confirm(own, links()[0])

    assert "Your e-mail address is confirmed" in title(own.get(links()[0]))


def test_a_key_for_an_address_is_none_for_a_password_and_the_other_way_round(own: Client, person: User) -> None:
    own.post(SEND)
    _empty, _language, _account, _email, uid, key, _end = links()[0].split("/")

    renewing = Client().get(f"/en/account/password/reset/key/{uid}-{key}/", follow=True)

    assert NO_LONGER in title(renewing)


def test_the_key_stands_in_no_table(own: Client, person: User) -> None:
    own.post(SEND)
    key = links()[0].split("/")[-2]

    assert not AccountMessage.objects.filter(text__contains=key).exists()
    assert AccountMessage.objects.get().text == ""
    assert not any(key in str(job.arguments) for job in Job.objects.all())


def test_the_letter_names_nobody(own: Client, person: User) -> None:
    """It may have gone to a stranger; nor does a stranger write words of his own into it, as a name."""
    own.post(SEND)
    links()

    assert person.full_name not in mail.outbox[0].body
    assert person.full_name not in Client().get(links()[0]).content.decode()


def test_a_letter_that_waited_until_the_address_changed_is_not_sent(own: Client, person: User) -> None:
    own.post(SEND)
    User.objects.update(email="new@example.com")

    assert links() == []
    assert AccountMessage.objects.get().state == MessageState.LATE


# --- Whoever else wrote the address down ------------------------------------------------------------------


def test_an_address_a_clerk_wrote_down_at_the_window_is_to_be_proved() -> None:
    clerk = UserFactory(clerk=True)
    person, _is_new = register_present(registration(), by=clerk)

    assert not person.email_is_proved
    assert len(links()) == 1


def test_an_address_of_the_state_is_to_be_proved_too() -> None:
    person = link(Confirmed("national_id", "1000000008", "نورة محمد سالم اليامي", email=ADDRESS))

    assert not person.email_is_proved
    assert len(links()) == 1


def test_where_the_state_has_another_address_the_old_one_is_told() -> None:
    for address in (ADDRESS, "new@example.com"):
        link(Confirmed("national_id", "1000000008", "نورة محمد سالم اليامي", email=address))

    kinds = AccountMessage.objects.order_by("pk").values_list("kind", "recipient")
    assert list(kinds) == [
        (MessageKind.EMAIL_PROOF, ADDRESS),
        (MessageKind.EMAIL_LEFT, ADDRESS),
        (MessageKind.EMAIL_PROOF, "new@example.com"),
    ]


def test_an_administrator_who_changes_an_address_proves_nothing(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    person = UserFactory(citizen=True, email=ADDRESS, mobile="")

    told = {"username": person.username, "full_name": person.full_name, "email": "new@example.com", "is_active": "on"}
    answer = client.post(f"/admin/users/edit/{person.pk}/", told)

    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.email, person.email_is_proved) == ("new@example.com", False)
    kinds = AccountMessage.objects.order_by("pk").values_list("kind", "recipient")
    assert list(kinds) == [(MessageKind.EMAIL_LEFT, ADDRESS), (MessageKind.EMAIL_PROOF, "new@example.com")]


def test_an_administrator_who_changes_something_else_sends_nothing(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    person = UserFactory(citizen=True, email=ADDRESS, mobile="")

    told = {"username": person.username, "full_name": "Another", "email": ADDRESS, "is_active": "on"}
    client.post(f"/admin/users/edit/{person.pk}/", told)

    person.refresh_from_db()
    assert (person.full_name, person.email_is_proved) == ("Another", True)
    assert not AccountMessage.objects.exists()
