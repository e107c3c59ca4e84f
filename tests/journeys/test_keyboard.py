"""A clerk works without a mouse, and colleagues work without scripts."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.people import Citizen
from tests.journeys.portal import DEMO_PASSWORD
from tests.journeys.test_office import CENTRE, sent

CLERK = "clerk-egypt"
QUESTION = "Please write the street and the number of the building."
ADDRESS = "شارع الجيش، عمارة 7، الدور الثاني"
# More than the requests that other journeys leave behind in this queue.
MOST_TAKEN = 6


def test_a_clerk_takes_checks_and_returns_one_question_by_keyboard(
    visit: Windows, at_home: Window, citizen: Citizen, tmp_path: Path
) -> None:
    number = sent(at_home, CENTRE, tmp_path)
    desk = Desk.of(visit, CLERK, language="en")
    desk.prefers("en")

    take_next(desk, number)
    check_every_document(desk)
    ask_for_the_address(desk)

    # On a phone, in Arabic; he is signed out before he sends.
    phone = visit(phone=True)
    phone.open("/ar/requests/")
    citizen.sign_in(phone)
    phone.page.locator(".request-row", has_text=number).locator("a").first.click()
    expect(phone.page.locator("main")).to_contain_text(QUESTION)
    phone.page.locator('main a[href$="/correct/"]').click()
    expect(phone.page.locator("form.form .question")).to_have_count(1)
    phone.page.locator("[name=address]").fill(ADDRESS)
    phone.accessible()
    phone.another_tab().sign_out()
    send(phone)
    expect(phone.page.locator("[name=password]")).to_be_visible()
    citizen.sign_in(phone)
    expect(phone.page.locator("[name=address]")).to_have_value(ADDRESS)
    phone.accessible()
    send(phone)
    expect(phone.page.locator("[role=status], .notice").first).to_be_visible()
    expect(phone.page.locator("form.form")).to_have_count(0)

    desk.open(number)
    expect(desk.page.locator("main")).to_contain_text(ADDRESS)
    newest = desk.history().first
    expect(newest).to_contain_text("The answers were changed")
    expect(newest).to_contain_text(ADDRESS)
    expect(newest.locator("del").first).to_be_visible()
    desk.window.accessible()
    desk.prefers("ar")


def test_a_request_is_taken_and_decided_and_others_are_moved_without_scripts(visit: Windows) -> None:
    clerk = plain(visit, "clerk")
    clerk.list("?status=submitted&assignee=nobody")
    number = clerk.rows.first.locator("th a").inner_text()
    clerk.rows.first.locator("th a").click()
    expect(clerk.page.locator(".diwan-case__title")).to_contain_text(number)
    clerk.act("take")
    clerk.act("ask_citizen", QUESTION)
    expect(clerk.page.locator(".diwan-messages")).to_contain_text(QUESTION)
    clerk.window.accessible()

    supervisor = plain(visit, "supervisor")
    supervisor.list("?status=submitted&assignee=nobody")
    numbers = [row.locator("th a").inner_text() for row in supervisor.rows.all()[:2]]
    for chosen in numbers:
        supervisor.rows.filter(has_text=chosen).locator("input[type=checkbox]").check()
    supervisor.page.locator('button[formaction*="/move/"]').click()
    expect(supervisor.page.locator(".diwan-forecasts > li").first).to_contain_text("طلبان")
    supervisor.window.accessible()
    supervisor.page.locator("[name=outcome]").first.check()
    supervisor.page.locator("[name=note]").fill("توزيع العمل")
    supervisor.page.locator(".diwan-bulk button.button[type=submit]").first.click()
    expect(supervisor.page.locator(".messages")).to_be_visible()
    supervisor.list("?status=submitted&assignee=nobody")
    for chosen in numbers:
        expect(supervisor.rows.filter(has_text=chosen)).to_have_count(0)


def plain(visit: Windows, username: str) -> Desk:
    """Somebody of the staff whose browser runs no scripts."""
    window = visit(scripts=False)
    window.open("/admin/")
    window.sign_in(username, DEMO_PASSWORD)
    return Desk(window)


def press(desk: Desk, target: Locator) -> None:
    """Reach it by the Tab key, and press Enter."""
    desk.window.reach(target)
    desk.page.keyboard.press("Enter")


def take_next(desk: Desk, number: str) -> None:
    """From the list, until it is this request's turn."""
    title = desk.page.locator(".diwan-case__title")
    for _turn in range(MOST_TAKEN):
        desk.list()
        desk.page.keyboard.press("j")
        expect(desk.rows.first.locator("th a")).to_be_focused()
        desk.page.keyboard.press("t")
        expect(title).to_be_visible()
        if number in title.inner_text():
            return
    raise AssertionError(f"{number} was not among the first {MOST_TAKEN}")


def check_every_document(desk: Desk) -> None:
    """Every one is in order: the first of its answers, by Tab and the space bar."""
    for item in desk.page.locator(".diwan-checklist > li").all():
        desk.window.reach(item.locator("input[value=met]"))
        desk.page.keyboard.press("Space")
    press(desk, desk.page.locator(".diwan-checklist ~ button[type=submit]"))
    expect(desk.page.locator(".messages")).to_be_visible()
    expect(desk.page.locator(".diwan-checklist .diwan-badge--success").first).to_be_visible()


def ask_for_the_address(desk: Desk) -> None:
    """One question is given back, with a message."""
    form = desk.offers("ask_citizen")
    # Saving led to the checklist; the actions stand above it.
    desk.window.reach(desk.page.locator("details.diwan-action", has=form).locator("summary"), back=True)
    press(desk, desk.page.locator("details.diwan-action", has=form).locator("summary"))
    desk.window.reach(form.locator("[name=note]"))
    desk.page.keyboard.type(QUESTION)
    desk.window.reach(form.locator("[name=returned][value=address]"))
    desk.page.keyboard.press("Space")
    press(desk, form.locator("button[type=submit]:not([aria-hidden]):not([name])"))
    expect(desk.page.locator(".messages")).to_be_visible()
    expect(desk.page.locator(".diwan-messages")).to_contain_text(QUESTION)


def send(phone: Window) -> None:
    phone.page.locator("form.form button[name=do][value=send]:not([aria-hidden])").click()
