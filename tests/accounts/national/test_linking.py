"""Which account a confirmed person is led to, and what the state's word changes in it."""

import dataclasses

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cms.history import BY_THE_STATE
from home.accounts.known import confirmed_answers
from home.accounts.models import NationalConfirmation, User
from home.accounts.national.claims import Confirmed
from home.accounts.national.linking import link
from tests.accounts.national.people import sign_in_nationally
from tests.accounts.national.relay import Line
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NOURA = Confirmed(
    identity_type="national_id",
    identity_number="1000000008",
    full_name="نورة محمد سالم اليامي",
    mobile="+966501234567",
    email="noura@state.example",
    assurance="substantial",
)


@pytest.fixture
def person() -> User:
    """She registered here herself, with the mobile that the state knows."""
    return UserFactory(
        identity_type="national_id",
        identity_number="1000000008",
        full_name="نورة اليامي",
        mobile="+966501234567",
        proved_mobile="+966501234567",
        email="own@example.com",
    )


def test_a_person_known_by_identity_number_is_linked_and_not_doubled(
    client: Client, provider: Line, person: User
) -> None:
    sign_in_nationally(client)
    sign_in_nationally(Client())

    assert client.session["_auth_user_id"] == str(person.pk)
    assert User.objects.filter(identity_number="1000000008").count() == 1


def test_the_same_number_on_another_kind_of_document_is_another_person(person: User) -> None:
    traveller = UserFactory(identity_type="border_number", identity_number="1000000016")

    linked = link(dataclasses.replace(NOURA, identity_number="1000000016"))

    assert linked.pk not in {traveller.pk, person.pk}


def test_an_e_mail_address_or_a_mobile_finds_nobody() -> None:
    other = UserFactory(citizen=True, email="noura@state.example", mobile="+966501234567")

    assert link(NOURA).pk != other.pk


def test_a_changed_name_is_in_the_profile_and_in_its_history(person: User) -> None:
    link(NOURA)

    person.refresh_from_db()
    last = person.history.first()
    assert person.full_name == last.full_name == "نورة محمد سالم اليامي"
    assert (last.history_change_reason, last.history_user) == (BY_THE_STATE, person)
    assert last.prev_record.full_name == "نورة اليامي"


def test_nothing_new_from_the_state_is_no_event_of_the_history(person: User) -> None:
    link(NOURA)
    before = person.history.count()

    link(NOURA)

    assert person.history.count() == before


def test_what_the_person_chose_himself_stays_and_is_not_called_confirmed(person: User) -> None:
    link(NOURA)

    person = User.objects.get(pk=person.pk)
    assert person.email == "own@example.com"
    assert set(confirmed_answers(person)) == {"full_name", "identity", "mobile"}


def test_what_the_state_filled_in_follows_the_state() -> None:
    link(NOURA)

    person = link(dataclasses.replace(NOURA, mobile="+966509999999", email="new@state.example"))

    assert (person.mobile, person.email) == ("+966509999999", "new@state.example")


def test_a_mobile_changed_here_stays_changed_and_is_no_longer_confirmed() -> None:
    person = link(NOURA)
    person.mobile = "+966507777777"
    person.save()

    link(NOURA)

    person = User.objects.get(pk=person.pk)
    assert person.mobile == "+966507777777"
    assert "mobile" not in confirmed_answers(person)


def test_what_the_state_says_no_more_is_no_longer_confirmed() -> None:
    link(NOURA)

    person = User.objects.get(pk=link(dataclasses.replace(NOURA, mobile="", assurance="low")).pk)

    assert "mobile" not in confirmed_answers(person)
    assert NationalConfirmation.objects.get(person=person).assurance == "low"


def test_a_password_set_by_whoever_registered_under_this_number_opens_no_longer(client: Client) -> None:
    stranger = UserFactory(
        identity_type="national_id", identity_number="1000000008", mobile="+966500000009", email="stranger@example.com"
    )
    client.force_login(stranger)

    person = link(NOURA)

    assert person.pk == stranger.pk
    assert not person.has_usable_password()
    assert (person.mobile, person.email) == ("+966501234567", "noura@state.example")
    assert client.get("/ar/account/").status_code == 302


def test_who_only_wrote_down_the_mobile_the_state_knows_has_proved_nothing(person: User) -> None:
    """An account of the time before codes: whoever opened it knew both numbers, and held neither card nor mobile."""
    User.objects.filter(pk=person.pk).update(proved_mobile="")

    assert not link(NOURA).has_usable_password()


def test_an_app_of_whoever_registered_under_this_number_does_not_keep_its_owner_out(client: Client) -> None:
    stranger = UserFactory(identity_type="national_id", identity_number="1000000008", mobile="+966500000009")
    TOTP.activate(stranger, str(generate_totp_secret()))

    person = link(NOURA)

    assert not Authenticator.objects.filter(user=person).exists()


def test_an_app_of_the_person_himself_stays(person: User) -> None:
    TOTP.activate(person, str(generate_totp_secret()))

    link(NOURA)

    assert Authenticator.objects.filter(user=person).exists()


def test_a_password_proved_by_the_mobile_the_state_knows_stays(person: User) -> None:
    assert link(NOURA).check_password(PASSWORD)


def test_a_password_once_confirmed_stays_whatever_the_mobile_is_later(person: User) -> None:
    link(NOURA)
    person.refresh_from_db()
    person.mobile = "+966507777777"
    person.save()

    assert link(NOURA).check_password(PASSWORD)


def test_staff_keep_their_password(person: User) -> None:
    clerk = UserFactory(clerk=True, identity_type="national_id", identity_number="1000000024", mobile="")

    assert link(dataclasses.replace(NOURA, identity_number="1000000024")).pk == clerk.pk
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


def test_the_name_given_at_the_window_is_replaced_and_the_mobile_left_there_stays() -> None:
    UserFactory(
        identity_type="national_id",
        identity_number="1000000008",
        password=None,
        full_name="نورة",
        mobile="+966500000009",
    )

    person = link(NOURA)

    assert (person.full_name, person.mobile) == ("نورة محمد سالم اليامي", "+966500000009")


def test_a_mobile_and_an_address_nobody_vouches_for_are_not_taken(client: Client, provider: Line) -> None:
    sign_in_nationally(client, "unvouched")

    person = User.objects.get(identity_number="1000000024")
    assert (person.mobile, person.email) == ("", "")


def test_without_a_kind_of_document_the_shape_of_the_number_tells_it(client: Client, provider: Line) -> None:
    sign_in_nationally(client, "omar")

    assert User.objects.get(identity_number="2000000006").identity_type == "residence"
