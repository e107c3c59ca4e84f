"""Sessions that end and pages that grow stale: what was typed and uploaded is there again, for the same person."""

from typing import Any

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, Stash
from services_catalog.models import ServicePage
from tests.factories import UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT_ANSWERS, Browser, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(citizen: User, service: ServicePage) -> Browser:
    """A browser whose forms are protected as in real life."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen)
    return Browser(client, service.slug)


def with_mark(browser: Browser) -> dict[str, Any]:
    return {"csrfmiddlewaretoken": browser.client.cookies["csrftoken"].value}


def test_a_deleted_csrf_cookie_keeps_the_text(strict: Browser) -> None:
    strict.open("applicant")
    mark = with_mark(strict)
    del strict.client.cookies["csrftoken"]
    response = strict.send_as_shown("applicant", {**APPLICANT, **mark})
    assert response.status_code == 303
    assert not Draft.objects.exists()
    html = strict._seen(strict.client.get(response.url)).content.decode()
    assert "أحمد محمد سالم اليامي" in html
    assert strict.send_as_shown("applicant", {**APPLICANT, **with_mark(strict)}).url == strict.address("visit")


def test_a_stale_page_keeps_its_file(strict: Browser) -> None:
    strict.open("applicant")
    strict.send_as_shown("applicant", {**APPLICANT, **with_mark(strict)})
    strict.open("visit")
    response = strict.send_as_shown("visit", {**VISIT_ANSWERS, "letter": letter("kept.png")})
    html = strict._seen(strict.client.get(response.url)).content.decode()
    assert "kept.png" in html
    assert "مناقشة صك" in html
    answer = strict.send_as_shown("visit", {**VISIT_ANSWERS, **with_mark(strict)})
    assert answer.url == strict.address("company")
    assert not Stash.objects.exists()


def test_a_post_from_another_site_is_not_kept(strict: Browser) -> None:
    strict.open("applicant")
    response = strict.client.post(strict.address("applicant"), {**strict.hidden, **APPLICANT, **with_mark(strict)},
                                  headers={"Origin": "https://evil.example"})  # fmt: skip
    assert response.status_code == 403
    assert not Stash.objects.exists()


def test_a_page_without_its_ticket_is_refused_in_words(strict: Browser) -> None:
    response = strict.client.post(strict.address("applicant"), APPLICANT)
    assert response.status_code == 403
    assert "<h1>" in response.content.decode()


def test_signing_out_in_another_tab_keeps_text_and_file(browser: Browser, citizen: User) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("visit")
    browser.client.logout()
    response = browser.send_as_shown("visit", {**VISIT_ANSWERS, "letter": letter("kept.png")})
    assert response.status_code == 303
    assert response.url.startswith(browser.named("account_login"))
    stash = Stash.objects.get()
    browser.client.force_login(citizen)
    html = browser.open("visit", f"?restore={stash.public_id}").content.decode()
    assert "مناقشة صك" in html
    assert "kept.png" in html
    assert browser.send_as_shown("visit", VISIT_ANSWERS).url == browser.address("company")


def test_an_upload_that_broke_off_is_told_and_changes_nothing(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "subject": "as it was"}, do="save")
    browser.open("visit")
    del browser.hidden["whole"]  # it is the last one of the page

    response = browser.send_as_shown("visit", {"party": "office", "subject": "typed before it", "letter": letter()})
    html = browser.client.get(response.url).content.decode()

    assert "letter.png" in html
    assert "typed before it" in html
    assert not Attachment.objects.exists()
    assert Draft.objects.get().data["extra_data"]["answers"]["subject"] == "as it was"


def test_the_same_page_when_it_arrives_whole_is_taken(browser: Browser) -> None:
    """The control."""
    browser.send("applicant", APPLICANT)
    browser.open("visit")

    assert browser.send_as_shown("visit", {**VISIT_ANSWERS, "letter": letter()}).status_code == 303
    assert Attachment.objects.exists()


def test_somebody_else_at_the_same_computer_sees_nothing_of_it(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("visit")
    page = browser.hidden
    browser.client.logout()
    browser.send_as_shown("visit", VISIT_ANSWERS)
    stash = Stash.objects.get()
    browser.client.force_login(UserFactory(citizen=True))
    assert (
        "مناقشة" not in browser.client.get(f"{browser.address('applicant')}?restore={stash.public_id}").content.decode()
    )
    browser.hidden = page
    response = browser.send_as_shown("visit", VISIT_ANSWERS)
    assert response.url == browser.named("apply:start", browser.slug)
    assert Draft.objects.count() == 1


def test_an_autosave_after_the_session_ended_moves_to_sign_in(browser: Browser) -> None:
    browser.open("applicant")
    browser.client.logout()
    response = browser.client.post(browser.address("applicant"), {**browser.hidden, **APPLICANT, "do": "autosave"},
                                   headers={"HX-Request": "true"})  # fmt: skip
    assert response.headers["HX-Redirect"].startswith(browser.named("account_login"))
    assert Stash.objects.get().typed["name"] == ["أحمد محمد سالم اليامي"]
