"""A draft begun without an account is kept in the account of whoever signs in: once, whole, and nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard import sending
from service_requests.wizard.claiming import claim_for_account
from service_requests.wizard.drafts import Closed, save
from service_requests.wizard.links import link_of
from service_requests.wizard.models import Draft, Stash
from services_catalog.models import ServicePage
from tests.factories import DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, Browser
from tests.service_requests.wizard.test_guests import come_in

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT, allows_guests=True)


@pytest.fixture
def draft(client: Client, service: ServicePage) -> Draft:
    """Filled in by a guest, with a file."""
    come_in(client, service)
    Browser(client, service.slug).fill_in()
    return Draft.objects.select_related("applicant", "service").get()


@pytest.fixture
def signed_in_there(client: Client, draft: Draft, citizen: User) -> Client:
    """In the browser where it was begun. Signing in keeps what a session knows."""
    kept = dict(client.session)
    client.force_login(citizen)
    session = client.session
    session.update({name: value for name, value in kept.items() if name not in session})
    session.save()
    return client


def start(service: ServicePage) -> str:
    return reverse("apply:start", args=[service.slug])


@pytest.mark.any_database
def test_whoever_signs_in_half_way_is_asked_about_what_he_began(
    signed_in_there: Client, draft: Draft, service: ServicePage, citizen: User
) -> None:
    asked = signed_in_there.get(start(service), follow=True)

    assert asked.redirect_chain[-1][0] == link_of(draft)
    assert APPLICANT["name"] not in asked.content.decode()
    assert Draft.objects.get().applicant != citizen, "looking changes nothing"

    kept = signed_in_there.post(link_of(draft), follow=True)

    assert "الطلب الآن في حسابك" in kept.content.decode()
    assert Draft.objects.get().applicant == citizen
    assert APPLICANT["name"] in Browser(signed_in_there, service.slug).open("applicant").content.decode()
    assert Attachment.objects.get().owner == citizen


@pytest.mark.any_database
def test_its_files_can_be_opened_by_the_account_and_by_the_guest_no_more(
    signed_in_there: Client, draft: Draft, service: ServicePage
) -> None:
    file = reverse("my_requests:file", args=[Attachment.objects.get().public_id])
    assert signed_in_there.get(file).status_code == 404
    signed_in_there.post(link_of(draft))
    assert signed_in_there.get(file).status_code == 200
    elsewhere = Client()
    assert elsewhere.post(link_of(draft)).status_code == 404


@pytest.mark.any_database
def test_pressed_twice_it_is_his_all_the_same(signed_in_there: Client, draft: Draft, service: ServicePage) -> None:
    first, second = (signed_in_there.post(link_of(draft)) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.url == start(service)  # type: ignore[attr-defined]


@pytest.mark.any_database
def test_once_it_is_kept_nobody_else_gets_it(draft: Draft, citizen: User) -> None:
    assert claim_for_account(draft, citizen)
    other = Client()
    other.force_login(UserFactory(citizen=True))
    assert other.get(link_of(draft)).status_code == 404
    assert other.post(link_of(draft)).status_code == 404
    assert Draft.objects.get().applicant == citizen


@pytest.mark.any_database
def test_beside_a_draft_of_his_own_neither_is_lost(
    signed_in_there: Client, draft: Draft, service: ServicePage, citizen: User
) -> None:
    own = DraftFactory(applicant=citizen, service=service)

    told = signed_in_there.post(link_of(draft))

    assert told.status_code == 200
    assert "في حسابك مسودة لهذه الخدمة" in told.content.decode()
    assert set(Draft.objects.values_list("pk", "applicant")) == {(own.pk, citizen.pk), (draft.pk, draft.applicant_id)}


@pytest.mark.any_database
def test_he_may_begin_anew_instead(signed_in_there: Client, draft: Draft, service: ServicePage) -> None:
    anew = signed_in_there.get(start(service), {"anew": "1"})
    assert anew.url.endswith("/steps/applicant/")  # type: ignore[attr-defined]
    assert APPLICANT["name"] not in signed_in_there.get(anew.url).content.decode()  # type: ignore[attr-defined]


@pytest.mark.any_database
def test_what_was_put_aside_comes_with_it(signed_in_there: Client, draft: Draft, citizen: User) -> None:
    Stash.objects.create(person=draft.applicant, service=draft.service, step_key="visit", typed={"subject": ["x"]})
    signed_in_there.post(link_of(draft))
    assert Stash.objects.get().person == citizen


@pytest.mark.any_database
def test_what_was_sent_is_not_taken_over(signed_in_there: Client, draft: Draft, service: ServicePage) -> None:
    sent = ServiceRequestFactory(applicant=draft.applicant, service=service)
    assert signed_in_there.post(link_of(draft)).status_code == 404
    assert signed_in_there.get(start(service)).url.endswith("/steps/applicant/")  # type: ignore[attr-defined]
    sent.refresh_from_db()
    assert sent.applicant.is_guest


@pytest.mark.any_database
def test_a_draft_that_is_gone_when_it_is_sent_is_told_in_words(
    signed_in_there: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in_there.post(link_of(draft))
    browser = Browser(signed_in_there, draft.service.slug)
    browser.review()

    def gone(*_args: Any, **_more: Any) -> None:
        raise Draft.DoesNotExist

    monkeypatch.setattr(sending, "submit", gone)
    answer = browser.submit()
    assert answer.status_code == 303
    assert "لم يُرسل شيء" in signed_in_there.get(answer.url, follow=True).content.decode()


def test_a_step_of_the_guest_that_comes_a_moment_late_writes_nothing_into_the_account(
    draft: Draft, citizen: User
) -> None:
    as_the_guest_read_it = Draft.objects.select_related("form_version").get(pk=draft.pk)
    assert claim_for_account(draft, citizen)

    def writes(data: dict[str, Any], _revision: int) -> None:
        data["extra_data"]["answers"] = {"purpose": "another"}

    with pytest.raises(Closed):
        save(as_the_guest_read_it, writes, language="ar")

    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.applicant, kept.data) == (citizen, draft.data)


@pytest.mark.postgresql
def test_of_two_accounts_that_claim_at_once_one_gets_it(transactional_db: None) -> None:
    draft = DraftFactory(applicant=UserFactory(guest=True))
    people = [UserFactory(citizen=True) for _place in range(4)]

    def claims(person: User) -> bool:
        try:
            return claim_for_account(draft, person)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(claims, people))
    assert sum(won) == 1
    assert Draft.objects.get(pk=draft.pk).applicant == people[won.index(True)]


@pytest.mark.postgresql
def test_looked_at_first_and_written_then_several_get_it(transactional_db: None) -> None:
    """The control: without the condition in the statement itself each believes that it is his."""
    draft = DraftFactory(applicant=UserFactory(guest=True))
    people, all_have_looked = [UserFactory(citizen=True) for _place in range(4)], Barrier(4)

    def claims(person: User) -> bool:
        try:
            is_free = Draft.objects.filter(pk=draft.pk, applicant=draft.applicant_id).exists()
            all_have_looked.wait()
            return is_free and bool(Draft.objects.filter(pk=draft.pk).update(applicant=person))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claims, people)) == 4
