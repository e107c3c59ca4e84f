"""Sending an application: once, whole, and only what was asked."""

from typing import Any

import pytest
from django.test import Client, override_settings

from cms.jobs.models import Job
from forms_builder.fields.base import Context
from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Draft
from service_requests.wizard.submit import submit
from services_catalog.models import ServicePage
from services_catalog.organisations.models import NumberCounter
from tests.factories import FormFactory, FormVersionFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, VISIT_ANSWERS, Browser, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(browser: Browser) -> Browser:
    """Everything filled in, the review on the screen."""
    browser.fill_in()
    browser.review()
    return browser


def test_sending_makes_a_request_with_a_number(ready: Browser, citizen: User, service: ServicePage) -> None:
    response = ready.submit()
    request = ServiceRequest.objects.get()
    assert response.status_code == 303
    assert response.url == ready.named("my_requests:received", request.public_id)
    assert request.number == f"{service.department.organisation.number_prefix}-{request.year}-000001"
    assert request.applicant == citizen
    assert request.applicant_mobile == "+966501234567"
    assert request.answers["subject"] == "مناقشة صك"
    assert request.answers["honest"]["text"] == "I am honest ع"
    assert request.answers["honest"]["at"]


def test_history_notice_job_and_files_come_with_it(ready: Browser, citizen: User) -> None:
    ready.submit()
    request = ServiceRequest.objects.get()
    created = request.history.get()
    assert (created.history_type, created.history_user) == ("+", citizen)
    notice = Notice.objects.get(channel="sms")
    assert request.number in notice.text
    assert citizen.identity_number not in notice.text
    assert str(notice.public_id) in Job.objects.get(kind="deliver_notices").arguments["notices"]
    assert Attachment.objects.get().request == request
    draft = Draft.objects.get()
    assert draft.request == request
    assert draft.closed_at
    assert draft.data["step_data"] == {}


def test_a_second_press_leads_to_the_same_request(ready: Browser) -> None:
    first, second = ready.submit(), ready.submit()
    assert first.url == second.url
    assert ServiceRequest.objects.count() == 1
    assert NumberCounter.objects.get().last == 1


def test_going_back_and_continuing_leads_to_the_same_request(browser: Browser) -> None:
    browser.fill_in()
    browser.open("applicant")
    old_page = browser.hidden
    browser.review()
    sent = browser.submit()
    browser.hidden = old_page
    again = browser.send_as_shown("applicant", APPLICANT)
    assert again.url == sent.url
    assert not Draft.objects.filter(closed_at=None).exists()


def test_an_old_review_page_never_sends_the_next_draft(ready: Browser) -> None:
    sent = ready.submit()
    old_page = ready.hidden
    ready.fill_in()
    ready.hidden = old_page
    assert ready.submit().url == sent.url
    assert ServiceRequest.objects.count() == 1


def test_a_declaration_that_is_not_ticked_is_asked_for(ready: Browser) -> None:
    response = ready.submit(honest="")
    assert response.status_code == 200
    assert 'class="error-summary"' in response.content.decode()
    assert not ServiceRequest.objects.exists()
    assert not NumberCounter.objects.exists()


def test_submitting_by_get_does_nothing(ready: Browser, client: Client) -> None:
    response = client.get(ready.named("apply:submit", ready.slug))
    assert response.url == ready.named("apply:review", ready.slug)
    assert not ServiceRequest.objects.exists()


def test_an_unfinished_draft_is_led_back_to_its_gap(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    response = browser.submit()
    assert response.url == browser.address("visit")
    assert not ServiceRequest.objects.exists()


def test_somebody_elses_draft_is_not_sent(ready: Browser, client: Client) -> None:
    client.force_login(UserFactory(citizen=True))
    assert ready.submit().url == ready.named("apply:start", ready.slug)
    assert not ServiceRequest.objects.exists()


def test_answers_of_hidden_questions_and_their_files_stay_behind(ready: Browser) -> None:
    ready.send("applicant", {**APPLICANT, "kind": "public", "employer": "وزارة", "shown": "name mobile kind employer"})
    ready.send("applicant", {**APPLICANT, "shown": "name mobile kind employer"})
    ready.review()
    ready.submit()
    assert "employer" not in ServiceRequest.objects.get().answers


def test_a_value_typed_over_a_right_answer_is_not_sent_in_its_old_form(ready: Browser) -> None:
    ready.send("applicant", {**APPLICANT, "mobile": "12"}, do="save")
    response = ready.submit()
    assert not ServiceRequest.objects.exists()
    assert "12" in ready.open("applicant").content.decode()
    assert response.status_code == 200


def test_a_form_published_again_meanwhile_does_not_matter(ready: Browser, service: ServicePage) -> None:
    form = FormFactory(translation_key=service.translation_key)
    shorter = VISIT.model_copy(update={"steps": VISIT.steps[1:]})
    old = form.live_version
    FormVersionFactory(form=form, value=shorter, live=True)
    assert "تغيّر" in (html := ready.open("applicant").content.decode()) or "This form has changed" in html
    ready.review()
    ready.submit()
    assert ServiceRequest.objects.get().form_version == old


def test_the_first_post_keeps_the_version_that_was_shown(browser: Browser, service: ServicePage) -> None:
    form = FormFactory(translation_key=service.translation_key)
    old = form.live_version
    browser.open("applicant")
    FormVersionFactory(form=form, value=VISIT.model_copy(update={"steps": VISIT.steps[1:]}), live=True)
    browser.send_as_shown("applicant", APPLICANT)
    assert Draft.objects.get().form_version == old


def test_companions_with_files_are_sent_without_their_row_names(ready: Browser) -> None:
    ready.send("company", {"shown": "companions more"}, do="row-add:companions")
    ready.open("company")
    row = {"companions.r1.who": "سالم", "companions.r1.proof": picture("salem.png")}
    ready.send_as_shown("company", row, do="row-save:companions")
    ready.send("company", {})
    ready.review()
    ready.submit()
    companions = ServiceRequest.objects.get().answers["companions"]
    assert [set(companion) for companion in companions] == [{"who", "proof"}]
    assert Attachment.objects.filter(request=ServiceRequest.objects.get()).count() == 2


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_nothing_of_sending_waits_for_redis(ready: Browser) -> None:
    assert ready.submit().status_code == 303


def test_sending_is_idempotent_below_the_views_too(ready: Browser, citizen: User) -> None:
    draft, context = Draft.objects.get(), Context(language="ar")
    honest = {"honest": True}
    first = submit(draft, by=citizen, context=context, signed=honest)
    second = submit(draft, by=citizen, context=context, signed=honest)
    assert first == second


def test_a_failure_after_the_number_gives_the_number_back(ready: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("service_requests.wizard.submit.announce", broken)
        with pytest.raises(ConnectionError):
            ready.submit()
    assert not ServiceRequest.objects.exists()
    assert not NumberCounter.objects.exists()
    ready.submit()
    assert ServiceRequest.objects.get().serial == 1


def test_a_wrong_file_is_refused_and_the_text_kept(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    empty = picture("empty.png")
    empty.file.truncate(0)
    empty.size = 0
    html = browser.send("visit", {**VISIT_ANSWERS, "letter": empty}).content.decode()
    assert "empty.png" in html
    assert "مناقشة صك" in html
