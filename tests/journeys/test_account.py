"""Najran's follow-up, in Arabic on a phone: from the number by text message to the rating and the public inquiry.

Staff ask for documents one by one, a badge leads to them, what is brought is answered; then the paper about it, the
stars, and where it stands for whoever is not signed in. From the badge to the stars he uses no mouse.
"""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.applying import Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.papers import is_the_summary, letter, photo
from tests.journeys.people import Citizen
from tests.journeys.portal import OUTBOX

DEED, MAP = "صورة من صك الملكية", "مخطط الموقع"
APPROVAL = "نأمل الحضور يوم الأحد الساعة التاسعة."
BODY = "إمارة منطقة نجران"
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def test_a_request_is_followed_from_its_number_to_its_rating(visit: Windows, citizen: Citizen, tmp_path: Path) -> None:
    phone = visit(phone=True)
    page = phone.page
    # From here on: whoever asks for it at the moment of choosing races the browser's own window for files.
    page.on("filechooser", lambda asked: None)
    citizen.register(phone)
    application = Application(phone, tmp_path)
    application.everything(companions=1)
    number = application.send()
    is_told(phone, citizen, number)
    clerk = Desk.of(visit, "clerk")
    clerk.open(number)
    clerk.act("take")
    asks_for(clerk, DEED, MAP)

    # The badge leads him there, whatever page he is on.
    phone.by_keyboard = True
    phone.open("/ar/")
    expect(page.locator("[data-unread]")).to_have_attribute("data-unread", "1")
    phone.press(page.locator("a[data-unread]"))
    expect(page).to_have_url(re.compile("show=messages"))
    expect(page.locator(".action-card")).to_contain_text(DEED)
    phone.accessible()
    opens_both_menus(phone)
    phone.press(page.locator(".action-card a.button").first)
    expect(page.locator(".asked-document")).to_have_count(2)
    phone.in_both_languages()
    phone.open("/ar/")
    expect(page.locator("[data-unread]")).to_have_count(0)
    page.go_back()

    brings_one_after_the_other(phone, tmp_path)
    clerk.open(number)
    expect(clerk.page.locator("section:has(> #brought)")).to_contain_text("نسخة واضحة")
    clerk.window.accessible()
    clerk.act("approve", APPROVAL)

    phone.open("/ar/")
    phone.press(page.locator("a[data-unread]"))
    phone.press(page.locator(".tabs a[href*='show=closed']"))
    phone.press(page.locator(".request-row", has_text=number).locator("a").first)
    expect(page.locator("main")).to_contain_text(APPROVAL)
    is_the_summary(phone)
    rates(phone)
    phone.accessible()
    phone.by_keyboard = False
    for tab in ("closed", "drafts", "appointments", "messages"):
        phone.open(f"/ar/requests/?show={tab}")
        phone.in_both_languages()

    inquires(visit(phone=True), number, citizen)


def is_told(phone: Window, citizen: Citizen, number: str) -> None:
    """The number came by text message, which holds nothing about him, cannot be answered, and says where to."""
    outbox = phone.another_tab()
    outbox.open(OUTBOX)
    messages = outbox.page.locator(".message", has_text=citizen.mobile)
    told = messages.filter(has_text=number).locator(".message__text").inner_text()
    assert "لا يمكنك الرد عبر الرسائل النصية" in told, told
    assert "«طلباتي» بحسابك" in told, told
    assert "أحمد" not in told, told
    outbox.page.close()


def asks_for(clerk: Desk, *documents: str) -> None:
    asking = clerk.offers("ask_citizen")
    clerk.page.locator("details.diwan-action", has=asking).locator("summary").click()
    asking.locator("[name=asked_more]").fill("\n".join(documents))
    clerk.act("ask_citizen", "نأمل إرفاق المستندات التالية.")


def brings_one_after_the_other(phone: Window, papers: Path) -> None:
    """One today, the other tomorrow; a wrong file takes nothing with it."""
    page = phone.page
    wrong = papers / "notes.txt"
    wrong.write_text("no document")
    deed, site = page.locator(".asked-document").nth(0), page.locator(".asked-document").nth(1)
    send = page.locator(".action-card .button-row button[type=submit]").first
    chooses(phone, deed.locator("input[type=file]"), letter(papers, "deed.pdf"))
    chooses(phone, site.locator("input[type=file]"), wrong)
    phone.press(send)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(deed).to_contain_text("deed.pdf")
    phone.accessible()
    phone.press(page.locator(".error-summary a").first)
    expect(site.locator("input[type=file]")).to_be_focused()
    chooses(phone, site.locator("input[type=file]"), photo(papers, "map.png"))
    phone.reach(deed.locator("textarea"), back=True)
    page.keyboard.type("نسخة واضحة")
    phone.press(send)
    expect(page.locator(".action-card")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("map.png")


def opens_both_menus(phone: Window) -> None:
    """That of the portal and that of the person; axe looks at each while it is open."""
    for menu in (".site-menu", ".account-menu"):
        summary = phone.page.locator(f"{menu} > summary")
        phone.reach(summary, back=menu == ".account-menu")
        phone.page.keyboard.press("Enter")
        expect(phone.page.locator(f"{menu}[open]")).to_be_visible()
        phone.accessible()
        phone.page.keyboard.press("Enter")


def chooses(phone: Window, question: Locator, paper: Path) -> None:
    """A file; what the browser asks then is not of the page."""
    phone.reach(question)
    with phone.page.expect_file_chooser() as asked:
        phone.page.keyboard.press("Space")
    asked.value.set_files(paper)
    # The browser opens no second window for files while the first is being closed.
    expect(phone.page.get_by_text(paper.name).first).to_be_visible()


def rates(phone: Window) -> None:
    page = phone.page
    phone.reach(page.locator(".rating input[value='1']"))
    for _press in range(4):
        page.keyboard.press("ArrowDown")
    phone.press(page.locator("form[action$='/rate/'] button[type=submit]"))
    expect(page.locator("main")).to_contain_text("5 من 5")
    expect(page.locator(".rating")).to_have_count(0)


def inquires(window: Window, number: str, citizen: Citizen) -> None:
    """Signed in nowhere: with the last part of the number and its year, in Arabic digits."""
    page = window.page
    _prefix, year, serial = number.split("-")
    window.open("/ar/")
    page.locator("main a[href='/ar/inquiry/']").click()
    page.locator("#inquiry-number").fill(str(int(serial)).translate(EASTERN))
    page.locator("#inquiry-body").select_option(label=BODY)
    page.locator("#inquiry-year").fill(year.translate(EASTERN))
    page.locator("#inquiry-digits").fill(citizen.mobile[-4:].translate(EASTERN))
    expect(page.locator("altcha-widget")).to_contain_text("تم التحقق")
    page.locator("main form button[type=submit]").click()

    expect(page.locator(".inquiry-result")).to_contain_text(number)
    expect(page.locator(".inquiry-result")).to_contain_text("مكتمل")
    expect(page.locator("main")).not_to_contain_text("أحمد")
    window.accessible()
