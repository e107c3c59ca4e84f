"""Applying in the name of an establishment: chosen before the first step, shown on every page, checked when sent."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forms_builder.fields.base import Context
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.establishments import delegating
from home.accounts.establishments.models import Delegation
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.records.search import matching
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import office_slug
from service_requests.wizard.submit import NotForThisOffice, submit
from services_catalog.models import ServicePage
from tests.factories import DelegationFactory, DraftFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, Browser, both

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OFFICE = FormSpec(
    steps=(
        StepSpec(
            key="office",
            title=both("Office"),
            fields=(
                FieldSpec(
                    key="name",
                    type="short_text",
                    label=both("Name"),
                    settings={"filled_with": "establishment_name"},
                ),
                FieldSpec(
                    key="number",
                    type="short_text",
                    label=both("Classification"),
                    settings={"filled_with": "establishment_number"},
                ),
            ),
        ),
    )
)


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT, who_applies="establishments")


@pytest.fixture
def delegation(client: Client, db: None) -> Delegation:
    made: Delegation = DelegationFactory()
    client.force_login(made.person)
    return made


def browser_of(client: Client, service: ServicePage, delegation: Delegation) -> Browser:
    return Browser(client, office_slug(delegation.establishment, service.slug))


def begun(person: User, service: ServicePage, office: Any) -> Draft:
    data = {"extra_data": {"answers": {"subject": "x"}}}
    draft: Draft = DraftFactory(applicant=person, service=service, acting_for=office, data=data)
    return draft


def start(client: Client, service: ServicePage) -> Any:
    return client.get(reverse("apply:start", args=[service.slug]))


# -- in whose name


def test_with_one_establishment_he_goes_straight_on(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    there = start(client, service)
    assert there.status_code == 302
    assert f"/for/{delegation.establishment.public_id}/{service.slug}/" in there.url


def test_with_several_he_chooses_among_his_own_of_today(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    other = DelegationFactory(person=delegation.person)
    lost = [DelegationFactory(person=delegation.person, **{when: True}) for when in ("ended", "over", "later")]

    html = start(client, service).content.decode()

    assert all(f"/for/{one.establishment.public_id}/" in html for one in (delegation, other))
    assert not any(str(one.establishment.public_id) in html for one in (*lost, DelegationFactory()))


def test_with_none_he_reads_how_to_get_one(client: Client, service: ServicePage, citizen: User) -> None:
    client.force_login(citizen)
    html = start(client, service)
    assert html.status_code == 200
    assert reverse("account_establishments") in html.content.decode()
    step = client.get(reverse("apply:step", args=[service.slug, "applicant"]))
    assert step.status_code == 303
    assert step.url == reverse("apply:start", args=[service.slug])


def test_where_both_apply_he_may_choose_himself(client: Client, delegation: Delegation) -> None:
    service = ServicePageFactory(value=VISIT, who_applies="both")
    html = start(client, service).content.decode()
    assert "?myself" in html
    assert str(delegation.establishment.public_id) in html

    Browser(client, service.slug).fill_in()
    browser_of(client, service, delegation).fill_in()

    assert {draft.acting_for for draft in Draft.objects.all()} == {None, delegation.establishment}


# -- the way through


def test_what_is_sent_is_the_establishments(client: Client, service: ServicePage, delegation: Delegation) -> None:
    browser = browser_of(client, service, delegation)
    for step in ("applicant",):
        assert str(delegation.establishment) in browser.open(step).content.decode()
    browser.fill_in()
    assert str(delegation.establishment) in browser.review().content.decode()
    sent = browser.submit()

    request = ServiceRequest.objects.get()
    assert request.acting_for == delegation.establishment
    assert request.applicant == delegation.person
    assert request.history.get().acting_for == delegation.establishment
    for address in (sent.url, reverse("my_requests:detail", args=[request.public_id]), reverse("my_requests:list")):
        assert str(delegation.establishment) in client.get(address).content.decode(), address
    assert list(matching(ServiceRequest.objects.all(), delegation.establishment.number)) == [request]


def test_its_name_and_number_stand_in_the_form(client: Client, delegation: Delegation) -> None:
    service = ServicePageFactory(value=OFFICE, who_applies="establishments")
    html = browser_of(client, service, delegation).open("office").content.decode()
    office = delegation.establishment
    assert f'value="{office.number}"' in html
    assert f'value="{office.name["ar"]}"' in html


def test_nothing_of_an_establishment_stands_where_he_applies_for_himself(
    client: Client, delegation: Delegation
) -> None:
    service = ServicePageFactory(value=OFFICE, who_applies="both")
    assert delegation.establishment.number not in Browser(client, service.slug).open("office").content.decode()


def test_there_is_one_open_draft_for_each_establishment(service: ServicePage, delegation: Delegation) -> None:
    begun(delegation.person, service, delegation.establishment)
    begun(delegation.person, service, DelegationFactory(person=delegation.person).establishment)
    begun(delegation.person, service, None)
    for office in (delegation.establishment, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            begun(delegation.person, service, office)


def test_drafts_say_for_whom_and_lead_back_there(client: Client, service: ServicePage, delegation: Delegation) -> None:
    browser_of(client, service, delegation).fill_in()
    html = client.get(reverse("my_requests:list") + "?show=drafts").content.decode()
    assert str(delegation.establishment) in html
    assert reverse("apply:start", args=[office_slug(delegation.establishment, service.slug)]) in html


# -- forged, ended


@pytest.mark.parametrize("whose", ["another's", "ended", "over", "later", "nobody's"])
def test_no_page_is_there_for_an_establishment_that_is_not_his(
    client: Client, service: ServicePage, delegation: Delegation, whose: str
) -> None:
    if whose == "another's":
        name = DelegationFactory().establishment.public_id
    elif whose == "nobody's":
        name = uuid.uuid4()
    else:
        name = DelegationFactory(person=delegation.person, **{whose: True}).establishment.public_id
    slug = f"for/{name}/{service.slug}"
    for address in (
        reverse("apply:start", args=[slug]),
        reverse("apply:step", args=[slug, "applicant"]),
        reverse("apply:review", args=[slug]),
        reverse("apply:update", args=[slug]),
    ):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"name": "x"}).status_code in {404, 405}, address
    assert client.post(reverse("apply:submit", args=[slug])).status_code == 404
    assert not Draft.objects.exists()
    assert not ServiceRequest.objects.exists()


def test_a_service_for_persons_is_not_applied_for_in_anothers_name(client: Client, delegation: Delegation) -> None:
    service = ServicePageFactory(value=VISIT)
    slug = office_slug(delegation.establishment, service.slug)
    assert client.get(reverse("apply:step", args=[slug, "applicant"])).status_code == 404


def test_an_ended_delegation_takes_the_draft_with_it(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    browser = browser_of(client, service, delegation)
    browser.fill_in()
    draft = Draft.objects.get()
    file = draft.uploads.get().attachment
    assert client.get(reverse("my_requests:file", args=[file.public_id])).status_code == 200
    delegating.end(delegation)

    assert browser.open("applicant").status_code == 404
    assert browser.submit().status_code == 404
    assert client.get(reverse("my_requests:file", args=[file.public_id])).status_code == 404
    assert (
        str(delegation.establishment) not in client.get(reverse("my_requests:list") + "?show=drafts").content.decode()
    )
    client.post(reverse("my_requests:discard", args=[draft.public_id]))
    assert Draft.objects.filter(pk=draft.pk, closed_at=None).exists(), "it goes with the next purge"


def test_ended_while_he_fills_in_he_reads_why_nothing_goes_on(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    browser = browser_of(client, service, delegation)
    browser.open("applicant")
    delegating.end(delegation)

    pressed = browser.send_as_shown("applicant", APPLICANT)
    passing = browser.send_as_shown("applicant", APPLICANT, headers={"hx-request": "true"})

    there = passing.headers["HX-Redirect"]
    assert pressed.status_code == 404
    for html in (pressed.content.decode(), client.get(there).content.decode(), browser.submit().content.decode()):
        assert "لا تمثل هذه المنشأة" in html
        assert str(delegation.establishment) not in html


def test_sending_looks_at_the_delegation_again(service: ServicePage, delegation: Delegation) -> None:
    draft = begun(delegation.person, service, delegation.establishment)
    delegating.end(delegation)
    with pytest.raises(NotForThisOffice):
        submit(draft, by=delegation.person, context=Context(language="ar"))
    assert not ServiceRequest.objects.exists()


def test_nobody_sends_for_himself_what_establishments_apply_for(service: ServicePage, citizen: User) -> None:
    draft = begun(citizen, service, None)
    with pytest.raises(NotForThisOffice):
        submit(draft, by=citizen, context=Context(language="ar"))


def test_ended_between_the_review_and_the_press_it_is_said_in_words(
    client: Client, service: ServicePage, delegation: Delegation, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(client, service, delegation)
    browser.fill_in()
    browser.review()

    def refused(*_args: Any, **_kwargs: Any) -> None:
        raise NotForThisOffice

    # As when it ends after the page was opened and before the transaction looks.
    monkeypatch.setattr("service_requests.wizard.sending.submit", refused)
    answer = browser.submit()
    assert answer.status_code == 303
    assert answer.url == reverse("apply:start", args=[service.slug])
    assert Draft.objects.get().closed_at is None


def test_a_step_of_one_establishment_is_not_saved_under_another(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    """Two tabs, two establishments: each writes its own draft."""
    other = DelegationFactory(person=delegation.person)
    first, second = browser_of(client, service, delegation), browser_of(client, service, other)
    first.fill_in()
    second.open("applicant")
    second.send("applicant", {"name": "x", "shown": "name mobile kind"})
    assert Draft.objects.get(acting_for=delegation.establishment).data["extra_data"]["answers"]["name"] != "x"
    assert Draft.objects.count() == 2


def test_a_clerk_does_not_work_on_requests_of_an_establishment_he_acts_for(service: ServicePage) -> None:
    from service_requests.workflow import actions
    from service_requests.workflow.permissions import permitted
    from tests.factories import ServiceRequestFactory

    clerk = UserFactory(clerk=True, citizen=True, departments=[service.department])
    office = DelegationFactory(person=clerk).establishment
    colleague = UserFactory(clerk=True, departments=[service.department])
    request = ServiceRequestFactory(service=service, acting_for=office)

    assert permitted(request, clerk) == []
    with pytest.raises(actions.NotPossible):
        actions.take(request, by=clerk)
    assert permitted(request, colleague), "the control"


def test_nothing_is_sent_in_the_name_of_an_office_once_only_persons_apply(
    client: Client, service: ServicePage, delegation: Delegation
) -> None:
    browser = browser_of(client, service, delegation)
    browser.fill_in()
    browser.review()
    ServicePage.objects.filter(pk=service.pk).update(who_applies="persons")

    assert browser.submit().url == reverse("apply:start", args=[service.slug])
    assert not ServiceRequest.objects.exists()
