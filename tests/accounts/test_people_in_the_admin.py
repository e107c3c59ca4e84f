"""Administrators keep accounts in the Wagtail admin, with the fields of the office."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TYPED = {
    "username": "new.clerk",
    "full_name": "سالم محمد",
    "identity_type": "residence",
    "identity_number": "٢٠٠٠٠٠٠٠٠٦",
    "mobile": "0501234567",
    "email": "",
    "password1": "three calm palms",
    "password2": "three calm palms",
}


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(username="administrator", is_superuser=True))
    return client


def test_a_person_is_added_with_identity_and_mobile(administrator: Client) -> None:
    address = reverse("wagtailusers_users:add")
    assert 'name="identity_number"' in administrator.get(address).content.decode()

    administrator.post(address, TYPED)

    person = User.objects.get(username="new.clerk")
    assert person.identity_number == "2000000006"
    assert person.mobile == "+966501234567"
    assert person.check_password("three calm palms")


def test_a_person_is_edited_and_the_history_says_by_whom(administrator: Client) -> None:
    person = UserFactory(username="new.clerk")
    group = Group.objects.create(name="counter")

    administrator.post(
        reverse("wagtailusers_users:edit", args=[person.pk]),
        TYPED | {"password1": "", "password2": "", "is_active": "on", "groups": [group.pk]},
    )

    person.refresh_from_db()
    latest = person.history.first()
    assert person.full_name == "سالم محمد"
    assert latest.history_user.username == "administrator"
    assert [row.group.name for row in latest.groups.all()] == ["counter"]


def test_a_taken_identity_is_told_and_not_saved(administrator: Client) -> None:
    UserFactory(identity_type="residence", identity_number="2000000006")

    response = administrator.post(reverse("wagtailusers_users:add"), TYPED)

    assert response.status_code == 200
    assert not User.objects.filter(username="new.clerk").exists()


def test_a_wrong_number_is_told_at_its_field(administrator: Client) -> None:
    response = administrator.post(reverse("wagtailusers_users:add"), TYPED | {"identity_number": "2000000007"})

    assert response.context["form"].errors["identity_number"]


@pytest.mark.parametrize("words", ["1000000008", "١٠٠٠٠٠٠٠٠٨", "1000 000 008", "نورة محمد", "noura"])
def test_people_are_found_by_name_and_number(administrator: Client, words: str) -> None:
    person = UserFactory(
        username="noura", full_name="نورة محمد", identity_type="national_id", identity_number="1000000008"
    )
    other = UserFactory(username="other", full_name="سعد علي")

    page = administrator.get(reverse("wagtailusers_users:index"), {"q": words}).content.decode()

    assert reverse("wagtailusers_users:edit", args=[person.pk]) in page
    assert reverse("wagtailusers_users:edit", args=[other.pk]) not in page


@pytest.mark.parametrize("order", ["name", "-name", "identity_number", "username"])
def test_the_list_of_people_can_be_sorted(administrator: Client, order: str) -> None:
    assert administrator.get(reverse("wagtailusers_users:index"), {"ordering": order}).status_code == 200


def test_an_administrator_cannot_take_away_his_own_rights(administrator: Client) -> None:
    own = User.objects.get(username="administrator")

    page = administrator.get(reverse("wagtailusers_users:edit", args=[own.pk])).content.decode()

    assert 'name="is_superuser"' not in page
    assert 'name="full_name"' in page


def test_staff_keep_their_preferences_without_first_and_last_name(administrator: Client) -> None:
    address = reverse("wagtailadmin_account")
    page = administrator.get(address).content.decode()

    response = administrator.post(
        address,
        {"locale-preferred_language": "en", "theme-theme": "dark", "theme-density": "snug", "theme-contrast": "system"},
    )

    assert "name_email-first_name" not in page
    assert 'href="/ar/account/"' in page
    assert response.status_code == 302
    assert User.objects.get(username="administrator").wagtail_userprofile.preferred_language == "en"


def test_the_admin_is_no_place_to_change_a_password_or_an_e_mail(administrator: Client) -> None:
    page = administrator.get(reverse("wagtailadmin_account")).content.decode()

    administrator.post(
        reverse("wagtailadmin_account"),
        {
            "locale-preferred_language": "en",
            "name_email-email": "thief@example.com",
            "password-old_password": "diwan-tests",
            "password-new_password1": "four new quiet words",
            "password-new_password2": "four new quiet words",
        },
    )

    person = User.objects.get(username="administrator")
    assert "password-old_password" not in page
    assert person.email != "thief@example.com"
    assert person.check_password("diwan-tests")


def test_the_settings_of_staff_are_closed_to_citizens(signed_in: Client) -> None:
    assert signed_in.get("/admin/account/").status_code == 302
