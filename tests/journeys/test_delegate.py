"""Madinah: somebody acts for an engineering office, in Arabic on a phone.

The form opens by the national sign-in alone. Its owner invites him, he accepts and asks for an interview in its name;
the office studies it and proposes another time, which the owner agrees to. When the delegation has ended nothing of it
is his any more.
"""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.filling import Filler
from tests.journeys.portal import DEMO_PASSWORD, SIGN_IN
from tests.journeys.test_office import opened, stands_in

SERVICE, OWNER = "madinah-official-interview", "office-owner"
# A person whom only the state knows, as the sample provider tells him (content/demo/people.json).
NAME, RESIDENCE, MOBILE = "عمر خالد حسن الأحمد", "2000000006", "+966501110102"
# What the state said of him stands in the form and cannot be changed.
CONFIRMED = ("full_name", "identity", "mobile")
OFFICE, LICENCE = "مكتب أركان طيبة للاستشارات الهندسية", "4417"
ESTABLISHMENTS = "/ar/account/establishments/"
PROPOSAL = "الموعد المطلوب محجوز لاجتماع. نقترح يوم الثلاثاء الساعة العاشرة صباحاً."
CONSENT = "يناسبنا الموعد المقترح."
NOT_FOUND = 404


def test_a_delegate_is_invited_applies_for_his_office_and_leaves_it(visit: Windows, tmp_path: Path) -> None:
    delegate, owner = visit(phone=True), visit(phone=True)
    comes_in_by_the_state(delegate)
    owner.keep(visit.portal.session((SIGN_IN, {"login": OWNER, "password": DEMO_PASSWORD})))
    cannot_apply_yet(delegate)
    a_password_opens_no_form(owner)
    invites(owner)
    accepts(delegate)

    number = applies(delegate, tmp_path)
    his = page_of_request(delegate, number)
    expect(delegate.page.locator(".key-facts")).to_contain_text(OFFICE)
    expect(delegate.page.locator(".key-facts")).to_contain_text(LICENCE)
    delegate.accessible()

    clerk = Desk.of(visit, "clerk-madinah")
    clerk.open(number)
    expect(clerk.page.locator(".diwan-case")).to_contain_text(OFFICE)
    clerk.act("take")
    stands_in(clerk, "قيد الدراسة")
    form = opened(clerk, "propose")
    form.locator("[name=note]").fill(PROPOSAL)
    form.locator("[name=preview]").click()
    expect(clerk.page.locator(".diwan-preview-message")).to_contain_text(PROPOSAL)
    clerk.window.accessible()
    clerk.act("propose")
    stands_in(clerk, "بانتظار رد المستفيد على الموعد المقترح")

    # It is the office's: whoever acts for it answers.
    page_of_request(owner, number)
    expect(owner.page.locator(".action-card")).to_contain_text(PROPOSAL)
    owner.accessible()
    owner.page.locator("#reply-text").fill(CONSENT)
    owner.page.locator(".action-card .button-row button[type=submit]").first.click()
    expect(owner.page.locator(".messages .message--mine")).to_contain_text(CONSENT)
    clerk.open(number)
    expect(clerk.page.locator(".diwan-messages")).to_contain_text(CONSENT)
    clerk.act("approve", "الثلاثاء، العاشرة صباحاً، مكتب المسؤول.")
    stands_in(clerk, "تم تحديد الموعد")

    delegate.open(his)
    expect(delegate.page.locator("main")).to_contain_text(CONSENT)
    ends(owner)
    answer = delegate.page.goto(delegate.site + his)
    assert answer is not None
    assert answer.status == NOT_FOUND


def comes_in_by_the_state(delegate: Window) -> None:
    """From the page of the service, which says that it takes no password."""
    page = delegate.page
    delegate.open(f"/ar/services/{SERVICE}/")
    page.locator("a.button--start").first.click()
    page.get_by_role("link", name="الدخول بالهوية الوطنية التجريبية").click()
    page.get_by_label(re.compile(NAME)).check()
    page.get_by_role("button", name="تسجيل الدخول").click()


def a_password_opens_no_form(owner: Window) -> None:
    owner.open(f"/ar/services/{SERVICE}/")
    owner.page.locator("a.button--start").first.click()
    expect(owner.page).to_have_url(re.compile("/ar/account/national/needed/"))


def cannot_apply_yet(delegate: Window) -> None:
    """He acts for nobody, and is told how one comes to it."""
    expect(delegate.page).to_have_url(re.compile(f"/ar/apply/{SERVICE}/"))
    delegate.accessible()
    delegate.page.locator(f"main a[href='{ESTABLISHMENTS}']").click()
    delegate.accessible()


def invites(owner: Window) -> None:
    page = owner.page
    owner.open(ESTABLISHMENTS)
    page.get_by_role("link", name=OFFICE).click()
    owner.accessible()
    page.locator("[name=identity_type]").select_option("residence")
    page.locator("[name=identity_number]").fill(RESIDENCE)
    page.locator("[name=mobile]").fill(MOBILE)
    page.locator("form:has([name=mobile]) [type=submit]").click()
    expect(page.locator("section:has(> #invited)")).to_contain_text(RESIDENCE)
    owner.accessible()


def accepts(delegate: Window) -> None:
    delegate.open(ESTABLISHMENTS)
    expect(delegate.page.locator(".action-card")).to_contain_text(OFFICE)
    delegate.accessible()
    delegate.page.locator("button[value=accept]").click()
    expect(delegate.page.locator(".request-list")).to_contain_text(OFFICE)
    delegate.accessible()


def applies(delegate: Window, papers: Path) -> str:
    """In the name of the office, which every page of the form says."""
    filler = Filler.of(delegate, SERVICE, papers)
    filler.look = lambda: expect(delegate.page.locator(".acting-for")).to_contain_text(OFFICE)
    filler.begin()
    expect(delegate.page.locator("main")).to_contain_text(NAME)
    for told in CONFIRMED:
        expect(delegate.page.locator(f"[name={told}]")).to_have_count(0)
    filler.answers = {key: answer for key, answer in filler.answers.items() if key not in CONFIRMED}
    filler.fill_in()
    delegate.accessible()
    return filler.sign_and_send()


def page_of_request(window: Window, number: str) -> str:
    """From the account to the page of a request; its address."""
    window.open("/ar/requests/")
    window.page.locator(".request-row", has_text=number).locator("a").first.click()
    expect(window.page.locator(".page-head")).to_contain_text(number)
    return window.path


def ends(owner: Window) -> None:
    """The latest of those who act for it."""
    owner.open(ESTABLISHMENTS)
    owner.page.get_by_role("link", name=OFFICE).click()
    people = owner.page.locator("section:has(> #people) li", has_text=NAME)
    before = people.count()
    # Asked once more, before he is told that he acts for nobody.
    people.last.locator("summary").click()
    owner.accessible()
    people.last.locator("form button").click()
    expect(people).to_have_count(before - 1)
