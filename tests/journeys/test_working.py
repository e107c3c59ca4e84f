"""Staff work on a request, and the citizen follows it."""

import csv
import io
import secrets
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.journeys.applying import NUMBER, TOPIC, Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.papers import letter

QUESTION = "نأمل إرفاق نسخة موقعة من الخطاب."
ANSWER = "أرفقت النسخة الموقعة."
APPROVAL = "نأمل الحضور يوم الأحد الساعة التاسعة."
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def test_a_request_goes_from_the_citizen_to_its_decision(at_home: Window, visit: Windows, tmp_path: Path) -> None:
    application = Application(at_home, tmp_path)
    application.everything(companions=1)
    number = application.send()

    # Found by its number as somebody reads it out, in Arabic digits.
    clerk = Desk.of(visit, "clerk")
    expect(clerk.find(number.translate(EASTERN))).to_have_count(1)
    clerk.window.accessible()
    clerk.open(number)
    clerk.window.accessible()
    expect(clerk.page.locator("main")).to_contain_text(TOPIC)
    clerk.act("take")
    clerk.act("ask_citizen", QUESTION)

    citizen = at_home.page
    at_home.open("/ar/requests/")
    citizen.locator(".request-row a", has_text="موعد").first.click()
    expect(citizen.locator(".action-card")).to_contain_text(QUESTION)
    at_home.in_both_languages()
    # A file without a word: the file waits for it.
    citizen.locator("#reply-file").set_input_files(letter(tmp_path, "signed.pdf"))
    citizen.locator(".action-card .button-row button[type=submit]").first.click()
    expect(citizen.locator(".error-summary")).to_be_focused()
    expect(application.file("signed.pdf")).to_be_visible()
    at_home.accessible()
    citizen.locator("#reply-text").fill(ANSWER)
    citizen.locator(".action-card .button-row button[type=submit]").first.click()
    expect(citizen.locator(".messages .message--mine")).to_contain_text(ANSWER)
    expect(citizen.locator(".action-card")).to_have_count(0)

    clerk.open(number)
    expect(clerk.page.locator(".diwan-messages")).to_contain_text(ANSWER)
    with clerk.page.expect_download() as download:
        clerk.page.locator(".diwan-messages a", has_text="signed.pdf").click(modifiers=["Alt"])
    assert download.value.path().read_bytes().startswith(b"%PDF")
    clerk.act("approve", APPROVAL)
    expect(clerk.offers("approve")).to_have_count(0)
    clerk.window.accessible()

    at_home.open("/ar/requests/?show=closed")
    expect(citizen.locator(".request-row")).to_contain_text(number)
    at_home.in_both_languages()
    citizen.locator(".request-row a").first.click()
    expect(citizen.locator("main")).to_contain_text(APPROVAL)
    expect(citizen.locator(".page-head .badge")).to_contain_text("مكتمل")
    at_home.in_both_languages()

    auditor = Desk.of(visit, "auditor")
    auditor.open(number)
    expect(auditor.page.locator("form.diwan-action, details.diwan-action")).to_have_count(0)
    entries = auditor.history()
    told = "\n".join(entries.all_inner_texts())
    assert told.count("خالد محمد علي اليامي") >= 3, told
    assert APPROVAL in told, told
    assert "أحمد محمد سالم اليامي" in told, told
    auditor.window.accessible()


def test_the_history_is_read_in_english_too(visit: Windows) -> None:
    auditor = Desk.of(visit, "auditor", language="en")
    auditor.prefers("en")
    auditor.list("?status=completed")
    auditor.window.accessible()
    auditor.rows.locator("th a").first.click()
    expect(auditor.page.locator(".diwan-case")).to_be_visible()
    auditor.window.accessible()

    entries = auditor.history()

    expect(entries.first).to_contain_text("Approve")
    auditor.window.accessible()
    auditor.prefers("ar")


def test_a_supervisor_gives_several_requests_to_one_clerk(visit: Windows) -> None:
    supervisor = Desk.of(visit, "supervisor")
    supervisor.list("?status=submitted&assignee=nobody")
    numbers = [row.locator("th a").inner_text() for row in supervisor.rows.all()[:2]]
    assert len(numbers) == 2

    for number in numbers:
        supervisor.rows.filter(has_text=number).locator("input[type=checkbox]").check()
    supervisor.page.locator('[data-bulk-action-button][href*="/assign/"]').click()
    expect(supervisor.page.locator(".diwan-bulk")).to_be_visible()
    supervisor.window.accessible()
    supervisor.page.locator("select[name=to]").select_option(label="خالد محمد علي اليامي")
    supervisor.page.locator("[name=reason]").fill("توزيع العمل")
    supervisor.page.locator(".diwan-bulk button[type=submit]").click()

    expect(supervisor.page.locator(".messages")).to_be_visible()
    for number in numbers:
        expect(supervisor.find(number)).to_have_count(1)
        expect(supervisor.rows).to_contain_text("خالد محمد علي اليامي")
    supervisor.open(numbers[0])
    expect(supervisor.history().first).to_contain_text("توزيع العمل")


