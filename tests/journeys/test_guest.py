"""Somebody applies without an account, in Arabic on a phone: way in, mobile and code, number, following it later."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.forms_builder.registers import RegistersInMemory
from tests.journeys.browsing import Window, Windows
from tests.journeys.filling import SEND, Filler
from tests.journeys.portal import Portal
from tests.services_catalog.content_files import FILES, read, registries_of_the_files

# Sent by nothing in the demo: the digits follow from the row.
_LAST_CODE = """
from home.accounts.models import OneTimeCode
print(OneTimeCode.objects.filter(mobile="+962%s").latest("pk").digits)
"""
_PHONE_IS_FREE = """
from home.accounts.models import CodeBudget
CodeBudget.objects.all().delete()
"""


@pytest.fixture(autouse=True)
def registries() -> Iterator[RegistersInMemory]:
    with registries_of_the_files() as found:
        yield found


def service_for_guests() -> str:
    return next(slug for slug, path in FILES.items() if read(path).get("allows_guests"))


def prove(window: Window, portal: Portal, phone: str) -> None:
    """Type the code that was sent to this phone."""
    window.accessible()
    window.page.locator("[name=code]").fill(portal.shell(_LAST_CODE % phone).strip()[-6:])
    window.page.locator("main form button[type=submit]").first.click()


def test_a_guest_applies_and_follows_his_request(visit: Windows, portal: Portal, tmp_path: Path) -> None:
    phone = f"79{secrets.randbelow(10_000_000):07d}"
    window = visit(phone=True)
    page, filler = window.page, Filler.of(window, service_for_guests(), tmp_path)
    filler.begin()
    window.accessible()
    expect(page.locator("altcha-widget input[type=checkbox]")).to_be_checked(timeout=30_000)
    page.locator("main form button[type=submit]").click()
    filler.fill_in()
    window.accessible()

    page.locator("main a.button--start").click()
    window.accessible()
    page.locator("[name=full_name]").fill("سالم أحمد علي الخطيب")
    page.locator("[name=mobile]").fill(f"0{phone}")
    page.locator("button[value=send]").click()
    prove(window, portal, phone)
    filler.is_reviewing()
    filler.sign()
    page.locator(SEND).click()
    number = page.locator("#request-number").inner_text()
    window.accessible()

    portal.shell(_PHONE_IS_FREE)
    later = visit(phone=True)
    later.open("/ar/requests/follow/")
    later.accessible()
    later.page.locator("[name=number]").fill(number)
    later.page.locator("[name=mobile]").fill(f"0{phone}")
    later.page.locator("main form button[type=submit]").click()
    prove(later, portal, phone)
    expect(later.page.locator("main")).to_contain_text(number)
    later.accessible()
