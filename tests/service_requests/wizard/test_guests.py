"""Applying without an account: only where it is allowed, never by a program, never with an unproved mobile."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from forms_builder.fields.base import Context
from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import AccountMessage, CodeBudget, MessageKind, OneTimeCode, User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.links import draft_of, link_of
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.purge import purge
from service_requests.wizard.reminding import remind
from service_requests.wizard.submit import MobileNotProved, submit
from services_catalog.models import ServicePage
from tests.factories import DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, Browser
from tests.service_requests.wizard.test_captcha import solution

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT, allows_guests=True)


@pytest.fixture
def browser(client: Client, service: ServicePage) -> Browser:
    """Of a guest who has just come in."""
    come_in(client, service)
    return Browser(client, service.slug)


def come_in(client: Client, service: ServicePage) -> Any:
    return client.post(reverse("apply:guest", args=[service.slug]), {"check": solution(client)})


def guest() -> User:
    return User.objects.get(is_guest=True)


def mobile_page(service: ServicePage) -> str:
    return reverse("apply:mobile", args=[service.slug])


def prove(client: Client, service: ServicePage, mobile: str = "0501112233") -> Any:
    asked = client.post(mobile_page(service), {"do": "send", "mobile": mobile})
    assert asked.status_code == 303, asked.content.decode()[-2000:]
    return client.post(mobile_page(service), {"do": "check", "code": OneTimeCode.objects.last().digits})  # type: ignore[union-attr]


# -- the way in


def test_both_ways_are_offered(client: Client, service: ServicePage) -> None:
    html = client.get(reverse("apply:start", args=[service.slug])).content.decode()
    assert reverse("apply:guest", args=[service.slug]) in html
    assert reverse("account_login") in html


@pytest.mark.parametrize("settings", [{}, {"allows_guests": True, "who_applies": "establishments"}])
def test_elsewhere_one_signs_in(client: Client, settings: dict[str, Any]) -> None:
    service = ServicePageFactory(value=VISIT, **settings)
    there = reverse("apply:start", args=[service.slug])
    assert client.get(there).url.startswith(reverse("account_login"))  # type: ignore[attr-defined]
    assert come_in(client, service).url == there
    assert not User.objects.filter(is_guest=True).exists()


@pytest.mark.parametrize("check", ["", "x", "eyJ4IjogMX0="])
def test_without_the_check_nobody_comes_in(client: Client, service: ServicePage, check: str) -> None:
    answer = client.post(reverse("apply:guest", args=[service.slug]), {"check": check})
    assert answer.status_code == 422
    assert "field--error" in answer.content.decode()
    assert not User.objects.filter(is_guest=True).exists()


def test_one_solution_lets_one_in(client: Client, service: ServicePage) -> None:
    solved = solution(client)
    address = reverse("apply:guest", args=[service.slug])
    assert client.post(address, {"check": solved}).status_code == 303
    assert Client().post(address, {"check": solved}).status_code == 422
    assert User.objects.filter(is_guest=True).count() == 1


def test_the_way_in_of_a_second_tab_keeps_the_guest_and_his_draft(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)

    again = come_in(browser.client, service)

    assert again.url == reverse("apply:start", args=[service.slug])
    assert browser.client.session[IN_THE_SESSION] == str(guest().public_id), "there is one guest, and it is his session"
    assert APPLICANT["name"] in browser.open("applicant").content.decode()


def test_a_guest_of_one_service_is_asked_to_sign_in_for_another(browser: Browser) -> None:
    other = ServicePageFactory(value=VISIT)
    for name, args in (("apply:start", [other.slug]), ("apply:step", [other.slug, "applicant"]),
                       ("apply:review", [other.slug]), ("my_requests:list", []), ("account_profile", [])):  # fmt: skip
        answer = browser.client.get(reverse(name, args=args))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login")), name
    browser.fill_in()
    assert Draft.objects.get().applicant == guest(), "and nothing is lost by it"


# -- who a guest is


def test_nobody_signs_in_as_a_guest(browser: Browser) -> None:
    person = guest()
    assert not person.is_active
    assert not person.has_usable_password()
    assert not person.receives_codes
    assert authenticate(username=person.username, password="") is None
    browser.client.force_login(person)
    assert browser.client.get(reverse("account_profile")).status_code == 302


def test_a_guest_cannot_be_made_a_person(browser: Browser) -> None:
    for change in ({"is_active": True}, {"identity_type": "national_id", "identity_number": "1000000719"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(is_guest=True).update(**change)


def test_guests_are_not_among_people(browser: Browser, client: Client) -> None:
    staff = Client()
    staff.force_login(UserFactory(is_superuser=True))
    assert guest().username not in staff.get(reverse("wagtailusers_users:index")).content.decode()
    for name in ("edit", "delete"):
        address = reverse(f"wagtailusers_users:{name}", args=[guest().pk])
        assert staff.get(address).status_code == 404
        assert staff.post(address, {"is_active": "on"}).status_code == 404
    assert User.objects.filter(is_guest=True, is_active=False).exists()


# -- the application


def test_a_guest_applies_with_a_proved_mobile(browser: Browser, service: ServicePage) -> None:
    browser.fill_in()
    page = browser.review().content.decode()
    assert mobile_page(service) in page
    assert reverse("apply:submit", args=[service.slug]) not in page

    proved = prove(browser.client, service)
    assert proved.status_code == 303
    assert proved.url == reverse("apply:review", args=[service.slug])
    browser.review()
    sent = browser.submit()

    request = ServiceRequest.objects.get()
    assert (request.applicant_mobile, request.applicant_name) == ("+966501112233", APPLICANT["name"])
    assert request.applicant == guest()
    assert request.applicant.proved_mobile == "+966501112233"
    assert sent.url == reverse("my_requests:received", args=[request.public_id])
    html = browser.client.get(sent.url).content.decode()
    assert request.number in html
    assert reverse("my_requests:follow") in html


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demonstration_says_where_the_code_is_read(
    browser: Browser, service: ServicePage, settings: Settings, is_demo: bool
) -> None:
    settings.OUTBOX_FOR_EVERYONE = is_demo
    browser.fill_in()
    browser.client.post(mobile_page(service), {"do": "send", "mobile": "0501112233"})
    page = browser.client.get(mobile_page(service)).content.decode()
    assert (reverse("outbox") in page) == is_demo


def test_nothing_is_sent_before_the_mobile_is_proved(browser: Browser, service: ServicePage) -> None:
    browser.fill_in()
    browser.review()
    sent = browser.submit()
    assert sent.status_code == 303
    assert sent.url == mobile_page(service)
    with pytest.raises(MobileNotProved):
        submit(Draft.objects.get(), by=guest(), context=Context(language="ar"))
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("settings", [{"allows_guests": False}, {"who_applies": "establishments"}])
def test_nothing_is_sent_once_the_service_is_not_for_guests_any_more(
    browser: Browser, service: ServicePage, settings: dict[str, Any]
) -> None:
    browser.fill_in()
    prove(browser.client, service)
    browser.review()
    ServicePage.objects.filter(pk=service.pk).update(**settings)

    assert browser.submit().url == reverse("apply:start", args=[service.slug])
    assert not ServiceRequest.objects.exists()
    assert Draft.objects.get().closed_at is None, "and what he typed is kept"


def test_a_wrong_code_proves_nothing(browser: Browser, service: ServicePage) -> None:
    browser.fill_in()
    browser.client.post(mobile_page(service), {"do": "send", "mobile": "0501112233"})
    right = OneTimeCode.objects.get().digits
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    answer = browser.client.post(mobile_page(service), {"do": "check", "code": wrong})
    assert answer.status_code == 422
    assert not guest().mobile_is_proved


@pytest.mark.parametrize("mobile", ["", "5", "0111111111", "+1 202 555 0143"])
def test_a_number_that_is_none_is_refused_in_words(browser: Browser, service: ServicePage, mobile: str) -> None:
    browser.fill_in()
    answer = browser.client.post(mobile_page(service), {"do": "send", "mobile": mobile})
    assert answer.status_code == 422
    assert 'href="#id_mobile"' in answer.content.decode()
    assert not OneTimeCode.objects.exists()


def test_the_mobile_is_read_as_in_the_country_of_the_body(client: Client) -> None:
    service = ServicePageFactory(value=VISIT, allows_guests=True)
    organisation = service.department.organisation
    organisation.country = "JO"
    organisation.save()
    come_in(client, service)
    Browser(client, service.slug).send("applicant", APPLICANT)
    prove(client, service, "0791234567")
    assert guest().proved_mobile == "+962791234567"


def test_a_name_is_asked_for_where_the_form_asks_none(client: Client) -> None:
    service = ServicePageFactory(allows_guests=True)
    come_in(client, service)
    Browser(client, service.slug).send("topic", {"subject": "x", "shown": "subject details"})
    refused = client.post(mobile_page(service), {"do": "send", "mobile": "0501112233"})
    assert 'href="#id_full_name"' in refused.content.decode()
    client.post(mobile_page(service), {"do": "send", "mobile": "0501112233", "full_name": "سالم أحمد"})
    client.post(mobile_page(service), {"do": "check", "code": OneTimeCode.objects.get().digits})
    Browser(client, service.slug).review()
    client.post(reverse("apply:submit", args=[service.slug]), {})
    assert ServiceRequest.objects.get().applicant_name == "سالم أحمد"


# -- the link


def test_the_link_leads_back_on_another_device(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    shown = browser.client.get(reverse("apply:link", args=[service.slug])).content.decode()
    link = re.search(r'id="guest-link">[^<]*?(/[^<]+)<', shown.replace("http://testserver", ""))
    assert link is not None
    elsewhere = Client()

    asked = elsewhere.get(link[1])
    assert asked.status_code == 200
    assert IN_THE_SESSION not in elsewhere.session, "looking opens nothing"
    opened = elsewhere.post(link[1], follow=True)

    assert APPLICANT["name"] not in asked.content.decode()
    assert opened.redirect_chain[-1][0] == reverse("apply:step", args=[service.slug, "visit"])
    assert APPLICANT["name"] in elsewhere.get(reverse("apply:step", args=[service.slug, "applicant"])).content.decode()


def test_before_anything_is_kept_the_link_is_not_silent(browser: Browser, service: ServicePage) -> None:
    page = browser.client.get(reverse("apply:link", args=[service.slug]), follow=True).content.decode()
    assert "لم يُحفظ شيء بعد" in page


def test_save_and_come_back_later_shows_the_link(browser: Browser, service: ServicePage) -> None:
    saved = browser.send("applicant", APPLICANT, do="save")
    assert saved.status_code == 303
    assert saved.url == reverse("apply:link", args=[service.slug])


def link_page(service: ServicePage) -> str:
    return reverse("apply:link", args=[service.slug])


def messages_with_a_link() -> list[AccountMessage]:
    return list(AccountMessage.objects.exclude(kind=MessageKind.CODE))


def test_the_link_is_sent_to_no_mobile_that_was_not_proved(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    page = browser.client.get(link_page(service)).content.decode()

    refused = browser.client.post(link_page(service), follow=True)

    assert mobile_page(service) in page
    assert "أثبت جوالك أولاً" in refused.content.decode()
    assert messages_with_a_link() == []


def test_the_link_is_sent_to_the_mobile_he_has_proved_and_says_nothing_of_him(
    browser: Browser, service: ServicePage
) -> None:
    browser.send("applicant", APPLICANT)
    proved = prove(browser.client, service)
    assert proved.url == link_page(service), "half-way it is for the link that a mobile is proved"
    CodeBudget.objects.all().delete()

    sent = browser.client.post(link_page(service), follow=True)

    assert "الرابط في طريقه إلى جوالك" in sent.content.decode()
    (message,) = messages_with_a_link()
    assert message.recipient == "+966501112233"
    assert "لا يمكنك الرد" in message.text
    assert not any(word in message.text for word in APPLICANT["name"].split())
    link = re.search(r"/ar/apply/link/\S+/", message.text)
    assert link
    elsewhere = Client()
    assert elsewhere.post(link[0]).status_code == 303
    assert elsewhere.session[IN_THE_SESSION] == str(guest().public_id)


def test_links_by_message_are_charged_like_codes(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    prove(browser.client, service)

    soon = browser.client.post(link_page(service), follow=True)

    assert "أرسلنا رسالة إلى هذا الجوال قبل قليل. اطلب مرة أخرى بعد" in soon.content.decode(), "one is not many"
    assert messages_with_a_link() == []
    CodeBudget.objects.all().delete()
    for _time in range(3):
        browser.client.post(link_page(service))
    assert len(messages_with_a_link()) == 1


@pytest.mark.parametrize("what", ["forged", "sent", "old", "deleted"])
def test_a_link_that_leads_nowhere_opens_nothing(browser: Browser, service: ServicePage, what: str) -> None:
    browser.send("applicant", APPLICANT)
    draft = Draft.objects.get()
    address = link_of(draft)
    if what == "forged":
        address = address[:-4] + "xxx/"
    elif what == "sent":
        ServiceRequestFactory(applicant=guest(), service=service)
    elif what == "old":
        remind(timezone.now() + timedelta(days=23))
        purge(timezone.now() + timedelta(days=29))
    else:
        draft.delete()
    elsewhere = Client()
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(address).status_code == 404
    assert IN_THE_SESSION not in elsewhere.session


def test_the_link_of_a_person_with_an_account_does_not_exist(citizen: User) -> None:
    draft = DraftFactory(applicant=citizen)
    assert draft_of(link_of(draft).rstrip("/").rpartition("/")[2]) is None


def test_what_was_typed_when_the_visit_ended_is_there_again(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    link = link_of(Draft.objects.get())
    browser.open("visit")
    browser.client.cookies.clear()

    lost = browser.send("visit", {"subject": "لا يضيع", "shown": "party subject letter"})
    assert lost.status_code == 303
    assert lost.url == reverse("apply:start", args=[service.slug])
    assert Stash.objects.get().person == guest()
    back = browser.client.post(link, follow=True)
    assert "لا يضيع" in back.content.decode()


def test_a_link_does_not_take_a_session_from_whoever_is_signed_in(signed_in: Client) -> None:
    draft = DraftFactory(applicant=UserFactory(guest=True))
    signed_in.post(link_of(draft))
    assert IN_THE_SESSION not in signed_in.session


# -- other people


def test_the_guest_of_another_session_sees_nothing(browser: Browser, service: ServicePage) -> None:
    browser.fill_in()
    draft = Draft.objects.get()
    file = draft.uploads.get().attachment
    other = Client()
    come_in(other, service)
    assert other.get(reverse("my_requests:file", args=[file.public_id])).status_code == 404
    assert APPLICANT["name"] not in Browser(other, service.slug).open("applicant").content.decode()
    sent = ServiceRequestFactory(applicant=draft.applicant, service=service)
    for name in ("detail", "received", "reply", "correct", "summary"):
        assert other.get(reverse(f"my_requests:{name}", args=[sent.public_id])).status_code == 404
    assert browser.client.get(reverse("my_requests:detail", args=[sent.public_id])).status_code == 200, "the control"


def test_who_leaves_is_forgotten_by_the_browser(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    browser.client.get(reverse("apply:leave"))
    assert IN_THE_SESSION in browser.client.session
    browser.client.post(reverse("apply:leave"))
    assert IN_THE_SESSION not in browser.client.session
    assert Draft.objects.exists()


def test_signed_in_one_is_oneself(browser: Browser, citizen: User, service: ServicePage) -> None:
    """A guest who signs in does not become the account's owner, nor the account the guest's."""
    browser.send("applicant", APPLICANT)
    browser.client.force_login(citizen)
    assert APPLICANT["name"] not in browser.open("applicant").content.decode()
    assert reverse("apply:leave") not in browser.client.get("/ar/").content.decode()


# -- the end


def test_guests_who_sent_nothing_are_cleared_away(browser: Browser, service: ServicePage) -> None:
    browser.fill_in()
    keeps = UserFactory(guest=True, date_joined=timezone.now() - timedelta(days=60))
    ServiceRequestFactory(applicant=keeps, service=service)
    guests = User.objects.filter(is_guest=True)
    remind(timezone.now() + timedelta(days=23))
    purge(timezone.now() + timedelta(days=27))
    assert guests.count() == 2
    # His files go in the same round, and he after them.
    purge(timezone.now() + timedelta(days=29))
    assert list(guests) == [keeps]
    assert not User.history.exclude(id=keeps.pk).filter(username__startswith="guest-").exists()


def test_a_guest_has_no_identity_number() -> None:
    with pytest.raises((ValidationError, IntegrityError)):
        UserFactory(guest=True, identity_type="national_id", identity_number="1000000719")
