"""The national sign-in in a browser: from a form to the provider, and back to the same form with the name filled in."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.applying import SERVICE
from tests.journeys.browsing import Window, Windows

MARYAM = "مريم عبدالله سعد الشهري"


@pytest.mark.parametrize("scripts", [True, False])
def test_whoever_begins_a_form_comes_back_to_it_with_what_the_state_said(visit: Windows, scripts: bool) -> None:
    window = visit(phone=True, scripts=scripts)
    window.open(f"/ar/services/{SERVICE}/")
    window.page.locator("a.button--start").first.click()
    window.accessible()

    window.page.get_by_role("link", name="الدخول بالهوية الوطنية التجريبية").click()
    expect(window.page.locator("h1")).to_have_text("الهوية الوطنية التجريبية")
    window.page.get_by_label(re.compile(MARYAM)).check()
    window.page.get_by_role("button", name="تسجيل الدخول").click()

    expect(window.page).to_have_url(re.compile(f"/ar/apply/{SERVICE}/steps/applicant/"))
    expect(window.page.locator("main")).to_contain_text(MARYAM)
    expect(window.page.locator(".field__source").first).to_contain_text("من الدخول الوطني الموحد")
    expect(window.page.locator("[name=full_name]")).to_have_count(0)
    window.accessible()


def test_whoever_stops_there_is_led_on(visit: Windows) -> None:
    window = visit(phone=True)
    window.open("/ar/account/login/")
    window.page.get_by_role("link", name="الدخول بالهوية الوطنية التجريبية").click()
    window.page.get_by_role("button", name="إلغاء").click()

    expect(window.page.locator("h1")).to_have_text("أوقفت الدخول بالهوية الوطنية")
    window.accessible()
    window.page.get_by_role("link", name="ادخل بطريقة أخرى").click()
    expect(window.page.locator("[name=password]")).to_be_visible()


def test_pages_of_the_second_factor_are_accessible(at_home: Window) -> None:
    for path in ("/ar/account/second-factor/", "/ar/account/national/needed/?next=/ar/"):
        at_home.open(path)
        at_home.in_both_languages()
