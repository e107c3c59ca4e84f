"""A citizen opens an account; nobody learns from it who has one."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cms.jobs.models import Job
from home.accounts.jobs import mail_already_registered
from home.accounts.models import User
from tests.accounts.pages import field_errors, is_signed_in, sign_in, summary, title
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SIGN_UP = "/en/account/signup/"
TYPED = {
    "identity_type": "national_id",
    "identity_number": "١٠٠٠ ٠٠٠ ٠٠٨",
    "full_name": " أحمد  محمد سالم اليامي\u200f",
    "mobile": "٠٥٠ ١٢٣ ٤٥٦٧",
    "email": "Ahmad@Example.com",
    "password1": "three calm palms",
    "password2": "three calm palms",
}


def sign_up(client: Client, *, address: str = SIGN_UP, **changes: Any) -> Any:
    return client.post(address, TYPED | changes)


def test_what_was_typed_is_stored_normalised(client: Client) -> None:
    sign_up(client)

    person = User.objects.get(identity_number="1000000008")
    assert person.full_name == "أحمد محمد سالم اليامي"
    assert person.mobile == "+966501234567"
    assert person.email == "ahmad@example.com"
    assert not person.is_staff
    assert not person.is_superuser


def test_the_new_account_opens_with_the_identity_number(client: Client) -> None:
    sign_up(client)

    sign_in(client, "1000000008", "three calm palms")

    assert is_signed_in(client)


def test_the_way_back_survives_registration(client: Client) -> None:
    response = sign_up(client, next="/en/apply/appointment/topic/")

    assert response["Location"] == "/en/account/login/?next=%2Fen%2Fapply%2Fappointment%2Ftopic%2F"


def test_a_way_to_another_site_does_not_survive_registration(client: Client) -> None:
    response = sign_up(client, next="https://evil.example/")
    page = client.get(response["Location"])
    sign_in(client, "1000000008", "three calm palms", next="https://evil.example/")

    assert page.status_code == 200
    assert is_signed_in(client)


def test_the_answer_is_the_same_when_the_identity_has_an_account(client: Client) -> None:
    fresh = sign_up(client)
    fresh_page = client.get(fresh["Location"]).content.decode()
    again = sign_up(client, password1="other long words", password2="other long words")
    again_page = client.get(again["Location"]).content.decode()

    assert (fresh.status_code, fresh["Location"]) == (again.status_code, again["Location"])
    assert "Your registration has arrived" in fresh_page
    assert "Your registration has arrived" in again_page


def test_an_account_cannot_be_taken_over_by_registering_again(client: Client) -> None:
    sign_up(client)
    sign_up(client, password1="other long words", password2="other long words", mobile="0509999999")

    sign_in(client, "1000000008", "other long words")

    assert not is_signed_in(client)
    assert User.objects.get(identity_number="1000000008").mobile == "+966501234567"


def test_the_owner_of_the_account_is_told_by_e_mail(client: Client) -> None:
    sign_up(client)
    sign_up(client, email="somebody@else.example")

    mail_already_registered(Job.objects.get(kind="mail_already_registered"))

    (letter,) = mail.outbox
    assert letter.to == ["ahmad@example.com"]
    assert "/en/account/login/" in letter.body
    assert "1000000008" not in letter.body


def test_no_job_is_left_where_the_owner_has_no_e_mail(client: Client) -> None:
    UserFactory(identity_type="national_id", identity_number="1000000008", email="")

    sign_up(client)

    assert not Job.objects.filter(kind="mail_already_registered").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identity_number": "1098765432"}, "one of its digits is not as on the document"),
        ({"identity_number": "2000000006"}, "beginning with 1"),
        ({"identity_number": ""}, "Write your identity number"),
        ({"identity_type": "residence"}, "beginning with 2"),
        ({"full_name": "أحمد"}, "Write your four names"),
        ({"full_name": "أحمد محمد سالم 7"}, "Write your four names"),
        ({"mobile": "0112345"}, "Write the mobile number in 9 digits"),
        ({"mobile": "0175222222"}, "Write the mobile number in 9 digits"),
        ({"email": "ahmad@"}, "like name@example.com"),
        ({"password2": "something else"}, "The two passwords differ"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "12345678901234", "password2": "12345678901234"}, "numeric"),
    ],
)
def test_a_mistake_is_told_on_top_and_at_its_field_with_the_same_words(
    client: Client, change: dict[str, str], words: str
) -> None:
    response = sign_up(client, **change)

    assert title(response).startswith("Error:")
    assert words in summary(response)
    assert any(words in error for error in field_errors(response))
    assert not User.objects.filter(identity_number="1000000008").exists()


def test_mistakes_are_told_in_arabic_on_the_arabic_page(client: Client) -> None:
    response = sign_up(client, address="/ar/account/signup/", full_name="", password2="")

    assert title(response).startswith("خطأ:")
    assert field_errors(response) == ["اكتب اسمك الكامل كما في الوثيقة", "اكتب كلمة المرور مرة ثانية"]


@pytest.mark.parametrize("password", ["a short", "12345678901234", "password123456"[:10], "ahmad@example.com"])
def test_a_weak_password_is_refused_in_arabic(client: Client, password: str) -> None:
    response = sign_up(client, address="/ar/account/signup/", password1=password, password2=password)

    assert field_errors(response)
    assert not any("password" in error for error in field_errors(response))


def test_a_mistake_loses_nothing_typed_but_the_passwords(client: Client) -> None:
    response = sign_up(client, full_name="أحمد")

    page = response.content.decode()
    assert "٠٥٠ ١٢٣ ٤٥٦٧" in page
    assert "Ahmad@Example.com" in page
    assert "three calm palms" not in page


def test_the_password_may_not_be_the_identity_number_or_the_e_mail(client: Client) -> None:
    response = sign_up(client, password1="ahmad@example.com", password2="ahmad@example.com")

    assert "too similar" in summary(response)


def test_the_control_with_a_mistake_is_tied_to_its_words(client: Client) -> None:
    page = sign_up(client, mobile="1").content.decode()

    assert 'aria-describedby="id_mobile_helptext id_mobile_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_mobile_error"' in page
    assert 'href="#id_mobile"' in page


def test_a_passport_needs_no_four_names(client: Client) -> None:
    sign_up(client, identity_type="passport", identity_number="a 123-4567", full_name="John Smith")

    assert User.objects.get(identity_type="passport").identity_number == "A1234567"


def test_nobody_can_register_himself_as_staff(client: Client) -> None:
    sign_up(client, is_superuser="on", is_staff="on", groups="1", username="admin")

    person = User.objects.get(identity_number="1000000008")
    assert not person.is_superuser
    assert person.username != "admin"
    assert not person.groups.exists()


def test_many_registrations_from_one_address_are_slowed_down(client: Client) -> None:
    for place in range(10):
        sign_up(client, identity_type="passport", identity_number=f"A123456{place}")

    response = sign_up(client)

    assert response.status_code == 429
    assert "Wait ten minutes" in summary(response)
    assert "٠٥٠ ١٢٣ ٤٥٦٧" in response.content.decode()
    assert not User.objects.filter(identity_number="1000000008").exists()


def test_mistakes_of_neighbours_at_the_same_address_slow_nobody_down(client: Client) -> None:
    for _ in range(12):
        sign_up(client, mobile="")

    sign_up(client)

    assert User.objects.filter(identity_number="1000000008").exists()


def test_a_signed_in_person_is_not_asked_to_register(signed_in: Client) -> None:
    assert signed_in.get(SIGN_UP).status_code == 302
