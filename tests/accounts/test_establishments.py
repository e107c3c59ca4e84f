"""Whom a person may act for: by its days, until it is ended, and only by an owner's or an office's hand."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from home.accounts.establishments import delegating
from home.accounts.establishments.delegating import Invited
from home.accounts.establishments.models import INVITATION_IS_OPEN_FOR, Delegation, Establishment, Invitation
from home.accounts.models import User
from tests.factories import DelegationFactory, EstablishmentFactory, UserFactory, national_id

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def owner(client: Client) -> Delegation:
    made: Delegation = DelegationFactory(owner=True)
    client.force_login(made.person)
    return made


def page(name: str, *args: object) -> str:
    with override("ar"):
        return reverse(name, args=args)


def of(office: Establishment) -> str:
    return page("account_establishment", office.public_id)


def invited(person: User, **other: object) -> dict[str, object]:
    typed = {"identity_type": person.identity_type, "identity_number": person.identity_number, "mobile": person.mobile}
    return {**typed, "last_day": "", **other}


def invitation_of(owner: Delegation, person: User, last_day: date | None = None) -> Invitation:
    told = Invited(person.identity_type, person.identity_number, person.mobile, last_day)
    delegating.invite(owner.establishment, told, by=owner.person)
    return Invitation.objects.get(identity_number=person.identity_number)


# -- days


@pytest.mark.parametrize("when", ["ended", "over", "later"])
def test_what_is_not_in_force_today_gives_nothing(when: str) -> None:
    made = DelegationFactory(**{when: True})

    assert not delegating.establishments_of(made.person)
    assert not delegating.may_act_for(made.person, made.establishment_id)
    assert not delegating.current_establishments(made.person)


def test_the_first_and_the_last_day_count() -> None:
    today = timezone.localdate()
    made = DelegationFactory(first_day=today, last_day=today)

    assert delegating.establishments_of(made.person) == {made.establishment_id}


@pytest.mark.parametrize("zone", ["Asia/Riyadh", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_last_day_ends_at_midnight_of_the_portal_by_whatever_clock_somebody_looks(zone: str, settings: Any) -> None:
    """Staff choose a time zone for the admin; it makes no delegation longer or shorter."""
    assert settings.TIME_ZONE == "Asia/Riyadh"
    made = DelegationFactory(first_day=date(2026, 11, 1), last_day=date(2026, 11, 22))

    for moment, acts in (("2026-11-22T20:59:59+00:00", True), ("2026-11-22T21:00:00+00:00", False)):
        with time_machine.travel(moment, tick=False), timezone.override(zone):
            assert delegating.may_act_for(made.person, made.establishment_id) is acts
            assert made.is_current is acts


def test_an_owner_whose_time_is_over_owns_nothing() -> None:
    made = DelegationFactory(owner=True, over=True)

    assert not delegating.owned_by(made.person)


def test_nobody_has_two_delegations_of_one_establishment_at_a_time() -> None:
    made = DelegationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        DelegationFactory(person=made.person, establishment=made.establishment)
    delegating.end(made)
    again = DelegationFactory(person=made.person, establishment=made.establishment)
    assert again.is_current


def test_one_number_of_one_kind_is_one_establishment() -> None:
    office = Establishment(kind="engineering_office", number=" eo-٧٧ ", name={"ar": "مكتب"})
    office.full_clean()
    office.save()

    assert office.number == "EO77"
    with pytest.raises(IntegrityError), transaction.atomic():
        EstablishmentFactory(number="EO77")
    EstablishmentFactory(number="EO77", kind="contractor")


# -- the owner


def test_an_owner_invites_and_the_person_accepts(client: Client, owner: Delegation) -> None:
    person = UserFactory(citizen=True)
    assert client.post(of(owner.establishment), invited(person)).status_code == 302
    assert not delegating.establishments_of(person), "an invitation gives nothing yet"

    client.force_login(person)
    there = client.get(page("account_establishments")).content.decode()
    assert str(owner.establishment) in there
    assert owner.person.full_name in there
    client.post(page("account_answer_invitation", Invitation.objects.get().public_id), {"do": "accept"})

    made = Delegation.objects.get(person=person)
    assert made.is_current
    assert made.role == "delegate"
    assert made.made_by == owner.person
    assert made.history.count() == 1


def test_the_answer_is_the_same_whether_or_not_he_is_known(client: Client, owner: Delegation) -> None:
    known = UserFactory(citizen=True)
    stranger = User(identity_type="national_id", identity_number=national_id(990011), mobile="+966509990011")
    answers = []
    for person in (known, stranger):
        answer = client.post(of(owner.establishment), invited(person), follow=True).content.decode()
        Invitation.objects.all().delete()
        answers.append(answer.replace(person.identity_number, "…"))
    # What differs is the mark against forged posts, and the address of each invitation.
    plain = [_without_marks(answer) for answer in answers]
    assert plain[0] == plain[1]


def _without_marks(html: str) -> list[str]:
    return [line for line in html.splitlines() if "csrfmiddlewaretoken" not in line and "account_withdraw" not in line]


def test_who_gives_another_mobile_is_not_meant(owner: Delegation) -> None:
    person = UserFactory(citizen=True)
    invitation = invitation_of(owner, person)
    person.mobile = "+966500000001"
    person.save()

    assert not delegating.invitations_for(person)
    with pytest.raises(delegating.NotToBeAccepted):
        delegating.accept(person, invitation.public_id)


def test_another_persons_invitation_is_not_there(client: Client, owner: Delegation) -> None:
    invitation = invitation_of(owner, UserFactory(citizen=True))
    client.force_login(UserFactory(citizen=True))

    for name in ("account_answer_invitation", "account_withdraw"):
        assert client.post(page(name, invitation.public_id), {"do": "accept"}).status_code == 404
    assert Delegation.objects.count() == 1
    assert Invitation.objects.open().exists()


@pytest.mark.parametrize("what", ["old", "withdrawn", "its owner has gone", "its last day has passed", "answered"])
def test_an_invitation_that_is_not_open_is_not_accepted(what: str, owner: Delegation) -> None:
    person = UserFactory(citizen=True)
    invitation = invitation_of(owner, person)
    rows = Invitation.objects.filter(pk=invitation.pk)
    if what == "old":
        rows.update(made_at=timezone.now() - INVITATION_IS_OPEN_FOR - timedelta(minutes=1))
    elif what == "withdrawn":
        delegating.withdraw(owner.person, invitation.public_id)
    elif what == "its owner has gone":
        delegating.end(owner)
    elif what == "its last day has passed":
        rows.update(last_day=timezone.localdate() - timedelta(days=1))
    else:
        delegating.decline(person, invitation.public_id)

    with pytest.raises(delegating.NotToBeAccepted):
        delegating.accept(person, invitation.public_id)
    assert not delegating.establishments_of(person)


def test_accepting_twice_makes_one_delegation(client: Client, owner: Delegation) -> None:
    person = UserFactory(citizen=True)
    invitation = invitation_of(owner, person)
    client.force_login(person)
    for _press in range(2):
        assert client.post(page("account_answer_invitation", invitation.public_id), {"do": "accept"}).status_code == 302
    assert Delegation.objects.filter(person=person).count() == 1


def test_who_comes_back_after_his_time_gets_another(owner: Delegation) -> None:
    before = DelegationFactory(establishment=owner.establishment, over=True)
    invitation = invitation_of(owner, before.person, timezone.localdate() + timedelta(days=30))

    made = delegating.accept(before.person, invitation.public_id)

    before.refresh_from_db()
    assert before.ended_at
    assert made.pk != before.pk
    assert made.is_current


def test_an_owner_ends_a_delegation_at_once(client: Client, owner: Delegation) -> None:
    other = DelegationFactory(establishment=owner.establishment)
    client.post(page("account_end_delegation", owner.establishment.public_id), {"delegation": other.pk})

    other.refresh_from_db()
    assert other.ended_at
    assert not other.is_current
    assert other.history.first().history_user == owner.person


def test_a_delegation_is_ended_by_a_second_press(client: Client, owner: Delegation) -> None:
    """The first only opens what asks; so where its owner ends it and where a delegate stops."""
    delegate = DelegationFactory(establishment=owner.establishment)

    for person, address in ((owner.person, of(owner.establishment)), (delegate.person, page("account_establishments"))):
        client.force_login(person)
        asks = client.get(address).content.decode().split("<details><summary")[1].split("</details>")[0]
        assert page("account_end_delegation", owner.establishment.public_id) in asks.split("</summary>")[1]


def test_a_delegate_ends_nothing_but_his_own(client: Client, owner: Delegation) -> None:
    mine, other = (DelegationFactory(establishment=owner.establishment) for _ in range(2))
    elsewhere = DelegationFactory()
    client.force_login(mine.person)
    address = page("account_end_delegation", owner.establishment.public_id)
    for key in (other.pk, owner.pk, elsewhere.pk, "x", "9" * 40, ""):
        client.post(address, {"delegation": key})
    assert Delegation.objects.filter(ended_at=None).count() == 4

    client.post(address, {"delegation": mine.pk})
    mine.refresh_from_db()
    assert mine.ended_at


def test_an_owner_does_not_end_himself(client: Client, owner: Delegation) -> None:
    client.post(page("account_end_delegation", owner.establishment.public_id), {"delegation": owner.pk})
    owner.refresh_from_db()
    assert owner.ended_at is None


def test_an_establishment_of_others_is_not_there(client: Client, owner: Delegation) -> None:
    person = UserFactory(citizen=True)
    for stranger in (person, DelegationFactory(owner=True).person, DelegationFactory(ended=True).person):
        client.force_login(stranger)
        assert client.get(of(owner.establishment)).status_code == 404
        assert client.post(of(owner.establishment), invited(person)).status_code == 404
    client.force_login(DelegationFactory(establishment=owner.establishment).person)
    assert client.get(of(owner.establishment)).status_code == 404, "delegates do not invite"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("identity_number", ""),
        ("identity_number", "123"),
        ("mobile", "5"),
        ("last_day", "yesterday"),
        ("last_day", "2001-01-01"),
        ("identity_type", "library card"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, owner: Delegation, field: str, typed: str
) -> None:
    person = UserFactory(citizen=True)
    answer = client.post(of(owner.establishment), invited(person, **{field: typed}))

    html = answer.content.decode()
    assert f'href="#id_{field}"' in html
    assert person.mobile.removeprefix("+966") in html.replace(" ", "") or field == "mobile"
    assert not Invitation.objects.exists()


def test_nobody_invites_without_end(client: Client, owner: Delegation) -> None:
    statuses = [client.post(of(owner.establishment), invited(UserFactory(citizen=True))).status_code for _ in range(21)]
    assert statuses.count(302) == 20
    assert statuses[-1] == 429


# -- the office


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(supervisor=True, citizen=True))
    return client


def typed(person: User, establishment: Establishment, **other: object) -> dict[str, object]:
    named = {"identity_type": person.identity_type, "identity_number": person.identity_number}
    days = {"first_day": timezone.localdate().isoformat(), "last_day": ""}
    return {"establishment": establishment.pk, **named, **days, "role": "delegate", **other}


def snippet(name: str, *args: object) -> str:
    return reverse(f"wagtailsnippets_accounts_delegation:{name}", args=args)


def test_staff_make_a_delegation_by_the_whole_number(office: Client) -> None:
    person, establishment = UserFactory(citizen=True), EstablishmentFactory()

    assert office.post(snippet("add"), typed(person, establishment)).status_code == 302

    made = Delegation.objects.get()
    assert made.person == person
    assert made.made_by is not None
    assert made.is_current


def test_whether_one_is_in_force_is_told_in_the_language_of_the_page(office: Client) -> None:
    DelegationFactory()

    page = office.get(snippet("list")).content.decode()

    assert "نعم" in page
    assert ">True<" not in page


@pytest.mark.parametrize("whose", ["nobody's", "one's own", "a second"])
def test_staff_are_told_why_a_delegation_is_not_made(office: Client, whose: str) -> None:
    establishment = EstablishmentFactory()
    person = User.objects.get(pk=office.session["_auth_user_id"])
    if whose == "nobody's":
        person = User(identity_type="national_id", identity_number=national_id(88002200))
    if whose == "a second":
        person = DelegationFactory(establishment=establishment).person
    before = Delegation.objects.count()

    answer = office.post(snippet("add"), typed(person, establishment))

    assert answer.status_code == 200
    assert Delegation.objects.count() == before
    assert person.identity_number in answer.content.decode()


def test_staff_end_a_delegation_for_good(office: Client) -> None:
    made = DelegationFactory()
    days = {"first_day": made.first_day.isoformat(), "last_day": "", "role": "delegate"}

    assert office.post(snippet("edit", made.pk), {**days, "end_now": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.ended_at
    ended = made.ended_at
    office.post(snippet("edit", made.pk), {**days, "last_day": "2099-01-01"})
    made.refresh_from_db()
    assert (made.ended_at, made.last_day) == (ended, None)


def test_an_edit_does_not_make_it_another_persons(office: Client) -> None:
    made, other = DelegationFactory(), UserFactory(citizen=True)
    office.post(snippet("edit", made.pk), typed(other, EstablishmentFactory(), last_day="2099-01-01"))
    before = made.person, made.establishment
    made.refresh_from_db()
    assert (made.person, made.establishment) == before
    assert made.last_day == date(2099, 1, 1)


def test_staff_do_not_meet_their_own_delegation(office: Client) -> None:
    me = User.objects.get(pk=office.session["_auth_user_id"])
    made = DelegationFactory(person=me)
    assert office.get(snippet("edit", made.pk)).status_code in {302, 404}
    assert str(made.establishment) not in office.get(snippet("list")).content.decode()


def test_nothing_of_it_is_deleted(office: Client) -> None:
    made = DelegationFactory()
    for address in (
        snippet("delete", made.pk),
        reverse("wagtailsnippets_accounts_establishment:delete", args=[made.establishment_id]),
    ):
        office.post(address)
    assert Delegation.objects.exists()
    assert Establishment.objects.exists()


@pytest.mark.parametrize("who", [{"clerk": True}, {"editor": True}, {"auditor": True}, {"citizen": True}])
def test_without_the_right_there_is_no_such_page(client: Client, who: dict[str, bool]) -> None:
    client.force_login(UserFactory(**who))
    made = DelegationFactory()
    for address in (snippet("list"), snippet("add"), snippet("edit", made.pk)):
        assert client.get(address).status_code in {302, 403, 404}
