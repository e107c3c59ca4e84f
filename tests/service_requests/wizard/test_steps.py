"""Going through the steps without JavaScript."""

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from tests.service_requests.wizard.samples import APPLICANT, COMPANY, VISIT_ANSWERS, Browser, letter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_opening_a_step_makes_no_draft(browser: Browser) -> None:
    assert browser.open("applicant").status_code == 200
    assert not Draft.objects.exists()


def test_the_first_post_makes_the_draft_and_leads_on(browser: Browser, citizen: User, service: ServicePage) -> None:
    response = browser.send("applicant", APPLICANT)
    assert response.status_code == 303
    assert response.url == browser.address("visit")
    draft = Draft.objects.get()
    assert (draft.applicant, draft.service_id) == (citizen, service.pk)
    assert draft.data["extra_data"]["answers"]["mobile"] == "+966501234567"


def test_every_step_leads_to_the_review(browser: Browser) -> None:
    browser.fill_in()
    response = browser.review()
    assert response.status_code == 200
    assert "مناقشة صك" in response.content.decode()


def test_a_wrong_answer_stays_as_it_was_typed(browser: Browser) -> None:
    response = browser.send("applicant", {**APPLICANT, "mobile": "٠٥٠١"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "٠٥٠١" in html
    assert 'class="error-summary"' in html
    assert "<title>خطأ:" in html or "<title>Error:" in html
    assert "٠٥٠١" in browser.open("applicant").content.decode()


def test_a_step_that_is_only_opened_again_is_not_judged(browser: Browser) -> None:
    browser.send("applicant", {"name": "", "shown": "name mobile kind"}, do="save")
    assert 'class="error-summary"' not in browser.open("applicant").content.decode()


def test_a_url_that_is_too_deep_leads_to_the_first_open_step(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    assert browser.open("company").url == browser.address("visit")
    assert browser.review().url == browser.address("visit")


@pytest.mark.parametrize("step", ["nonsense", "declaration", "done"])
def test_an_unknown_step_leads_to_where_the_person_stands(browser: Browser, step: str) -> None:
    assert browser.open(step).url == browser.address("applicant")
    assert browser.send_as_shown(step, APPLICANT).status_code == 303


def test_reloading_the_first_step_keeps_every_answer(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("applicant")
    html = browser.open("applicant").content.decode()
    assert "أحمد محمد سالم اليامي" in html


def test_a_newly_needed_question_is_asked_and_not_judged(browser: Browser) -> None:
    response = browser.send("applicant", {**APPLICANT, "kind": "public"})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'name="employer"' in html
    assert 'class="error-summary"' not in html
    # Once it stood on the page, leaving it empty is an error.
    again = browser.send_as_shown("applicant", {**APPLICANT, "kind": "public", "shown": browser.hidden["shown"]})
    assert 'class="error-summary"' in again.content.decode()


def test_the_choices_of_a_dependent_question_come_with_a_button(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("visit")
    response = browser.send_as_shown("visit", {"party": "branch"}, do="update:party")
    assert response.status_code == 303
    html = browser.open("visit").content.decode()
    assert 'value="east"' in html
    assert 'value="rights"' not in html


def test_saving_for_later_keeps_what_was_typed(browser: Browser) -> None:
    response = browser.send("applicant", {**APPLICANT, "mobile": "12"}, do="save")
    assert response.url == browser.named("my_requests:list") + "?show=drafts"
    assert 'value="12"' in browser.open("applicant").content.decode()


def test_changing_language_inside_a_step_saves_it(browser: Browser) -> None:
    response = browser.send("applicant", APPLICANT, do="language:en")
    assert response.status_code == 303
    assert response.url.startswith("/en/apply/")
    browser.language = "en"
    html = browser.open("applicant").content.decode()
    assert "أحمد محمد سالم اليامي" in html
    assert "Full name" in html


def test_a_change_from_the_review_returns_to_it(browser: Browser) -> None:
    browser.fill_in()
    browser.open("applicant", "?return=review")
    response = browser.send_as_shown("applicant", {**APPLICANT, "name": "سعيد علي حسن القحطاني"})
    assert response.url == browser.named("apply:review", browser.slug)
    assert "سعيد" in browser.review().content.decode()


def test_a_change_that_opens_questions_asks_them_before_the_review(browser: Browser) -> None:
    browser.fill_in()
    browser.open("applicant", "?return=review")
    response = browser.send_as_shown("applicant", {**APPLICANT, "kind": "public"})
    assert response.status_code == 200
    response = browser.send_as_shown("applicant", {**APPLICANT, "kind": "public", "employer": "وزارة",
                                                   "shown": browser.hidden["shown"]})  # fmt: skip
    assert response.url == browser.named("apply:review", browser.slug)


def test_the_account_fills_in_what_it_knows(browser: Browser, citizen: User) -> None:
    html = browser.open("applicant").content.decode()
    assert citizen.mobile.removeprefix("+966") in html


def test_what_another_form_might_ask_is_not_stored(browser: Browser) -> None:
    browser.send("applicant", {**APPLICANT, "status": "completed", "letter": "x", "csrfmiddlewaretoken": "secret"})
    data = Draft.objects.get().data
    assert set(data["step_data"]["applicant"]) == {"name", "mobile", "kind", "shown"}
    assert set(data["extra_data"]["answers"]) == {"name", "mobile", "kind"}


def test_a_missing_ticket_is_no_error(browser: Browser) -> None:
    browser.hidden = {}
    assert browser.send_as_shown("applicant", APPLICANT).status_code == 303


def test_a_file_survives_a_wrong_field(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    response = browser.send("visit", {**VISIT_ANSWERS, "subject": "", "letter": letter("my-letter.png")})
    html = response.content.decode()
    assert 'class="error-summary"' in html
    assert "my-letter.png" in html
    assert "my-letter.png" in browser.open("visit").content.decode()
    assert browser.send_as_shown("visit", VISIT_ANSWERS).url == browser.address("company")


def test_optional_steps_are_still_walked_through(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    assert browser.review().url == browser.address("company")
    assert browser.send("company", COMPANY).url == browser.named("apply:review", browser.slug)


def test_a_suspended_service_is_not_begun_by_its_address_and_what_was_begun_is_finished(
    browser: Browser, client: Client
) -> None:
    def suspend(is_suspended: bool) -> None:
        ServicePage.objects.filter(slug=browser.slug).update(is_suspended=is_suspended)

    suspend(True)
    for there in (browser.named("apply:start", browser.slug), browser.address("applicant")):
        assert client.get(there).url == f"/ar/services/{browser.slug}/"
    assert client.get(browser.address("applicant").replace("/ar/", "/en/")).status_code == 303
    assert Client().get(browser.named("apply:start", browser.slug)).url == f"/ar/services/{browser.slug}/"
    suspend(False)
    browser.open("applicant")
    suspend(True)

    browser.send_as_shown("applicant", APPLICANT)

    assert Draft.objects.get().data["extra_data"]["answers"], "his page was open by then"
    assert browser.open("visit").status_code == 200


def test_an_answer_that_was_emptied_is_missing_on_the_review(browser: Browser) -> None:
    browser.fill_in()

    browser.send("visit", {**VISIT_ANSWERS, "subject": ""})

    page = browser.review().content.decode()
    assert VISIT_ANSWERS["subject"] not in page
    browser.submit()
    assert not ServiceRequest.objects.exists()


def test_a_refused_step_is_a_page_of_its_own_that_can_be_reloaded_and_gone_back_to(browser: Browser) -> None:
    browser.open("applicant")

    answer = browser.client.post(browser.address("applicant"), {**browser.hidden, **APPLICANT, "name": "Ahmad"})

    assert answer.status_code == 303
    for _time in range(2):
        page = browser.client.get(answer.url).content.decode()
        assert 'class="error-summary"' in page
        assert 'value="Ahmad"' in page


def test_a_step_without_a_draft_is_not_judged_by_its_address(browser: Browser) -> None:
    page = browser.open("applicant", "?check=1").content.decode()

    assert 'class="error-summary"' not in page
