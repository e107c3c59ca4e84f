"""Coming in by mobile and identity number: never by these two alone, and nobody learns whose they are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.jobs.models import Job
from home.accounts.models import AccountMessage, CodeBudget, OneTimeCode, User
from tests.accounts.codes import another_than, codes_for, latest_code
from tests.accounts.pages import field_errors, is_signed_in, sign_in, summary, title
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ASK = "/en/account/login/code/"
CONFIRM = "/en/account/login/code/confirm/"
MOBILE = "+966501234567"
RIGHT = {"mobile": "٠٥٠ ١٢٣ ٤٥٦٧", "identity_number": "١٠٠٠ ٠٠٠ ٠٠٨"}


@pytest.fixture
def person() -> User:
    return UserFactory(
        identity_type="national_id",
        identity_number="1000000008",
        mobile=MOBILE,
        proved_mobile=MOBILE,
    )


def come_in(client: Client, typed: dict[str, str] = RIGHT, **more: str) -> Any:
    client.post(ASK, typed | more)
    return client.post(CONFIRM, {"code": latest_code(), **more})


def test_both_numbers_and_the_code_open_the_account(client: Client, person: User) -> None:
    response = come_in(client)

    assert client.session["_auth_user_id"] == str(person.pk)
    assert response["Location"] == "/en/requests/"


def test_the_two_numbers_alone_open_nothing(client: Client, person: User) -> None:
    client.post(ASK, RIGHT)

    assert not is_signed_in(client)
    assert codes_for(MOBILE) == 1


def test_the_way_on_survives_the_code(client: Client, person: User) -> None:
    step = "/en/apply/appointment/topic/"
    asked = client.post(ASK, RIGHT | {"next": step})
    page = client.get(asked["Location"]).content.decode()
    wrong = client.post(CONFIRM, {"code": another_than(latest_code()), "next": step}).content.decode()
    response = client.post(CONFIRM, {"code": latest_code(), "next": step})

    assert f'name="next" value="{step}"' in page
    assert f'name="next" value="{step}"' in wrong
    assert response["Location"] == step


def test_nobody_is_sent_to_another_site(client: Client, person: User) -> None:
    response = come_in(client, next="https://evil.example/")

    assert is_signed_in(client)
    assert "evil" not in response["Location"]


def test_a_citizen_who_asks_for_the_desk_gets_his_own_pages(client: Client, person: User) -> None:
    assert come_in(client, next="/admin/")["Location"] == "/en/requests/"


@pytest.mark.parametrize(
    "typed",
    [
        {"mobile": "0507777777", "identity_number": "1000000008"},
        {"mobile": "0501234567", "identity_number": "1000000016"},
        {"mobile": "0507777777", "identity_number": "1000000016"},
    ],
)
def test_numbers_that_are_not_one_persons_get_the_same_answer_and_no_message(
    client: Client, person: User, typed: dict[str, str]
) -> None:
    stranger = Client(REMOTE_ADDR="10.0.0.9")
    known = client.post(ASK, RIGHT)
    CodeBudget.objects.all().delete()
    unknown = stranger.post(ASK, typed)
    pages = [browser.get(CONFIRM).content.decode() for browser in (client, stranger)]

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert title(client.get(CONFIRM)) == title(stranger.get(CONFIRM))
    assert all("If both numbers belong to one account" in page for page in pages)
    assert AccountMessage.objects.filter(code__reaches=True).count() == 1
    for browser in (client, stranger):
        said = summary(browser.post(CONFIRM, {"code": "000000" if latest_code() != "000000" else "000001"}))
        assert "You can try 2 more times" in said
    assert "not right" in summary(stranger.post(CONFIRM, {"code": latest_code()}))
    assert not is_signed_in(stranger)


def test_known_and_unknown_cost_the_same_statements(client: Client, person: User) -> None:
    client.get(ASK)
    counts = []
    for typed in (RIGHT, {"mobile": "0507777777", "identity_number": "1000000016"}):
        CodeBudget.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            Client(REMOTE_ADDR="10.0.0.8").post(ASK, typed)
        counts.append(len(asked))

    assert counts[0] == counts[1] > 5
    assert OneTimeCode.objects.count() == Job.objects.count() == 2


def test_a_mobile_that_nobody_has_proved_gets_no_code(client: Client) -> None:
    UserFactory(identity_type="national_id", identity_number="1000000008", mobile=MOBILE)

    come_in(client)

    assert codes_for(MOBILE) == 0
    assert not is_signed_in(client)


def test_a_proof_does_not_outlive_a_change_of_the_number_by_the_office(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(mobile="+966507777777")

    come_in(client, {"mobile": "0507777777", "identity_number": "1000000008"})

    assert codes_for("+966507777777") == 0


def test_whom_a_clerk_registered_at_the_window_comes_in_by_a_code_and_has_his_mobile_proved(client: Client) -> None:
    person = UserFactory(identity_type="national_id", identity_number="1000000008", mobile=MOBILE)
    person.set_unusable_password()
    person.save()

    come_in(client)

    person.refresh_from_db()
    assert is_signed_in(client)
    assert person.mobile_is_proved


def test_a_closed_account_gets_no_code(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    come_in(client)

    assert codes_for(MOBILE) == 0
    assert not is_signed_in(client)


def test_an_account_closed_after_the_code_was_sent_stays_closed(client: Client, person: User) -> None:
    client.post(ASK, RIGHT)
    User.objects.filter(pk=person.pk).update(is_active=False)

    response = client.post(CONFIRM, {"code": latest_code()}, follow=True)

    assert not is_signed_in(client)
    assert "This did not work" in response.content.decode()


def test_a_family_with_one_mobile_is_told_apart_by_the_identity_number(client: Client, person: User) -> None:
    son = UserFactory(identity_type="national_id", identity_number="1000000016", mobile=MOBILE, proved_mobile=MOBILE)

    come_in(client, {"mobile": "0501234567", "identity_number": "1000000016"})

    assert client.session["_auth_user_id"] == str(son.pk)


def test_what_was_typed_stays_with_its_mistakes(client: Client) -> None:
    response = client.post(ASK, {"mobile": "12", "identity_number": "1000000008"})

    assert "Write the mobile number in 9 digits" in field_errors(response)[0]
    assert 'value="12"' in response.content.decode()
    assert 'value="1000000008"' in response.content.decode()


# --- Renewing a forgotten password ----------------------------------------------------------------------

RENEW = "/en/account/password/renew/"
NEW = {"password1": "four new quiet words", "password2": "four new quiet words"}


def test_a_forgotten_password_is_renewed_by_a_code_and_the_owner_is_told(client: Client, person: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    client.post(RENEW, RIGHT)
    page = client.post(RENEW + "code/", {"code": latest_code()})

    client.post(page["Location"], NEW)

    person.refresh_from_db()
    assert is_signed_in(client)
    assert person.check_password("four new quiet words")
    assert elsewhere.get("/en/account/").status_code == 302
    assert AccountMessage.objects.filter(kind="password_renewed", recipient=MOBILE).exists()


def test_without_the_code_there_is_no_page_for_a_new_password(client: Client, person: User) -> None:
    client.post(RENEW, RIGHT)

    response = client.post(RENEW + "new/", NEW)

    person.refresh_from_db()
    assert response["Location"] == RENEW
    assert person.check_password(PASSWORD)


def test_a_code_for_coming_in_renews_no_password(client: Client, person: User) -> None:
    client.post(ASK, RIGHT)

    assert client.post(RENEW + "code/", {"code": latest_code()})["Location"] == RENEW


def test_the_page_for_the_new_password_closes_after_a_while(client: Client, person: User) -> None:
    client.post(RENEW, RIGHT)
    client.post(RENEW + "code/", {"code": latest_code()})
    session = client.session
    session["renewing"] = session["renewing"] | {"until": timezone.now().isoformat()}
    session.save()

    assert client.post(RENEW + "new/", NEW)["Location"] == RENEW
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_weak_new_password_is_refused_and_can_be_written_again(client: Client, person: User) -> None:
    client.post(RENEW, RIGHT)
    client.post(RENEW + "code/", {"code": latest_code()})

    refused = client.post(RENEW + "new/", {"password1": "short", "password2": "short"})
    client.post(RENEW + "new/", NEW)

    assert "too short" in field_errors(refused)[0]
    assert is_signed_in(client)


def test_whoever_signs_in_at_the_same_browser_meanwhile_renews_nobody_elses_password(
    client: Client, person: User
) -> None:
    client.post(RENEW, RIGHT)
    client.post(RENEW + "code/", {"code": latest_code()})
    UserFactory(username="somebody-else")
    sign_in(client, "somebody-else")
    assert is_signed_in(client)

    client.post(RENEW + "new/", NEW)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_renewing_page_works_once(client: Client, person: User) -> None:
    client.post(RENEW, RIGHT)
    client.post(RENEW + "code/", {"code": latest_code()})
    client.post(RENEW + "new/", NEW)

    assert client.post(RENEW + "new/", NEW | {"password1": "other long words"})["Location"] == RENEW


def test_the_page_by_e_mail_leads_to_the_one_by_code_and_back(client: Client) -> None:
    assert f'href="{RENEW}"' in client.get("/en/account/password/reset/").content.decode()
    assert 'href="/en/account/password/reset/"' in client.get(RENEW).content.decode()


def test_the_sign_in_page_leads_to_the_code_with_the_way_on(client: Client) -> None:
    page = client.get("/en/account/login/", {"next": "/en/account/"}).content.decode()

    assert 'href="/en/account/login/code/?next=%2Fen%2Faccount%2F"' in page
