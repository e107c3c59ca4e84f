"""What the state vouches for stands in a form, with where it is from, and is nobody's to change there."""

import json
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from home.accounts.models import NationalConfirmation, User
from home.accounts.national import METHOD
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft, Stash
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, VISIT_ANSWERS, Browser, letter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NAME, MOBILE = "نورة محمد سالم اليامي", "+966509999999"
FORGED = {**APPLICANT, "name": "منتحل بن فلان الفلاني الأول", "mobile": "0507777777"}


def confirm(person: User, **attributes: str) -> None:
    told = {"full_name": person.full_name, "mobile": person.mobile, **attributes}
    NationalConfirmation.objects.update_or_create(
        person=person, defaults={"attributes": told, "assurance": "substantial", "confirmed_at": timezone.now()}
    )


def came_in_nationally(client: Client, assurance: str = "substantial") -> None:
    session = client.session
    session["account_authentication_methods"] = [{"method": METHOD, "at": 0.0, "assurance": assurance}]
    session["account_authentication_methods_user"] = client.session["_auth_user_id"]
    session.save()


@pytest.fixture
def citizen(db: None) -> User:
    return UserFactory(citizen=True, full_name=NAME, mobile=MOBILE)


def test_what_is_confirmed_is_shown_with_its_source_and_has_no_input(browser: Browser, citizen: User) -> None:
    confirm(citizen)

    page = browser.open("applicant").content.decode()

    assert NAME in page
    assert page.count("من الدخول الوطني الموحد") == 2
    assert 'name="name"' not in page
    assert 'name="mobile"' not in page
    assert 'name="kind"' in page


def test_what_is_known_and_not_confirmed_is_still_asked(browser: Browser, citizen: User) -> None:
    page = browser.open("applicant").content.decode()

    assert 'name="name"' in page
    assert "من الدخول الوطني الموحد" not in page


def test_posted_values_for_it_are_ignored(browser: Browser, citizen: User) -> None:
    confirm(citizen)

    browser.send("applicant", FORGED)

    answers = Draft.objects.get().data["extra_data"]["answers"]
    assert (answers["name"], answers["mobile"], answers["kind"]) == (NAME, MOBILE, "person")


def test_the_request_holds_the_states_word_whatever_was_posted(browser: Browser, citizen: User) -> None:
    confirm(citizen)
    browser.send("applicant", FORGED)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    browser.send("company", {"shown": "companions more"})
    browser.review()

    browser.submit(name="منتحل", mobile="0507777777")

    request = ServiceRequest.objects.get()
    assert (request.answers["name"], request.answers["mobile"]) == (NAME, MOBILE)
    assert (request.applicant_name, request.applicant_mobile) == (NAME, MOBILE)
    assert "منتحل" not in json.dumps(request.answers, ensure_ascii=False)


def test_a_draft_typed_before_is_reviewed_and_sent_with_the_states_word(browser: Browser, citizen: User) -> None:
    browser.send("applicant", FORGED)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    browser.send("company", {"shown": "companions more"})
    confirm(citizen)

    page = browser.review().content.decode()
    browser.submit()

    assert NAME in page
    assert "منتحل" not in page
    assert ServiceRequest.objects.get().answers["name"] == NAME


def test_a_wrong_value_typed_before_stops_nobody(browser: Browser, citizen: User) -> None:
    browser.send("applicant", {**APPLICANT, "mobile": "12"})
    confirm(citizen)

    response = browser.send("applicant", {"kind": "person", "shown": "name mobile kind"})

    assert response.status_code == 303
    assert response.url == browser.address("visit")


def test_a_name_shorter_than_the_form_wants_is_taken_as_the_state_has_it(browser: Browser, citizen: User) -> None:
    citizen.full_name = "عمر خالد"
    citizen.save()
    confirm(citizen)

    browser.fill_in()
    browser.review()
    browser.submit()

    assert ServiceRequest.objects.get().answers["name"] == "عمر خالد"


def test_what_the_person_changed_since_is_asked_again(browser: Browser, citizen: User) -> None:
    confirm(citizen)
    citizen.mobile = "+966501111111"
    citizen.save()

    page = browser.open("applicant").content.decode()

    assert 'name="mobile"' in page
    assert 'name="name"' not in page


def test_a_question_that_takes_nothing_from_the_account_is_asked(client: Client, citizen: User) -> None:
    first = VISIT.steps[0]
    name = first.fields[0].model_copy(update={"settings": {"from_account": False}})
    spec = VISIT.model_copy(
        update={"steps": (first.model_copy(update={"fields": (name, *first.fields[1:])}), *VISIT.steps[1:])}
    )
    page: ServicePage = ServicePageFactory(value=spec)
    confirm(citizen)
    client.force_login(citizen)

    assert 'name="name"' in Browser(client, page.slug).open("applicant").content.decode()


