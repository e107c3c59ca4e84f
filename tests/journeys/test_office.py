"""An office at work: a file goes from desk to desk, each post does its own part, and nobody does another's.

The Egyptian centre's path (seed 3 of the acceptance): formal check, technical check with amounts, cashier, the
director's approval, and referral to the department that decides.
"""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.filling import Filler

CENTRE = "egypt-utility-inspection"
FINDING = "المعاينة مطابقة للاشتراطات، والمبلغ محسوب على المقايسة المعتمدة."


def test_a_file_of_the_centre_goes_from_the_formal_check_to_the_department_that_decides(
    visit: Windows, at_home: Window, tmp_path: Path
) -> None:
    number = sent(at_home, CENTRE, tmp_path)

    window = Desk.of(visit, "clerk-egypt")
    window.open(number)
    window.window.accessible()
    window.act("take")
    expect(missing(window, "complete")).to_be_visible()
    check_documents(window)
    window.act("complete")
    stands_in(window, "مراجعة فنية")
    expect(window.offers("set_amount")).to_have_count(0)

    delegate = Desk.of(visit, "delegate-egypt")
    delegate.open(number)
    set_amount(delegate, "رسم معاينة", "150")
    stands_in(delegate, "بانتظار السداد")
    # Who sets what is to be paid neither collects it nor approves it.
    expect(delegate.offers("paid")).to_have_count(0)

    cashier = Desk.of(visit, "cashier-egypt")
    cashier.open(number)
    expect(cashier.page.locator("main")).to_contain_text("150")
    cashier.window.accessible()
    cashier.act("paid")

    director = Desk.of(visit, "director-egypt")
    director.open(number)
    director.window.accessible()
    director.act("approve_file")
    stands_in(director, "محال إلى الإدارة المختصة")

    officer = Desk.of(visit, "officer-egypt")
    officer.open(number)
    officer.act("approve", "تمت الموافقة على التوصيل.")
    stands_in(officer, "منجز")
    told = "\n".join(officer.history().all_inner_texts())
    for person in ("محمود حسن علي عبدالفتاح", "أشرف سامي محمد الشناوي", "سميرة أحمد حسين البدري", "حسام الدين كمال"):
        assert person in told, told


def sent(window: Window, service: str, papers: Path) -> str:
    """The number of a request that the citizen sent."""
    filler = Filler.of(window, service, papers)
    filler.begin()
    filler.fill_in()
    return filler.sign_and_send()


def stands_in(desk: Desk, stage: str) -> None:
    expect(desk.page.locator(".diwan-case__title")).to_contain_text(stage)


def opened(desk: Desk, action: str) -> Locator:
    """The form of an action that asks for something."""
    form = desk.offers(action)
    if not form.is_visible():
        desk.page.locator("details.diwan-action", has=form).locator("summary").click()
    return form


def missing(desk: Desk, action: str) -> Locator:
    """What an action that cannot be pressed yet still needs."""
    return desk.page.locator(f"#{action}-missing")


def check_documents(desk: Desk) -> None:
    """Every document is there and right."""
    for item in desk.page.locator(".diwan-checklist > li").all():
        item.locator('input[type=radio][value="met"]').check()
    desk.page.locator(".diwan-checklist ~ button[type=submit]").click()
    expect(desk.page.locator(".messages")).to_be_visible()
    desk.window.accessible()


def set_amount(desk: Desk, label: str, amount: str) -> None:
    form = opened(desk, "set_amount")
    form.locator("[name=note]").fill(FINDING)
    form.locator('[name="label-1"]').fill(label)
    form.locator('[name="amount-1"]').fill(amount)
    form.locator("button[type=submit]:not([aria-hidden]):not([name])").click()
    expect(desk.page.locator(".messages")).to_be_visible()
