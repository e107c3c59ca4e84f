"""The citizen follows up on a phone: a badge, documents brought one by one, the answer, and a request called off."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.applying import Application
from tests.journeys.browsing import Windows
from tests.journeys.desk import Desk
from tests.journeys.papers import letter, photo
from tests.journeys.people import Citizen

DEED, MAP = "صورة من صك الملكية", "مخطط الموقع"


def test_documents_asked_for_are_brought_one_by_one_on_a_phone(
    visit: Windows, citizen: Citizen, tmp_path: Path
) -> None:
    phone = visit(phone=True)
    citizen.register(phone)
    application = Application(phone, tmp_path)
    application.everything(companions=1)
    number = application.send()
    clerk = Desk.of(visit, "clerk")
    clerk.open(number)
    clerk.act("take")
    asking = clerk.offers("ask_citizen")
    clerk.page.locator("details.diwan-action", has=asking).locator("summary").click()
    asking.locator("[name=asked_more]").fill(f"{DEED}\n{MAP}")
    clerk.act("ask_citizen", "نأمل إرفاق المستندات التالية.")

    # The badge leads him there, whatever page he is on.
    phone.open("/ar/")
    page = phone.page
    expect(page.locator("[data-unread]")).to_have_attribute("data-unread", "1")
    phone.open("/ar/requests/")
    expect(page.locator(".action-card")).to_contain_text(DEED)
    phone.accessible()
    page.locator(".action-card a.button").first.click()
    expect(page.locator(".asked-document")).to_have_count(2)
    phone.in_both_languages()
    phone.open("/ar/")
    expect(page.locator("[data-unread]")).to_have_count(0)
    page.go_back()

    # One today, the other tomorrow; a wrong file takes nothing with it.
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no document")
    deed, site = page.locator(".asked-document").nth(0), page.locator(".asked-document").nth(1)
    deed.locator("input[type=file]").set_input_files(letter(tmp_path, "deed.pdf"))
    site.locator("input[type=file]").set_input_files(wrong)
    page.locator(".action-card .button-row button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(deed).to_contain_text("deed.pdf")
    phone.accessible()
    site.locator("input[type=file]").set_input_files(photo(tmp_path, "map.png"))
    deed.locator("textarea").fill("نسخة واضحة")
    page.locator(".action-card .button-row button[type=submit]").first.click()
    expect(page.locator(".action-card")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("map.png")

    clerk.open(number)
    expect(clerk.page.locator("section:has(> #brought)")).to_contain_text("نسخة واضحة")
    clerk.window.accessible()

    # He does not need it any more.
    page.locator("a[href$='/cancel/']").click()
    phone.in_both_languages()
    page.locator("#cancel-reason").fill("لم أعد بحاجة إليه")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("لم أعد بحاجة إليه")
    phone.accessible()
    for tab in ("closed", "drafts", "appointments", "messages"):
        phone.open(f"/ar/requests/?show={tab}")
        phone.in_both_languages()
