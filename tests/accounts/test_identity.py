"""A person is (identity type, number), whichever way the number is written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cms.identity import IdentityType
from home.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["١٠٠٠٠٠٠٠٠٨", " 1000 000 008 ", "\u200f1000000008\u200f", "۱۰۰۰-۰۰۰-۰۰۸"])
def test_a_number_is_stored_in_one_spelling(typed: str) -> None:
    person = UserFactory(identity_type=IdentityType.NATIONAL_ID, identity_number=typed)

    person.refresh_from_db()

    assert person.identity_number == "1000000008"


def test_two_spellings_of_a_number_are_one_person() -> None:
    UserFactory(identity_type=IdentityType.NATIONAL_ID, identity_number="1000000008")

    with pytest.raises(IntegrityError):
        UserFactory(identity_type=IdentityType.NATIONAL_ID, identity_number="١٠٠٠٠٠٠٠٠٨")


def test_one_number_on_two_kinds_of_document_is_two_people() -> None:
    UserFactory(identity_type=IdentityType.BORDER_NUMBER, identity_number="1000000008")
    UserFactory(identity_type=IdentityType.NATIONAL_ID, identity_number="1000000008")

    assert User.objects.filter(identity_number="1000000008").count() == 2


def test_staff_without_an_identity_number_do_not_clash() -> None:
    UserFactory()
    UserFactory()

    assert User.objects.filter(identity_number="").count() >= 2


def test_a_number_needs_its_kind() -> None:
    with pytest.raises(IntegrityError):
        UserFactory(identity_type="", identity_number="1000000008")


def test_a_wrong_check_digit_is_refused_at_the_number() -> None:
    person = User(username="noura", identity_type=IdentityType.NATIONAL_ID, identity_number="1098765432")

    with pytest.raises(ValidationError) as refused:
        person.full_clean(exclude=["password"])

    assert list(refused.value.message_dict) == ["identity_number"]


def test_the_mobile_is_shown_masked() -> None:
    person = User(mobile="+966501234567")

    assert person.mobile_masked == "05•••••567"


def test_an_account_without_a_mobile_masks_nothing() -> None:
    assert User(mobile="").mobile_masked == ""