def test_an_exported_row_is_edited_and_imported(visit: Windows, tmp_path: Path) -> None:
    supervisor = Desk.of(visit, "supervisor")
    supervisor.list("?status=submitted")
    number = supervisor.rows.locator("th a").last.inner_text()
    assert NUMBER.match(number)
    supervisor.list(f"?q={number}")
    workbook = exported(supervisor, "xlsx", tmp_path / "requests.xlsx")
    rows = list(
        csv.DictReader(io.StringIO(exported(supervisor, "csv", tmp_path / "requests.csv").read_text("utf-8-sig")))
    )
    assert len(rows) == 1
    assert any(cell and number in cell for cell in rows[0].values())

    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    heading = next(cell for cell in sheet[1] if str(cell.value).startswith("topic "))
    changed = f"موضوع عدّله المشرف في الجدول {secrets.token_hex(4)}"
    sheet.cell(row=2, column=heading.column, value=changed)
    book.save(workbook)
    supervisor.list()
    supervisor.page.goto(supervisor.window.site + "/admin/requests/import/")
    supervisor.window.accessible()
    supervisor.page.locator("input[type=file]").set_input_files(workbook)
    supervisor.page.locator(".diwan-action__form button[type=submit]").click()

    expect(supervisor.page.locator("main")).to_contain_text(changed)
    supervisor.window.accessible()
    supervisor.page.locator("form.diwan-exchange__buttons button:not([name=discard])").click()
    expect(supervisor.page.locator("main .help-info[role=status]")).to_be_visible()
    supervisor.open(number)
    expect(supervisor.page.locator("main")).to_contain_text(changed)
    expect(supervisor.history().first).to_contain_text(changed)


def test_a_file_that_is_no_table_is_told_in_words(visit: Windows, tmp_path: Path) -> None:
    supervisor = Desk.of(visit, "supervisor")
    pretender = tmp_path / "requests.xlsx"
    pretender.write_bytes(b"this is no workbook")

    supervisor.window.open("/admin/requests/import/")
    supervisor.page.locator("input[type=file]").set_input_files(pretender)
    supervisor.page.locator(".diwan-action__form button[type=submit]").click()

    expect(supervisor.page.locator(".diwan-error")).to_be_visible()
    expect(supervisor.page.locator("input[type=file]")).to_be_visible()
    supervisor.window.accessible()


def exported(desk: Desk, format: str, target: Path) -> Path:
    """The list as it is filtered now, by its button."""
    here = desk.page.url
    desk.page.locator("header [data-w-dropdown-target=toggle]").first.click()
    desk.page.locator('a[href*="/admin/requests/export/"]').click()
    expect(desk.page.locator('main a[href*="format="]')).to_have_count(2)
    desk.window.accessible()
    with desk.page.expect_download() as download:
        desk.page.locator(f'main a[href*="format={format}"]').click()
    download.value.save_as(target)
    desk.page.goto(here)
    return target


def test_a_row_is_ticked_at_the_first_touch_after_a_search(visit: Windows) -> None:
    """Leaving the search box must not bring the same rows again and lose the tick; tabs follow the filter."""
    clerk = Desk.of(visit, "supervisor")
    clerk.list("?status=submitted")
    current = clerk.page.locator(".diwan-tabs [aria-current]")
    expect(current).to_contain_text("جديدة")
    every = clerk.rows.count()
    clerk.page.locator("input[name=q]").first.press_sequentially("اليامي")
    expect(clerk.rows).not_to_have_count(every)
    expect(current).to_have_count(0)

    asked_again: list[str] = []
    clerk.page.on("request", lambda request: asked_again.append(request.url))
    clerk.rows.first.locator("[type=checkbox]").check()
    # Any request that the tick set off would have begun by the time the page moves on by itself.
    clerk.page.locator(".bulk-action-btn").last.click()
    clerk.page.wait_for_url("**/bulk/**")

    assert not [url for url in asked_again if "/results/" in url]
