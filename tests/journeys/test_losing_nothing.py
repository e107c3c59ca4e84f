"""Whatever goes wrong on the way, what was typed and uploaded is still there."""

from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.factories import national_id
from tests.journeys.applying import TOPIC, Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.papers import empty, letter, photo, pretender, too_big
from tests.journeys.people import Citizen
from tests.journeys.publishing import NEW_QUESTION, OwnService
from tests.journeys.test_applying import is_corrected

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])


def test_without_scripts_a_file_is_kept_beside_a_wrong_field(visit: Windows, citizen: Citizen, tmp_path: Path) -> None:
    application = on_the_page_of_papers(visit(scripts=False), citizen, tmp_path)

    application.attach("letter", letter(tmp_path))
    application.go_on()

    is_corrected(application.window)
    expect(application.file("letter.pdf")).to_be_visible()
    application.belongings()
    application.go_on()
    application.is_reviewing()
    expect(application.page.locator("#answer-letter")).to_contain_text("letter.pdf")


@WITH_AND_WITHOUT
def test_a_refused_file_says_why_and_leaves_the_others(
    visit: Windows, citizen: Citizen, tmp_path: Path, scripts: bool
) -> None:
    application = on_the_page_of_papers(visit(scripts=scripts), citizen, tmp_path)
    page = application.page
    good = photo(tmp_path, "good.png")

    application.input("attachments").set_input_files([good, empty(tmp_path), pretender(tmp_path), too_big(tmp_path)])
    if not scripts:
        application.belongings()

    errors = page.locator(".field--error:has([name=attachments]) .field__error")
    for name in ("empty.pdf", "program.pdf", "scan.pdf"):
        expect(errors).to_contain_text(name)
    expect(application.file("good.png")).to_be_visible()
    application.window.accessible()


@WITH_AND_WITHOUT
def test_back_leads_to_a_step_that_was_corrected(
    visit: Windows, citizen: Citizen, tmp_path: Path, scripts: bool
) -> None:
    application = on_the_page_of_the_visit(visit(scripts=scripts), citizen, tmp_path)
    application.go_on()
    expect(application.page.locator(".error-summary")).to_be_visible()
    application.visit()
    application.go_on()
    application.is_at("companions")

    application.page.go_back()

    application.is_at("visit")
    expect(application.input("topic")).to_have_value(TOPIC)


@WITH_AND_WITHOUT
def test_a_page_whose_cookie_is_gone_keeps_the_text(
    visit: Windows, citizen: Citizen, tmp_path: Path, scripts: bool
) -> None:
    application = on_the_page_of_the_visit(visit(scripts=scripts), citizen, tmp_path)
    application.visit()

    application.page.context.clear_cookies(name="csrftoken")
    application.go_on()

    application.is_at("visit")
    expect(application.input("topic")).to_have_value(TOPIC)
    application.window.accessible()
    application.go_on()
    application.is_at("companions")


@WITH_AND_WITHOUT
def test_signing_out_in_another_tab_keeps_the_text_and_the_file(
    visit: Windows, citizen: Citizen, tmp_path: Path, scripts: bool
) -> None:
    window = visit(scripts=scripts)
    application = on_the_page_of_papers(window, citizen, tmp_path)
    application.choose("has_items", "no")
    if not scripts:
        application.attach("letter", letter(tmp_path))

    window.another_tab().sign_out()
    is_asked_to_sign_in(window, application)
    window.accessible()
    citizen.sign_in(window)
    application.is_at("companions")
    expect(window.page.locator("input[name=has_items]:checked")).to_have_value("no")
    if scripts:
        application.attach("letter", letter(tmp_path))
    expect(application.file("letter.pdf")).to_be_visible()
    application.go_on()
    application.is_reviewing()


def test_what_somebody_typed_is_not_shown_to_the_next_person(visit: Windows, citizen: Citizen, tmp_path: Path) -> None:
    window = visit()
    application = on_the_page_of_the_visit(window, citizen, tmp_path)
    application.visit()

    window.another_tab().sign_out()
    is_asked_to_sign_in(window, application)
    window.sign_in("citizen", "diwan-demo")

    expect(window.page.locator("body")).not_to_contain_text(TOPIC)


def is_asked_to_sign_in(window: Window, application: Application) -> None:
    """When he goes on; or before it, where the page saved in passing and found the session ended."""
    password = window.page.locator("[name=password]")
    try:
        application.go_on()
    except PlaywrightTimeout:
        if not password.is_visible():
            raise
    expect(password).to_be_visible()


