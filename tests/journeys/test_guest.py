"""Amman: somebody applies without an account, in Arabic on a phone and by keyboard alone, and follows it later.

Way in, form, mobile and code, number; the office answers; number, mobile and code open the answer.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.forms_builder.registers import RegistersInMemory
from tests.journeys.browsing import Windows
from tests.journeys.desk import Desk
from tests.journeys.filling import SEND, Filler, entries_are_free
from tests.journeys.people import type_code
from tests.journeys.portal import Portal
from tests.services_catalog.content_files import FILES, read, registries_of_the_files

ANSWER = "جُدد تصريحكم لسنة."


@pytest.fixture(autouse=True)
def registries(portal: Portal) -> Iterator[RegistersInMemory]:
    entries_are_free(portal)
    with registries_of_the_files() as found:
        yield found


def service_for_guests() -> str:
    return next(slug for slug, path in FILES.items() if read(path).get("allows_guests"))


def test_a_guest_applies_and_reads_the_answer_by_keyboard(visit: Windows, tmp_path: Path) -> None:
    phone = f"79{secrets.randbelow(10_000_000):07d}"
    window = visit(phone=True, by_keyboard=True)
    page, filler = window.page, Filler.of(window, service_for_guests(), tmp_path)
    filler.look = window.accessible
    filler.begin()
    window.accessible()
    expect(page.locator("altcha-widget input[type=checkbox]")).to_be_checked()
    window.press(page.locator("main form button[type=submit]"))
    filler.fill_in()
    window.accessible()

    window.press(page.locator("main a.button--start"))
    window.accessible()
    window.write(page.locator("[name=full_name]"), "سالم أحمد علي الخطيب")
    window.write(page.locator("[name=mobile]"), f"0{phone}")
    window.press(page.locator("button[value=send]"))
    type_code(window, f"+962{phone}")
    filler.is_reviewing()
    filler.sign()
    window.press(page.locator(SEND))
    number = page.locator("#request-number").inner_text()
    window.accessible()

    desk = Desk.of(visit, "clerk-amman")
    desk.open(number)
    desk.act("take")
    desk.act("approve", ANSWER)

    # Another day: nothing in this browser knows of it.
    later = visit(phone=True, by_keyboard=True)
    later.open("/ar/account/login/")
    later.press(later.page.locator("main a[href='/ar/requests/follow/']"))
    later.accessible()
    later.write(later.page.locator("[name=number]"), number)
    later.write(later.page.locator("[name=mobile]"), f"0{phone}")
    later.press(later.page.locator("main form button[type=submit]"))
    type_code(later, f"+962{phone}")
    expect(later.page.locator("main")).to_contain_text(number)
    expect(later.page.locator("main")).to_contain_text(ANSWER)
    later.accessible()
