"""An editor changes a form; what he publishes is what citizens are asked."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.applying import Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.editing import Editor
from tests.journeys.portal import DEMO_PASSWORD
from tests.journeys.publishing import NEW_QUESTION, OwnService


def test_a_question_that_an_editor_publishes_is_asked(
    visit: Windows, at_home: Window, own_service: OwnService, tmp_path: Path
) -> None:
    editor = at_the_editor(visit, own_service)

    editor.add_question(0, **NEW_QUESTION)
    editor.publish()

    expect(editor.page.locator(".messages .success")).to_be_visible()
    application = Application(at_home, tmp_path, service=own_service.slug)
    application.begin()
    expect(at_home.page.locator("main")).to_contain_text(NEW_QUESTION["ar"])
    at_home.in_both_languages()
    application.applicant()
    application.input(NEW_QUESTION["key"]).fill("ن ج ر 1448")
    application.go_on()
    application.is_at("visit")


def test_a_key_used_twice_is_told_at_its_block_and_does_not_go_live(
    visit: Windows, at_home: Window, own_service: OwnService, tmp_path: Path
) -> None:
    editor = at_the_editor(visit, own_service)
    added = editor.add_question(0, ar="سؤال مكرر", en="A question twice", key="email")

    editor.publish()

    expect(editor.page.locator(".messages .error")).to_be_visible()
    editor.show_form()
    block = editor.page.locator(
        "[data-streamfield-child]", has=editor.page.locator(f'> [name="form_steps-{added}-id"]')
    )
    expect(block).to_contain_text("email")
    expect(block.locator(".error-message, .help-critical, .w-field__errors:not(:empty)").first).to_be_visible()
    application = Application(at_home, tmp_path, service=own_service.slug)
    application.begin()
    expect(at_home.page.locator("main")).not_to_contain_text("سؤال مكرر")


def at_the_editor(visit: Windows, service: OwnService) -> Editor:
    window = visit()
    window.open("/admin/")
    window.sign_in("editor", DEMO_PASSWORD)
    editor = Editor(window, service.pk)
    editor.open()
    return editor