def test_a_step_nobody_has_leads_to_where_one_stands(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.begin()
    application.applicant()
    application.go_on()
    application.is_at("visit")
    application.visit()

    for step in ("no-such-step", "companions"):
        at_home.open(application.address(step))
        application.is_at("visit")

    # A page of ours whose form was pointed elsewhere.
    at_home.page.locator("form#step").evaluate("(form, address) => { form.action = address }", "../no-such-step/")
    application.visit()
    application.go_on()
    application.is_at("visit")


def test_a_form_published_anew_lets_an_open_draft_end_as_it_began(
    at_home: Window, own_service: OwnService, tmp_path: Path
) -> None:
    application = Application(at_home, tmp_path, service=own_service.slug)
    application.begin()
    application.applicant()
    application.go_on()
    application.is_at("visit")
    application.visit()

    own_service.publish_with_another_question()
    application.go_on()

    application.is_at("companions")
    expect(at_home.page.locator(".notice").first).to_be_visible()
    at_home.accessible()
    application.attach("letter", letter(tmp_path))
    application.belongings()
    application.go_on()
    application.is_reviewing()
    expect(at_home.page.locator("main")).to_contain_text(TOPIC)
    application.send()


@WITH_AND_WITHOUT
def test_who_agrees_moves_to_the_form_published_anew_and_answers_only_what_is_new(
    visit: Windows, citizen: Citizen, own_service: OwnService, tmp_path: Path, scripts: bool
) -> None:
    window = visit(phone=True, scripts=scripts)
    citizen.register(window)
    application = Application(window, tmp_path, service=own_service.slug)
    application.everything()
    own_service.publish_with_another_question(without="topic")

    window.page.reload()
    window.page.locator(".notice a").click()
    main = window.page.locator("main")
    expect(main).to_contain_text(TOPIC)
    expect(main).to_contain_text(NEW_QUESTION["ar"])
    window.in_both_languages()
    window.page.locator("button[name=do][value=move]").click()

    application.is_at("applicant")
    window.accessible()
    application.input(NEW_QUESTION["key"]).fill("ABC 123")
    application.go_on()
    application.is_reviewing()
    expect(main).to_contain_text("letter.pdf")
    expect(main).not_to_contain_text(TOPIC)
    application.send()


def test_digits_and_spaces_are_read_as_people_type_them(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.begin()
    application.applicant()

    application.input("mobile").fill("\u200f٠٥٠ ١٢٣ ٤٥٦٧ ")
    application.go_on()

    application.is_at("visit")
    at_home.open(application.address("applicant"))
    expect(application.input("mobile")).not_to_have_value("")
    expect(at_home.page.locator(".field__error")).to_have_count(0)


def test_a_wrong_check_digit_is_told_at_the_companion(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.begin()
    application.applicant()
    application.go_on()
    application.visit()
    application.go_on()
    application.is_at("companions")
    right = national_id(30_000_000)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)

    application.page.locator('button[name=do][value="row-add:companions"]').click()
    application.input("companions.r1.name").fill("سالم اليامي")
    application.input("companions.r1.identity.kind").select_option("national_id")
    application.input("companions.r1.identity").fill(wrong)
    application.attach("companions.r1.identity_image", photo(tmp_path))
    application.page.locator('button[name=do][value="row-save:companions"]').click()

    is_corrected(at_home)
    expect(application.input("companions.r1.identity")).to_have_value(wrong)
    expect(application.file("identity.png")).to_be_visible()
    at_home.in_both_languages()
    eastern = right.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    application.input("companions.r1.identity").fill(f"\u202b{eastern[:4]} {eastern[4:]}\u202c")
    application.page.locator('button[name=do][value="row-save:companions"]').click()
    expect(at_home.page.locator(".repeat-list__item")).to_contain_text(right)


def test_an_unfinished_application_waits_among_the_drafts(at_home: Window, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.begin()
    application.applicant()
    application.go_on()
    application.is_at("visit")
    application.input("topic").fill("نصف جملة")
    at_home.page.locator("button[name=do][value=save]").click()

    draft = at_home.page.locator(".request-row a").first
    expect(draft).to_be_visible()
    at_home.accessible()
    draft.click()

    application.is_at("visit")
    expect(application.input("topic")).to_have_value("نصف جملة")


def on_the_page_of_the_visit(window: Window, citizen: Citizen, papers: Path) -> Application:
    citizen.register(window)
    application = Application(window, papers)
    application.begin()
    application.applicant()
    application.go_on()
    application.is_at("visit")
    return application


def on_the_page_of_papers(window: Window, citizen: Citizen, papers: Path) -> Application:
    application = on_the_page_of_the_visit(window, citizen, papers)
    application.visit()
    application.go_on()
    application.is_at("companions")
    return application
