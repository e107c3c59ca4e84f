"""A citizen comes in by a code, confirms his e-mail address, sees where he is signed in, and signs out everywhere."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.people import Citizen
from tests.journeys.portal import OUTBOX, link_on


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_coming_in_by_a_code_and_signing_out_everywhere(
    visit: Windows, at_home: Window, citizen: Citizen, scripts: bool
) -> None:
    phone = visit(phone=True, scripts=scripts)
    page = phone.page
    look = phone.in_both_languages if scripts else phone.accessible

    phone.open("/ar/account/login/")
    page.locator('main a[href*="/account/login/code/"]').click()
    look()
    page.locator("[name=mobile]").fill(citizen.mobile)
    page.locator("[name=identity_number]").fill("1000000001")
    page.locator("form:has([name=mobile]) [type=submit]").click()
    look()
    page.locator("[name=code]").fill("000000")
    page.locator("form:has([name=code]) [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    phone.accessible()

    # The identity number was not his: no code came, and nothing on the page said so.
    page.locator('main a[href*="/account/login/code/"]').click()
    page.locator("[name=mobile]").fill(citizen.mobile)
    page.locator("[name=identity_number]").fill(citizen.identity)
    page.locator("form:has([name=mobile]) [type=submit]").click()
    citizen.type_code(phone)
    expect(page).to_have_url(f"{phone.site}/ar/requests/")

    phone.open("/ar/account/")
    look()
    page.locator('main form[action$="/email/link/"] button').click()
    phone.open(link_on(phone.open(OUTBOX).content(), citizen.details["email"]))
    look()
    page.locator("main form button").click()
    expect(page.locator('main form[action$="/email/link/"]')).to_have_count(0)
    page.locator('main a[href$="/account/mobile/"]').click()
    look()
    phone.open("/ar/account/sessions/")
    expect(page.locator("main li.message")).to_have_count(2)
    look()
    page.locator("main [name=everywhere]").click()
    expect(page.locator("[name=login]")).to_be_visible()

    at_home.open("/ar/account/")
    expect(at_home.page.locator("[name=login]")).to_be_visible()
