"""Tawasul, in Arabic on a phone: an account, a complaint, its answer, the objection one level up, the survey.

Each page is looked at by axe. Opening the account needs no mouse, and neither do the stars; the objection and the
survey need no script.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.filling import Filler
from tests.journeys.papers import letter
from tests.journeys.people import Citizen

SERVICE, HIGHER = "contact-complaint", "المستوى الأعلى"
ANSWER = "راجعنا طلبكم، والمدة ضمن اتفاقية مستوى الخدمة."
REASON = "لم ينظر الرد في المرفقات."
DECISION = "أعدنا النظر في الرد، وعُدّل."


@pytest.fixture
def complained(visit: Windows, citizen: Citizen, tmp_path: Path) -> tuple[Window, str]:
    window = visit(phone=True)
    citizen.register(window)
    filler = Filler.of(window, SERVICE, tmp_path)
    filler.begin()
    filler.fill_in()
    return window, filler.sign_and_send()


@pytest.fixture
def complained_as_a_stranger(visit: Windows, citizen: Citizen, tmp_path: Path) -> tuple[Window, str]:
    """He comes to the service without an account, and opens one by keyboard; every page is looked at."""
    window = visit(phone=True, by_keyboard=True)
    filler = Filler.of(window, SERVICE, tmp_path)
    filler.begin()
    window.accessible()
    window.press(window.page.locator('main a[href*="/account/signup/"]'))
    window.accessible()
    citizen.fill_in(window)
    window.by_keyboard = False
    filler.look = window.accessible
    filler.fill_in()
    window.accessible()
    number = filler.sign_and_send()
    window.accessible()
    return window, number


def answered(visit: Windows, clerk: str, number: str, note: str) -> Desk:
    desk = Desk.of(visit, clerk)
    desk.open(number)
    desk.act("take")
    desk.act("answer", note)
    return desk


def open_request(window: Window, number: str) -> None:
    window.open("/ar/requests/?show=closed")
    window.page.locator(".request-row", has_text=number).locator("a").first.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_complaint_is_answered_contested_and_rated(
    visit: Windows, request: pytest.FixtureRequest, tmp_path: Path, scripts: bool
) -> None:
    first, number = request.getfixturevalue("complained_as_a_stranger" if scripts else "complained")
    answered(visit, "clerk-contact", number, ANSWER)
    window = visit(phone=True, scripts=scripts)
    window.page.context.add_cookies(first.page.context.storage_state()["cookies"])
    page = window.page
    open_request(window, number)
    expect(page.locator("main")).to_contain_text(ANSWER)
    window.accessible()

    # The objection: without a reason the file waits for it.
    page.locator("main a[href$='/object/']").click()
    expect(page.locator("main")).to_contain_text(HIGHER)
    page.locator("#objection-files").set_input_files(letter(tmp_path, "proof.pdf"))
    page.locator("main form button[type=submit]:not([aria-hidden]):not([name])").click()
    expect(page.locator(".error-summary")).to_contain_text("سبب الاعتراض")
    expect(page.locator(".file-list")).to_contain_text("proof.pdf")
    window.accessible()
    page.locator("#objection-reason").fill(REASON)
    page.locator("main form button[type=submit]:not([aria-hidden]):not([name])").click()
    objection = page.locator("#request-number").inner_text()
    assert objection != number

    desk = answered(visit, "higher-contact", objection, DECISION)
    expect(desk.page.locator(".diwan-case")).to_contain_text(number)
    expect(desk.page.locator(".diwan-case")).to_contain_text(REASON)
    desk.window.accessible()

    open_request(window, number)
    expect(page.locator("main a", has_text=objection)).to_be_visible()
    chooses_stars_by_keyboard(window)
    page.locator("input[name=solved][value=partly]").check()
    page.locator("input[name=ease][value='5']").check()
    page.locator("#rating-comment").fill("شكراً")
    page.locator("form[action$='/rate/'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("4 من 5")
    expect(page.locator(".rating")).to_have_count(0)
    window.accessible()

    page.locator("main a", has_text=objection).click()
    expect(page.locator("main")).to_contain_text(DECISION)
    expect(page.locator("main a", has_text=number)).to_be_visible()
    window.accessible()
    window.open(f"/ar/services/{SERVICE}/")
    expect(page.locator(".key-facts")).to_contain_text("من 5 (")


def chooses_stars_by_keyboard(window: Window) -> None:
    """Towards the reading direction: three more than one."""
    window.reach(window.page.locator(".rating input[value='1']"))
    for _press in range(3):
        window.page.keyboard.press("ArrowDown")
    expect(window.page.locator(".rating input[value='4']")).to_be_checked()


def test_a_complaint_that_is_not_needed_any_more_is_called_off(complained: tuple[Window, str]) -> None:
    window, number = complained
    page = window.page
    window.open("/ar/requests/")
    page.locator(".request-row", has_text=number).locator("a").first.click()

    page.locator("a[href$='/cancel/']").click()
    window.in_both_languages()
    page.locator("#cancel-reason").fill("لم أعد بحاجة إليه")
    page.locator("main form button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("لم أعد بحاجة إليه")
    window.accessible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_says_whether_a_page_helped(visit: Windows, scripts: bool) -> None:
    window = visit(phone=True, scripts=scripts)
    window.open(f"/ar/services/{SERVICE}/")
    page = window.page

    page.locator(".page-vote summary").click()
    page.locator("#helpful-words").fill("ينقصها رقم هاتف")
    window.accessible()
    page.locator(".page-vote button[value=no]").click()

    expect(page.locator("h1")).to_contain_text("شكراً لك")
    window.accessible()
    page.locator("main .button").click()
    expect(page.locator(".page-vote")).to_be_visible()
