"""Two tabs on one draft, and one tab that saves in passing: nothing typed is lost or overwritten unseen."""

import pytest

from service_requests.wizard.models import Draft
from tests.service_requests.wizard.samples import APPLICANT, Browser, letter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FIRST = {**APPLICANT, "name": "أحمد محمد سالم اليامي"}
SECOND = {**APPLICANT, "name": "سعيد علي حسن القحطاني"}


def stored_name() -> str:
    return str(Draft.objects.get().data["extra_data"]["answers"]["name"])


def test_a_late_tab_overwrites_nothing_and_keeps_its_text(browser: Browser) -> None:
    browser.open("applicant")
    late_page = browser.hidden
    browser.send("applicant", FIRST)
    browser.hidden = late_page
    response = browser.send_as_shown("applicant", SECOND)
    assert response.status_code == 409
    assert "سعيد" in response.content.decode()
    assert stored_name().startswith("أحمد")


def test_the_late_tab_may_decide_for_its_own_text(browser: Browser) -> None:
    browser.open("applicant")
    late_page = browser.hidden
    browser.send("applicant", FIRST)
    browser.hidden = late_page
    browser.send_as_shown("applicant", SECOND)
    assert browser.send_as_shown("applicant", SECOND).status_code == 303
    assert stored_name().startswith("سعيد")


def test_tabs_on_different_steps_do_not_meet(browser: Browser) -> None:
    browser.send("applicant", FIRST)
    browser.open("visit")
    visit_page = browser.hidden
    browser.send("applicant", SECOND)
    browser.hidden = visit_page
    assert browser.send_as_shown("visit", {"party": "office"}, do="save").status_code == 303
    assert stored_name().startswith("سعيد")


def test_a_double_click_is_no_conflict(browser: Browser) -> None:
    browser.open("applicant")
    assert browser.send_as_shown("applicant", FIRST).status_code == 303
    assert browser.send_as_shown("applicant", FIRST).status_code == 303


def test_continue_after_an_autosave_whose_answer_got_lost_is_no_conflict(browser: Browser) -> None:
    browser.open("applicant")
    browser.client.post(browser.address("applicant"), {**browser.hidden, **FIRST, "do": "autosave"},
                        headers={"HX-Request": "true"})  # fmt: skip
    assert browser.send_as_shown("applicant", SECOND).status_code == 303
    assert stored_name().startswith("سعيد")


def test_an_autosave_that_was_overtaken_changes_nothing(browser: Browser) -> None:
    browser.open("applicant")
    page = browser.hidden
    browser.send_as_shown("applicant", SECOND)
    response = browser.client.post(browser.address("applicant"), {**page, **FIRST, "do": "autosave"},
                                   headers={"HX-Request": "true"})  # fmt: skip
    assert response.status_code == 200
    assert stored_name().startswith("سعيد")


def test_an_autosave_tells_the_time_and_judges_nothing(browser: Browser) -> None:
    browser.open("applicant")
    response = browser.client.post(browser.address("applicant"), {**browser.hidden, "kind": "public", "mobile": "1",
                                                                  "do": "autosave"},
                                   headers={"HX-Request": "true"})  # fmt: skip
    html = response.content.decode()
    assert 'id="saved"' in html
    assert "field__error" not in html
    assert 'name="employer"' in html
    assert Draft.objects.get().data["step_data"]["applicant"]["mobile"] == ["1"]


def test_files_of_a_late_tab_are_kept_too(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("visit")
    late_page = browser.hidden
    browser.send("visit", {"party": "office"}, do="save")
    browser.hidden = late_page
    response = browser.send_as_shown("visit", {"party": "branch", "letter": letter("kept.png")})
    assert response.status_code == 409
    assert "kept.png" in browser.open("visit").content.decode()
