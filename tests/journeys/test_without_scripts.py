"""Without scripts, in Arabic on a phone: apply as a guest, ask where it stands, bring what the office asked for.

Where the check against programs cannot run, a sum in words stands in its place.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.forms_builder.registers import RegistersInMemory
from tests.journeys.browsing import Window, Windows
from tests.journeys.filling import Filler, entries_are_free
from tests.journeys.papers import letter
from tests.journeys.people import type_code
from tests.journeys.portal import DEMO_PASSWORD, SIGN_IN, Portal
from tests.journeys.test_account import EASTERN
from tests.journeys.test_guest import service_for_guests
from tests.service_requests.wizard.test_sum_in_words import answer_to
from tests.services_catalog.content_files import registries_of_the_files

BODY = "أمانة عمان الكبرى"


@pytest.fixture
def registries(portal: Portal) -> Iterator[RegistersInMemory]:
    entries_are_free(portal)
    with registries_of_the_files() as found:
        yield found


def answers_the_sum(window: Window) -> None:
    """As it is asked on the page, in Arabic digits."""
    asked = window.page.locator(".sum-in-words label")
    expect(asked).to_be_visible()
    window.page.get_by_label(asked.inner_text()).fill(answer_to(asked.inner_text()).translate(EASTERN))


@pytest.mark.usefixtures("registries")
def test_a_guest_applies_and_finds_it_again_without_scripts(visit: Windows, tmp_path: Path) -> None:
    phone = f"79{secrets.randbelow(10_000_000):07d}"
    window = visit(phone=True, scripts=False)
    page, filler = window.page, Filler.of(window, service_for_guests(), tmp_path)
    filler.begin()
    answers_the_sum(window)
    window.accessible()
    window.press(page.locator("main form button[type=submit]"))
    filler.fill_in()
    comes_back_by_the_link(window, visit(phone=True, scripts=False))
    window.press(page.locator("main a.button--start"))
    window.write(page.locator("[name=full_name]"), "سالم أحمد علي الخطيب")
    window.write(page.locator("[name=mobile]"), f"0{phone}")
    window.press(page.locator("button[value=send]"))
    type_code(window, f"+962{phone}")
    filler.is_reviewing()
    number = filler.sign_and_send()
    # What only a script could do is not offered.
    expect(page.locator("button[data-copies]")).to_be_hidden()

    # The year of this body is Gregorian; its number comes bare, in Arabic digits.
    _prefix, year, serial = number.split("-")
    window.open("/ar/inquiry/")
    page.locator("#inquiry-number").fill(str(int(serial)).translate(EASTERN))
    page.locator("#inquiry-body").select_option(label=BODY)
    page.locator("#inquiry-year").fill(year.translate(EASTERN))
    page.locator("#inquiry-digits").fill(phone[-4:].translate(EASTERN))
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_contain_text("أجب عن السؤال")
    answers_the_sum(window)
    window.accessible()
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".inquiry-result")).to_contain_text(number)
    expect(page.locator(".inquiry-result")).to_contain_text("تم الاستلام")


def comes_back_by_the_link(window: Window, elsewhere: Window) -> None:
    """The application goes on on another device, and this one stays where it is."""
    here = window.path
    window.press(window.page.locator("a[href$='/link/']").first)
    expect(window.page.locator("button[data-copies]")).to_be_hidden()
    window.accessible()
    elsewhere.page.goto(window.page.locator("#guest-link").inner_text())
    elsewhere.accessible()
    elsewhere.press(elsewhere.page.locator("main form button[type=submit]"))
    expect(elsewhere.page).to_have_url(elsewhere.site + here)
    window.open(here)


def test_what_the_office_asked_for_is_brought_without_scripts(visit: Windows, tmp_path: Path) -> None:
    window = visit(phone=True, scripts=False)
    page = window.page
    window.open(SIGN_IN)
    window.sign_in("citizen", DEMO_PASSWORD)
    window.open("/ar/requests/")
    page.locator(".action-card a.button").first.click()
    documents = page.locator(".asked-document")
    expect(documents).to_have_count(2)
    documents.nth(0).locator("input[type=file]").set_input_files(letter(tmp_path, "deed.pdf"))
    page.locator(".action-card .button-row button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(documents.nth(0)).to_contain_text("deed.pdf")
    window.accessible()

    documents.nth(1).locator("textarea").fill("لا توجد وثيقة أخرى")
    page.locator(".action-card .button-row button[type=submit]").first.click()
    expect(page.locator(".action-card")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("لا توجد وثيقة أخرى")


@pytest.mark.parametrize("path", ["/ar/inquiry/", "/en/inquiry/"])
def test_with_scripts_a_link_leads_to_the_sum(visit: Windows, path: str) -> None:
    """By keyboard, for whoever's check does not work."""
    window = visit(phone=True, by_keyboard=True)
    page = window.open(path)
    expect(page.locator(".sum-in-words")).to_be_hidden()
    window.press(page.locator("a[href='#q-check-words']"))
    expect(page.locator(".sum-in-words")).to_be_visible()
    window.reach(page.locator(".sum-in-words input[name='check.answer']"))
    window.accessible()
