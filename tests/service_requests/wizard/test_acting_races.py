"""A delegation that ends while somebody sends in its name: one of the two is first, and the other sees it.

On PostgreSQL with real connections. Whoever would have to wait gives up after a moment instead, which shows that he
waits; each promise is tried against a weakened variant too.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from forms_builder.fields.base import Context
from home.accounts.establishments import delegating
from home.accounts.establishments.models import Delegation, Invitation
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard import submit as submitting
from service_requests.wizard.models import Draft
from tests.factories import DelegationFactory, DraftFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.test_races import ANSWERS, at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

CONTEXT = Context(language="ar")


@pytest.fixture
def delegation(transactional_db: None) -> Delegation:
    made: Delegation = DelegationFactory()
    return made


@pytest.fixture
def draft(delegation: Delegation) -> Draft:
    service = ServicePageFactory(who_applies="establishments")
    found: Draft = DraftFactory(
        applicant=delegation.person, acting_for=delegation.establishment, service=service, data=ANSWERS
    )
    return found


def send(draft: Draft) -> ServiceRequest:
    return submitting.submit(draft, by=draft.applicant, context=CONTEXT)


def elsewhere(work: Callable[[], Any]) -> Any:
    """On a connection of its own, which waits for nobody longer than a moment; its error is returned."""

    def one() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")
            return work()
        except Exception as error:  # looked at by the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(one).result(timeout=60)


def looks_without_holding(person: User, establishment: int) -> bool:
    """The weakened variant."""
    return Delegation.objects.current().filter(person=person, establishment=establishment).exists()


def end_while_it_is_sent(draft: Draft, delegation: Delegation, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What becomes of an end that comes when the delegation was looked at and the request is being made."""
    outcome = []
    stock = submitting._create

    def create(*args: Any) -> ServiceRequest:
        outcome.append(elsewhere(lambda: delegating.end(delegation)))
        return stock(*args)

    monkeypatch.setattr(submitting, "_create", create)
    send(draft)
    return outcome[0]


def test_an_end_waits_until_what_is_being_sent_is_sent(
    draft: Draft, delegation: Delegation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(end_while_it_is_sent(draft, delegation, monkeypatch), OperationalError)
    delegation.refresh_from_db()
    assert delegation.ended_at is None
    assert ServiceRequest.objects.count() == 1


def test_control_without_the_lock_it_ends_in_the_middle(
    draft: Draft, delegation: Delegation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submitting, "may_act_for", looks_without_holding)
    assert end_while_it_is_sent(draft, delegation, monkeypatch) is None
    delegation.refresh_from_db()
    assert delegation.ended_at is not None
    assert ServiceRequest.objects.count() == 1


def test_what_is_sent_waits_for_an_end_that_was_first(draft: Draft, delegation: Delegation) -> None:
    with transaction.atomic():
        delegating.end(delegation)
        assert isinstance(elsewhere(lambda: send(draft)), OperationalError)
    assert isinstance(elsewhere(lambda: send(draft)), submitting.NotForThisOffice)
    assert not ServiceRequest.objects.exists()


def test_control_without_the_lock_it_is_sent_all_the_same(
    draft: Draft, delegation: Delegation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submitting, "may_act_for", looks_without_holding)
    with transaction.atomic():
        delegating.end(delegation)
        assert isinstance(elsewhere(lambda: send(draft)), ServiceRequest)


def test_ten_submits_in_the_name_of_an_office_make_one_request(draft: Draft) -> None:
    sent = at_once(lambda _place: send(draft).number, times=10, threads=10)
    assert len(set(sent)) == 1, sent


def test_ten_who_accept_one_invitation_make_one_delegation(delegation: Delegation) -> None:
    owner = DelegationFactory(owner=True, establishment=delegation.establishment)
    person = UserFactory(citizen=True)
    told = delegating.Invited(person.identity_type, person.identity_number, person.mobile)
    delegating.invite(owner.establishment, told, by=owner.person)
    name = Invitation.objects.get().public_id

    answers = at_once(lambda _place: delegating.accept(person, name), times=10, threads=10)

    assert sum(isinstance(answer, Delegation) for answer in answers) == 1, answers
    assert all(isinstance(answer, Delegation | delegating.NotToBeAccepted) for answer in answers), answers
    assert Delegation.objects.filter(person=person).count() == 1
