"""The check against programs in a real browser: it works by itself, soon, and without a puzzle."""

from playwright.sync_api import expect

from tests.journeys.browsing import Window
from tests.journeys.publishing import OwnService


def test_the_check_is_passed_without_doing_anything(at_home: Window, own_service: OwnService) -> None:
    own_service.publish_with_a_check()
    at_home.open(f"/ar/apply/{own_service.slug}/")
    page = at_home.page

    expect(page.locator("altcha-widget [data-state=verified]")).to_be_attached()
    at_home.accessible()
    page.locator("input[name=applicant_type][value=individual]").check()
    page.locator("button[name=do][value=continue]:not([aria-hidden])").click()

    expect(page.locator("main h1")).not_to_have_text("مقدم الطلب")
    expect(page.locator("altcha-widget")).to_have_count(0)