def test_the_level_of_the_session_is_kept_with_the_request_and_shown_at_the_desk(
    browser: Browser, citizen: User, service: ServicePage, client: Client
) -> None:
    confirm(citizen)
    came_in_nationally(client)
    browser.fill_in()
    browser.review()
    browser.submit()

    request = ServiceRequest.objects.get()
    assert request.identity_assurance == "substantial"
    client.force_login(UserFactory(clerk=True, departments=[service.department]))
    page = client.get(reverse("requests:inspect", args=[request.public_id])).content.decode()
    assert "<bdi>substantial</bdi>" in page


def test_a_session_with_a_password_alone_leaves_no_level(browser: Browser, citizen: User) -> None:
    confirm(citizen)
    browser.fill_in()
    browser.review()
    browser.submit()

    assert ServiceRequest.objects.get().identity_assurance == ""


def test_every_form_knows_the_confirmation_without_asking_the_database_again(
    client: Client, citizen: User, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    confirm(citizen)
    client.force_login(citizen)
    http = HttpRequest()
    http.session = client.session
    person = get_user(http)

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert person.national_confirmation.assurance == "substantial"  # type: ignore[union-attr]


@pytest.fixture
def guarded(service: ServicePage) -> ServicePage:
    ServicePage.objects.filter(pk=service.pk).update(requires_national_sign_in=True)
    return service


def test_a_session_with_a_password_is_asked_to_confirm_before_such_a_form_opens(
    guarded: ServicePage, browser: Browser
) -> None:
    for address in (browser.named("apply:start", guarded.slug), browser.address("applicant")):
        response = browser.client.get(address)
        assert response.status_code in {302, 303}
        assert response.url.startswith("/ar/account/national/needed/?next=%2Far%2Fapply%2F")


def test_nobody_is_offered_to_apply_as_a_guest_where_the_state_must_confirm_him(guarded: ServicePage) -> None:
    """The editor refuses the two together; a content file may hold both."""
    ServicePage.objects.filter(pk=guarded.pk).update(allows_guests=True)

    answer = Client().get(reverse("apply:start", args=[guarded.slug]))

    assert answer.url.startswith("/ar/account/national/needed/")
    assert not ServicePage.objects.get(pk=guarded.pk).is_for_guests


def test_what_was_typed_meanwhile_is_put_aside_and_not_saved(service: ServicePage, browser: Browser) -> None:
    browser.open("applicant")
    ServicePage.objects.filter(pk=service.pk).update(requires_national_sign_in=True)

    response = browser.send_as_shown("applicant", APPLICANT)

    assert "restore%3D" in response.url
    assert Stash.objects.get().typed["name"] == [APPLICANT["name"]]
    assert not Draft.objects.exists()


def test_nothing_is_sent_without_it(service: ServicePage, browser: Browser) -> None:
    browser.fill_in()
    browser.review()
    ServicePage.objects.filter(pk=service.pk).update(requires_national_sign_in=True)

    response = browser.submit()

    assert response.url.startswith("/ar/account/national/needed/")
    assert not ServiceRequest.objects.exists()


def test_a_session_that_came_in_by_it_applies(guarded: ServicePage, browser: Browser, client: Client) -> None:
    came_in_nationally(client, assurance="")
    browser.fill_in()
    browser.review()
    browser.submit()

    assert ServiceRequest.objects.get().identity_assurance == METHOD


def test_the_page_leads_there_and_back_or_says_that_it_is_not_to_be_had(
    client: Client, guarded: ServicePage, browser: Browser, settings: Settings
) -> None:
    address = client.get(browser.address("applicant")).url
    assert "لا يمكن استخدامه في هذه البوابة حاليًا" in client.get(address).content.decode()
    settings.NATIONAL_STAND_IN = True

    page = client.get(address).content.decode()

    assert f'href="/ar/account/national/?next={quote(browser.address("applicant"), safe="")}"' in page


def test_who_does_not_want_it_goes_back_to_the_service(
    client: Client, guarded: ServicePage, browser: Browser, settings: Settings
) -> None:
    settings.NATIONAL_STAND_IN = True
    page = client.get(client.get(browser.address("applicant")).url).content.decode()

    assert f'<a class="back-link" href="{guarded.get_url()}"' in page


def test_a_way_back_to_another_site_is_none(client: Client, db: None) -> None:
    page = client.get(
        "/ar/account/national/needed/", {"next": "/ar/", "back": "https://thief.example/"}
    ).content.decode()

    assert 'href="https://thief' not in page
    assert "back-link" not in page


def test_whoever_is_not_signed_in_is_shown_the_only_way_in_and_no_password(
    guarded: ServicePage, settings: Settings
) -> None:
    settings.NATIONAL_STAND_IN = True
    start = reverse("apply:start", args=[guarded.slug])

    page = Client().get(start, follow=True).content.decode()

    assert f'href="/ar/account/national/?next={quote(start, safe="")}"' in page
    assert 'name="password"' not in page
