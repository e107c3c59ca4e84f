"""A clerk at the service window registers a request for somebody who has never been on the portal."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.browsing import Windows
from tests.journeys.desk import Desk
from tests.journeys.filling import Filler
from tests.journeys.people import Citizen

SERVICE = "egypt-utility-inspection"
NAME = "منى عادل حسن البحيري"


def test_an_inspection_is_registered_for_a_new_person(visit: Windows, citizen: Citizen, tmp_path: Path) -> None:
    desk = Desk.of(visit, "window-egypt")
    page, window = desk.page, desk.window

    window.open("/admin/window/")
    window.accessible()
    page.locator("[name=q]").fill("عدادات الكهرباء")
    page.locator("[name=q]").press("Enter")
    expect(page.locator("table.diwan-list tbody tr")).to_have_count(1)
    page.locator("table.diwan-list tbody th a").click()
    expect(page.locator("main")).to_contain_text("مندوبو الإدارات")
    expect(page.locator("main")).to_contain_text("سند الملكية")
    window.accessible()
    for paper in page.locator('a[href$=".pdf"]').all():
        printed = page.request.get(window.site + (paper.get_attribute("href") or ""))
        assert printed.body().startswith(b"%PDF")

    page.locator('main a[href$="/register/"]').click()
    window.accessible()
    page.locator("[name=identity_number]").fill(citizen.identity)
    page.locator("button[name=do][value=find]").click()
    expect(page.locator("[name=full_name]")).to_be_visible()
    expect(page.locator("[name=identity_number]")).to_have_value(citizen.identity)
    window.accessible()
    page.locator("[name=full_name]").fill(NAME)
    page.locator("[name=mobile]").fill(f"050{citizen.serial % 10_000_000:07d}")
    page.locator("button[name=do][value=add]").click()

    filler = Filler.of(window, SERVICE, tmp_path)
    filler.slug = "window/[0-9a-f-]{36}"
    filler.look = window.accessible
    expect(page.locator(".preview-banner")).to_contain_text(NAME)
    expect(page.locator("[name=full_name]")).to_have_value(NAME)
    filler.fill_in()
    expect(page.locator(".preview-banner")).to_contain_text(NAME)
    window.accessible()
    number = filler.sign_and_send()

    assert number.startswith("EGC-")
    expect(page.locator("main")).to_contain_text(NAME)
    window.accessible()
    printed = page.request.get(page.url + "summary.pdf")
    assert printed.body().startswith(b"%PDF")

    # Asked for by its number, as the person reads it out.
    page.locator('.diwan-window__ways a[href="/admin/window/"]').click()
    page.locator("[name=number]").fill(number.lower())
    page.locator("form:has([name=number]) button[type=submit]").click()
    expect(page.locator(".diwan-window [role=status] .diwan-facts")).to_contain_text(number)
    expect(page.locator(".diwan-window [role=status]")).not_to_contain_text(NAME)
    window.accessible()
