"""A citizen applies: in Arabic, on a phone, with companions and papers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.applying import COMPANIONS, NUMBER, SERVICE, TOPIC, Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.papers import letter
from tests.journeys.people import Citizen

SUMMARY = ".error-summary"


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_a_citizen_applies_on_a_phone_with_two_companions(
    visit: Windows, citizen: Citizen, tmp_path: Path, scripts: bool
) -> None:
    window = visit(phone=True, scripts=scripts)
    page, application = window.page, Application(window, tmp_path)
    # What the server sends is the same without scripts: the other language is looked at where something was typed.
    look = window.in_both_languages if scripts else window.accessible

    window.open("/ar/")
    look()
    page.locator('main a[href$="/services/"]').first.click()
    look()
    page.locator(f'main a[href*="/services/{SERVICE}/"]').first.click()
    look()
    page.locator("a.button--start").first.click()
    look()
    page.locator('a[href*="/account/signup/"]').click()
    look()
    citizen.fill_in(window)

    application.is_at("applicant")
    look()
    application.go_on()
    is_corrected(window)
    look()
    application.applicant()
    application.go_on()

    application.is_at("visit")
    application.visit()
    window.in_both_languages()
    expect(application.input("topic")).to_have_value(TOPIC)
    expect(page.locator("input[name=party]:checked")).to_have_value("rights")
    application.go_on()

    application.is_at("companions")
    application.companion(0)
    application.companion(1)
    application.attach("letter", letter(tmp_path))
    application.belongings()
    window.in_both_languages()
    expect(application.file("letter.pdf")).to_be_visible()
    expect(page.locator(".repeat-list__name")).to_have_text(list(COMPANIONS))
    application.go_on()

    application.is_reviewing()
    look()
    expect(page.locator("main")).to_contain_text(TOPIC)
    number = application.send()

    look()
    page.locator('main a[href*="/requests/"]').first.click()
    expect(page.locator("main")).to_contain_text(number)
    look()
    window.open("/ar/requests/")
    expect(page.locator(".request-row")).to_contain_text(number)
    look()


def is_corrected(window: Window) -> None:
    """The summary takes the focus, says what the fields say, and leads to each; so does the title."""
    page, summary = window.page, window.page.locator(SUMMARY)
    expect(summary).to_be_visible()
    expect(page).to_have_title(re.compile("^خطأ:"))
    expect(summary).to_be_focused()
    for entry in summary.locator("a").all():
        target = page.locator(f"[id='{(entry.get_attribute('href') or '')[1:]}']")
        expect(target).to_have_count(1)
        expect(page.locator(".field__error", has_text=entry.inner_text())).not_to_have_count(0)


def test_two_clicks_on_send_make_one_request(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything()
    application.sign()

    at_home.page.locator("form[data-sends-once] button[type=submit]").dblclick()

    number = application.number()
    at_home.open("/ar/requests/")
    expect(at_home.page.locator(".request-row")).to_have_count(1)
    expect(at_home.page.locator(".request-row")).to_contain_text(number)


def test_going_back_after_sending_shows_the_same_number(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything()
    number = application.send()

    at_home.page.go_back()

    # Not an empty form: what became of the answers.
    assert application.number() == number
    expect(at_home.page.locator(".notice, .messages").first).to_be_visible()
    at_home.accessible()
    at_home.open("/ar/requests/")
    expect(at_home.page.locator(".request-row")).to_have_count(1)


def test_sending_again_from_a_second_window_shows_the_same_number(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything()
    late = Application(at_home.another_tab(), tmp_path)
    late.window.open(at_home.path)
    late.is_reviewing()
    number = application.send()

    assert late.send() == number

    at_home.open("/ar/requests/")
    expect(at_home.page.locator(".request-row")).to_have_count(1)


def test_a_page_reloaded_after_sending_sends_nothing(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything()
    number = application.send()

    at_home.page.reload()

    expect(at_home.page.locator("#request-number")).to_have_text(number)
    at_home.open("/ar/requests/")
    expect(at_home.page.locator(".request-row")).to_have_count(1)


def test_a_change_from_the_review_returns_to_the_review(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything()

    at_home.page.locator('a[href*="/steps/visit/"][href$="#slot-topic"]').click()
    application.input("topic").fill("موضوع آخر")
    application.go_on()

    application.is_reviewing()
    expect(at_home.page.locator("#answer-topic")).to_contain_text("موضوع آخر")


def test_the_main_path_needs_no_mouse(at_home: Window, tmp_path: Path) -> None:
    page, application = at_home.page, Application(at_home, tmp_path)
    at_home.open(f"/ar/services/{SERVICE}/")
    at_home.reach(page.locator("a.button--start").first)
    page.keyboard.press("Enter")
    application.is_at("applicant")

    at_home.reach(page.locator("input[name=applicant_type]").first)
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=applicant_type]:checked")).to_have_count(1)
    at_home.reach(page.locator("button[name=do][value=continue]:not([aria-hidden])"))
    page.keyboard.press("Enter")
    application.is_at("visit")

    at_home.reach(page.locator("input[name=appointment_type]").first)
    page.keyboard.press("Space")
    at_home.reach(page.locator("input[name=party]").first)
    page.keyboard.press("Space")
    expect(page.locator("input[name=party]:checked")).to_have_value("reception")
    at_home.reach(page.locator("input[name=gate]").first)
    page.keyboard.press("Space")
    at_home.reach(application.input("reason"))
    page.keyboard.press("ArrowDown")
    at_home.reach(application.input("topic"))
    page.keyboard.type("زيارة")
    # Enter in a text field continues; it presses neither the language nor "add companion".
    at_home.reach(page.locator("button[name=do][value=continue]:not([aria-hidden])"))
    page.keyboard.press("Enter")
    application.is_at("companions")

    # The file dialogue is the browser's own.
    application.attach("letter", letter(tmp_path))
    at_home.reach(page.locator("input[name=has_items][value=no]"), back=True)
    page.keyboard.press("Space")
    at_home.reach(page.locator("button[name=do][value=continue]:not([aria-hidden])"))
    page.keyboard.press("Enter")
    application.is_reviewing()

    at_home.reach(page.locator("input[type=checkbox][name=declaration]"))
    page.keyboard.press("Space")
    at_home.reach(page.locator("form[data-sends-once] button[type=submit]"))
    page.keyboard.press("Enter")
    expect(page.locator("#request-number")).to_have_text(NUMBER)
