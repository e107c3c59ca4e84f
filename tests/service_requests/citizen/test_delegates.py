"""Who sees what of a request that was sent in the name of an establishment."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from home.accounts.establishments import delegating
from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import User
from service_requests.documents.summary import summary_values
from service_requests.exchange.columns import office_text
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.workflow import actions
from tests.factories import DelegationFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def case(db: None) -> ServiceRequest:
    """Sent by a delegate of an office; the office waits for an answer of his."""
    sender = DelegationFactory()
    request: ServiceRequest = ServiceRequestFactory(
        waiting=True, applicant=sender.person, acting_for=sender.establishment
    )
    return request


WHO: dict[str, tuple[Callable[[ServiceRequest], User], bool]] = {
    "its sender": (lambda case: case.applicant, True),
    "the owner": (lambda case: DelegationFactory(establishment=case.acting_for, owner=True).person, True),
    "another delegate": (lambda case: DelegationFactory(establishment=case.acting_for).person, True),
    "a delegate who was ended": (
        lambda case: DelegationFactory(establishment=case.acting_for, ended=True).person,
        False,
    ),
    "a delegate whose days are over": (
        lambda case: DelegationFactory(establishment=case.acting_for, over=True).person,
        False,
    ),
    "a delegate who has not begun": (
        lambda case: DelegationFactory(establishment=case.acting_for, later=True).person,
        False,
    ),
    "a delegate of another office": (lambda case: DelegationFactory().person, False),
    "a citizen": (lambda case: UserFactory(citizen=True), False),
    "a clerk of another office": (lambda case: UserFactory(clerk=True), False),
}


def addresses(case: ServiceRequest) -> list[str]:
    file = Attachment(owner=case.applicant, request=case, name="letter.pdf", content_type="application/pdf", size=4)
    file.file.save("x", ContentFile(b"%PDF"))
    named = [reverse(f"my_requests:{name}", args=[case.public_id]) for name in ("detail", "received", "summary")]
    return [*named, reverse("my_requests:file", args=[file.public_id])]


@pytest.mark.parametrize("who", WHO)
def test_who_sees_it(client: Client, case: ServiceRequest, who: str) -> None:
    make, sees = WHO[who]
    person = make(case)
    client.force_login(person)

    found = {client.get(address).status_code for address in addresses(case)}

    assert found == ({200} if sees else {404})
    assert own_requests(person).filter(pk=case.pk).exists() is sees
    assert (case.number in client.get(reverse("my_requests:list")).content.decode()) is sees


@pytest.mark.parametrize("who", WHO)
def test_who_answers_for_it(client: Client, case: ServiceRequest, who: str) -> None:
    make, sees = WHO[who]
    client.force_login(make(case))

    answer = client.post(reverse("my_requests:reply", args=[case.public_id]), {"text": "هذا هو المطلوب"})

    assert answer.status_code == (302 if sees else 404)
    case.refresh_from_db()
    assert (case.messages.count() == 1) is sees


def test_staff_of_its_department_see_in_whose_name(client: Client, case: ServiceRequest) -> None:
    client.force_login(UserFactory(clerk=True, departments=[case.department]))
    html = client.get(reverse("requests:inspect", args=[case.public_id])).content.decode()
    assert str(case.acting_for) in html
    assert any(str(case.acting_for) in str(fact) for fact in summary_values(case, "ar")["facts"])
    assert office_text(case.acting_for, "en") == f"{case.acting_for.name['en']} ({case.acting_for.number})"


def test_a_guest_of_the_session_does_not_see_it(client: Client, case: ServiceRequest) -> None:
    session = client.session
    session[IN_THE_SESSION] = str(UserFactory(guest=True).public_id)
    session.save()
    assert {client.get(address).status_code for address in addresses(case)} == {404}


def test_a_colleague_reads_who_answered(client: Client, case: ServiceRequest) -> None:
    colleague = DelegationFactory(establishment=case.acting_for, person__full_name="زميل في المكتب").person
    actions.answer(case, by=colleague, text="جواب الزميل")
    client.force_login(case.applicant)
    assert "زميل في المكتب" in client.get(reverse("my_requests:detail", args=[case.public_id])).content.decode()


def test_an_ended_sender_neither_sees_nor_answers(client: Client, case: ServiceRequest) -> None:
    client.force_login(case.applicant)
    delegating.end(case.applicant.delegations.get())
    assert {client.get(address).status_code for address in addresses(case)} == {404}
    with pytest.raises(actions.NotPossible):
        actions.answer(case, by=case.applicant, text="x")


def test_what_he_sent_for_himself_stays_his_alone(client: Client, case: ServiceRequest) -> None:
    own = ServiceRequestFactory(applicant=case.applicant)
    colleague = DelegationFactory(establishment=case.acting_for).person
    assert set(own_requests(case.applicant)) == {own, case}
    assert set(own_requests(colleague)) == {case}


def test_my_requests_are_narrowed_to_one_establishment(client: Client, case: ServiceRequest) -> None:
    own = ServiceRequestFactory(applicant=case.applicant)
    client.force_login(case.applicant)
    address = reverse("my_requests:list")
    html = client.get(address, {"for": str(case.acting_for.public_id)}).content.decode()
    assert case.number in html
    assert own.number not in html
    for other in ("x", str(DelegationFactory().establishment.public_id)):
        html = client.get(address, {"for": other}).content.decode()
        assert case.number in html
        assert own.number in html
