"""A citizen opens an account; nobody learns from it who has one."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.jobs.models import Job
from home.accounts.jobs import mail_already_registered
from home.accounts.models import AccountMessage, CodeBudget, MessageKind, OneTimeCode, User
from tests.accounts.codes import another_than, latest_code
from tests.accounts.pages import field_errors, is_signed_in, sign_in, summary, title
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SIGN_UP = "/en/account/signup/"
CODE = "/en/account/signup/code/"
OTHER_MOBILE = "0509999999"
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
    """What is typed on the first page."""
    return client.post(address, TYPED | changes)


def type_code(client: Client, code: str = "", **more: Any) -> Any:
    """The code that was sent last, or another."""
    return client.post(CODE, {"code": code or latest_code(), **more})


def register(client: Client, **changes: Any) -> Any:
    """Both pages."""
    sign_up(client, **changes)
    return type_code(client, **({"next": changes["next"]} if "next" in changes else {}))


def test_what_was_typed_is_stored_normalised(client: Client) -> None:
    register(client)

    person = User.objects.get(identity_number="1000000008")
    assert person.full_name == "أحمد محمد سالم اليامي"
    assert person.mobile == "+966501234567"
    assert person.email == "ahmad@example.com"
    assert not person.is_staff
    assert not person.is_superuser


def test_the_new_account_opens_with_the_identity_number(client: Client) -> None:
    register(client)

    sign_in(client, "1000000008", "three calm palms")

    assert is_signed_in(client)


def test_the_way_back_survives_registration(client: Client) -> None:
    page = sign_up(client, next="/en/apply/appointment/topic/")
    assert page["Location"] == "/en/account/signup/code/?next=%2Fen%2Fapply%2Fappointment%2Ftopic%2F"
    assert 'name="next" value="/en/apply/appointment/topic/"' in client.get(page["Location"]).content.decode()

    response = type_code(client, next="/en/apply/appointment/topic/")

    assert response["Location"] == "/en/account/login/?next=%2Fen%2Fapply%2Fappointment%2Ftopic%2F"


def test_a_way_to_another_site_does_not_survive_registration(client: Client) -> None:
    response = register(client, next="https://evil.example/")
    page = client.get(response["Location"])
    sign_in(client, "1000000008", "three calm palms", next="https://evil.example/")

    assert page.status_code == 200
    assert is_signed_in(client)


def test_the_answer_is_the_same_when_the_identity_has_an_account(client: Client) -> None:
    told = []
    for browser, mobile in ((client, "0501234567"), (Client(), OTHER_MOBILE)):
        first = sign_up(browser, mobile=mobile, password1="other long words", password2="other long words")
        page = browser.get(first["Location"])
        second = type_code(browser)
        last = browser.get(second["Location"]).content.decode()
        told.append((first.status_code, first["Location"], title(page), second.status_code, second["Location"]))
        assert "Your registration has arrived" in last

    assert told[0] == told[1]
    assert User.objects.filter(identity_number="1000000008").count() == 1


def test_an_account_cannot_be_taken_over_by_registering_again(client: Client) -> None:
    register(client)
    register(client, password1="other long words", password2="other long words", mobile=OTHER_MOBILE)

    sign_in(client, "1000000008", "other long words")

    assert not is_signed_in(client)
    assert User.objects.get(identity_number="1000000008").mobile == "+966501234567"


def test_the_owner_is_told_by_e_mail_that_somebody_registered_again(client: Client) -> None:
    register(client)
    User.objects.update(proved_email="ahmad@example.com")
    register(client, email="thief@example.com", mobile=OTHER_MOBILE)
    mail_already_registered(Job.objects.get(kind="mail_already_registered"))

    (letter,) = mail.outbox
    assert letter.to == ["ahmad@example.com"]
    assert "/en/account/login/" in letter.body
    assert "1000000008" not in letter.body


def test_an_owner_without_an_address_is_told_at_his_own_mobile_once_a_day(client: Client) -> None:
    register(client, email="")
    for mobile in ("0509999991", "0509999992"):
        register(client, mobile=mobile)

    (told,) = AccountMessage.objects.filter(kind=MessageKind.KNOWN_ALREADY)
    assert told.recipient == "+966501234567"


def test_an_owner_who_has_not_proved_his_address_is_told_at_his_mobile(client: Client) -> None:
    register(client)
    register(client, email="thief@example.com", mobile=OTHER_MOBILE)

    assert AccountMessage.objects.get(kind=MessageKind.KNOWN_ALREADY).recipient == "+966501234567"
    assert not Job.objects.filter(kind="mail_already_registered").exists()


def test_whom_a_clerk_registered_is_told_that_he_comes_in_by_a_code(client: Client) -> None:
    owner = UserFactory(identity_type="national_id", identity_number="1000000008", email="", mobile="+966507777777")
    owner.set_unusable_password()
    owner.save()

    register(client)

    (told,) = AccountMessage.objects.filter(kind=MessageKind.KNOWN_ALREADY)
    assert (told.recipient, "sign in with a code" in told.text) == ("+966507777777", True)


def test_before_the_code_there_is_no_account_and_nobody_is_told(client: Client) -> None:
    UserFactory(identity_type="national_id", identity_number="1000000016", email="owner@example.com")

    sign_up(client)
    sign_up(client, identity_number="1000000016", mobile=OTHER_MOBILE)

    assert not User.objects.filter(identity_number="1000000008").exists()
    assert not Job.objects.filter(kind="mail_already_registered").exists()


def test_the_mobile_of_the_new_account_is_proved(client: Client) -> None:
    register(client)

    person = User.objects.get(identity_number="1000000008")
    assert person.mobile_is_proved
    assert person.mobile_proved_at


def test_a_wrong_code_loses_nothing(client: Client) -> None:
    sign_up(client)

    response = type_code(client, another_than(latest_code()))

    assert "The code is not right. You can try 2 more times" in summary(response)
    assert field_errors(response)
    type_code(client)
    assert User.objects.filter(identity_number="1000000008").exists()


@pytest.mark.parametrize(("typed", "words"), [("", "Write the code of the message"), ("12345", "The code has 6 digits"),
                                               ("abcdef", "The code has 6 digits")])  # fmt: skip
def test_what_is_no_code_costs_no_try(client: Client, typed: str, words: str) -> None:
    sign_up(client)

    response = client.post(CODE, {"code": typed})

    assert words in field_errors(response)[0]
    assert OneTimeCode.objects.get().tries == 0


def test_the_code_field_is_one_that_phones_fill_in(client: Client) -> None:
    page = client.get(sign_up(client)["Location"]).content.decode()

    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "050 123 4567" in page


def test_the_mobile_can_be_corrected_and_all_else_is_kept(client: Client) -> None:
    sign_up(client)
    first = latest_code()
    page = client.get("/en/account/signup/mobile/").content.decode()
    assert 'value="050 123 4567"' in page

    client.post("/en/account/signup/mobile/", {"mobile": OTHER_MOBILE})
    wrong = type_code(client, first)
    type_code(client)

    assert "not right" in summary(wrong)
    person = User.objects.get(identity_number="1000000008")
    assert (person.mobile, person.full_name) == ("+966509999999", "أحمد محمد سالم اليامي")
    assert person.check_password("three calm palms")


def test_another_code_too_soon_is_refused_in_words_and_the_first_stays_good(client: Client) -> None:
    sign_up(client)

    page = client.post(CODE, {"again": "yes"}, follow=True).content.decode()

    assert "You can ask for another in 60 seconds" in page
    assert "Seconds until you can ask for another code:" in page
    type_code(client)
    assert User.objects.filter(identity_number="1000000008").exists()


def test_where_no_code_can_be_sent_yet_what_was_typed_waits(client: Client) -> None:
    sign_up(Client())
    page = client.get(sign_up(client)["Location"]).content.decode()

    assert "You can ask for another in 60 seconds" in page
    assert "No code has been sent yet." in page
    CodeBudget.objects.update(ends_at=timezone.now())
    client.post(CODE, {"again": "yes"})
    type_code(client)
    assert User.objects.filter(identity_number="1000000008").exists()


def test_a_mobile_of_a_country_that_is_not_served_is_told_at_its_field(client: Client) -> None:
    response = sign_up(client, mobile="+447911123456")

    assert "No text messages are sent to this country" in field_errors(response)[0]


@pytest.mark.parametrize("page", ["code/", "mobile/"])
def test_who_has_typed_nothing_is_led_to_the_beginning(client: Client, page: str) -> None:
    assert client.get(SIGN_UP + page)["Location"] == SIGN_UP
    assert client.post(SIGN_UP + page, {"code": "123456", "mobile": OTHER_MOBILE})["Location"] == SIGN_UP


def test_the_password_is_kept_hashed_meanwhile(client: Client) -> None:
    sign_up(client)

    assert "three calm palms" not in str(dict(client.session))


def test_no_job_is_left_where_the_owner_has_no_e_mail(client: Client) -> None:
    UserFactory(identity_type="national_id", identity_number="1000000008", email="")

    register(client)

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
    register(client, identity_type="passport", identity_number="a 123-4567", full_name="John Smith")

    assert User.objects.get(identity_type="passport").identity_number == "A1234567"


def test_nobody_can_register_himself_as_staff(client: Client) -> None:
    register(client, is_superuser="on", is_staff="on", groups="1", username="admin")

    person = User.objects.get(identity_number="1000000008")
    assert not person.is_superuser
    assert person.username != "admin"
    assert not person.groups.exists()


def test_many_registrations_from_one_address_are_slowed_down(client: Client) -> None:
    for place in range(10):
        sign_up(client, identity_type="passport", identity_number=f"A123456{place}", mobile=f"050111111{place}")

    response = sign_up(client)

    assert response.status_code == 429
    assert "Wait ten minutes" in summary(response)
    assert "٠٥٠ ١٢٣ ٤٥٦٧" in response.content.decode()
    assert not User.objects.filter(identity_number="1000000008").exists()


def test_mistakes_of_neighbours_at_the_same_address_slow_nobody_down(client: Client) -> None:
    for _ in range(12):
        sign_up(client, mobile="")

    register(client)

    assert User.objects.filter(identity_number="1000000008").exists()


def test_a_signed_in_person_is_not_asked_to_register(signed_in: Client) -> None:
    assert signed_in.get(SIGN_UP).status_code == 302
