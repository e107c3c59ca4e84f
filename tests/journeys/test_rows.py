"""Companions are added, changed and removed on the page itself, and nothing is lost when that fails."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.factories import national_id
from tests.journeys.applying import COMPANIONS, Application
from tests.journeys.browsing import Window
from tests.journeys.papers import letter, photo

SUMMARY = ".error-summary"
STAYED = "() => window.stayed === true"
FIRST, SECOND = COMPANIONS


@pytest.fixture
def application(at_home: Window, tmp_path: Path) -> Application:
    """On the page of the companions, which is marked: whatever loads a new page loses the mark."""
    application = Application(at_home, tmp_path)
    application.begin()
    application.applicant()
    application.go_on()
    application.is_at("visit")
    application.visit()
    application.go_on()
    application.is_at("companions")
    application.page.evaluate("() => { window.stayed = true; }")
    return application


def button(application: Application, value: str) -> Locator:
    return application.page.locator(f'button[name=do][value="{value}"]')


def fill_in(application: Application, row: str, place: int) -> None:
    application.input(f"{row}.name").fill(COMPANIONS[place])
    application.input(f"{row}.identity.kind").select_option("national_id")
    application.input(f"{row}.identity").fill(national_id(20_000_000 + place))


def names(application: Application) -> Locator:
    return application.page.locator(".repeat-list__name")


def test_companions_are_written_changed_and_removed_without_leaving_the_page(application: Application) -> None:
    page = application.page
    application.companion(0)
    expect(button(application, "row-add:companions")).to_be_focused()
    application.companion(1)

    button(application, "row-edit:companions.r1").click()
    expect(application.input("companions.r1.name")).to_be_focused()
    application.input("companions.r1.name").fill("سالم بن علي")
    button(application, "row-save:companions").click()
    expect(names(application)).to_have_text(["سالم بن علي", SECOND])
    button(application, "row-remove:companions.r2").click()
    expect(names(application)).to_have_text(["سالم بن علي"])
    button(application, "row-add:companions").click()
    expect(application.input("companions.r3.name")).to_be_focused()
    button(application, "row-cancel:companions").click()
    expect(button(application, "row-add:companions")).to_be_focused()

    assert page.evaluate(STAYED)
    application.window.accessible()
    page.reload()
    expect(names(application)).to_have_text(["سالم بن علي"])


def test_a_companion_with_a_mistake_is_corrected_on_the_page(application: Application, tmp_path: Path) -> None:
    page = application.page
    button(application, "row-add:companions").click()
    fill_in(application, "companions.r1", 0)
    application.input("companions.r1.identity").fill("1000000000")
    button(application, "row-save:companions").click()

    expect(page.locator(SUMMARY)).to_be_focused()
    expect(page).to_have_title(re.compile("^خطأ:"))
    application.window.accessible()
    expect(page.locator(f"{SUMMARY} li")).to_have_count(2)
    expect(application.input("companions.r1.name")).to_have_value(FIRST)
    application.input("companions.r1.identity").fill(national_id(20_000_000))
    application.attach("companions.r1.identity_image", photo(tmp_path, "companion-1.png"))
    button(application, "row-save:companions").click()

    expect(names(application)).to_have_text([FIRST])
    expect(page.locator(SUMMARY)).to_have_count(0)
    expect(page).not_to_have_title(re.compile("^خطأ:"))
    assert page.evaluate(STAYED)


def test_a_companion_saved_while_his_paper_is_on_its_way_keeps_it(application: Application, tmp_path: Path) -> None:
    """On a slow line the button is pressed before the file has arrived; neither is lost."""
    page = application.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    button(application, "row-add:companions").click()
    fill_in(application, "companions.r1", 0)
    page.route("**/steps/companions/", hold)
    with page.expect_request("**/steps/companions/"):
        application.input("companions.r1.identity_image").set_input_files(photo(tmp_path, "companion-1.png"))
    button(application, "row-save:companions").click()
    for route in held:
        route.continue_()
    page.unroute("**/steps/companions/")

    expect(names(application)).to_have_text([FIRST])
    button(application, "row-edit:companions.r1").click()
    expect(application.file("companion-1.png")).to_be_visible()
    assert page.evaluate(STAYED)


def test_a_press_without_a_connection_says_so_and_works_once_there_is_one(application: Application) -> None:
    page, context = application.page, application.page.context
    button(application, "row-add:companions").click()
    application.input("companions.r1.name").fill(FIRST)
    context.set_offline(True)
    button(application, "row-save:companions").click()

    expect(page.locator("#saved")).to_contain_text("لم يُحفظ")
    expect(application.input("companions.r1.name")).to_have_value(FIRST)
    # The browser's console tells of the broken line, as it should.
    application.window.complaints.clear()
    context.set_offline(False)
    button(application, "row-cancel:companions").click()
    expect(application.input("companions.r1.name")).to_have_count(0)
    assert page.evaluate(STAYED)


def test_a_file_is_removed_on_the_page(application: Application, tmp_path: Path) -> None:
    application.attach("letter", letter(tmp_path))

    application.page.locator("button[name=remove-file]").click()

    expect(application.file("letter.pdf")).to_have_count(0)
    expect(application.input("letter")).to_be_focused()
    assert application.page.evaluate(STAYED)


def test_a_companion_added_after_another_window_changed_the_step_is_not_lost(
    application: Application, tmp_path: Path
) -> None:
    page = application.page
    button(application, "row-add:companions").click()
    fill_in(application, "companions.r1", 0)
    application.input("companions.r1.name").blur()
    expect(page.locator("#saved")).to_contain_text("حُفظ")
    other = Application(application.window.another_tab(), tmp_path)
    other.window.open(application.window.path)
    other.belongings()
    other.attach("letter", letter(tmp_path))

    button(application, "row-save:companions").click()

    expect(page.locator(".notice--warning")).to_be_visible()
    # htmx tells the console of every refusal; this one is answered with the whole page.
    application.window.complaints.clear()
    expect(application.input("companions.r1.name")).to_have_value(FIRST)
    application.window.accessible()
