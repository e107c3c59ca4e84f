"""Pages that no journey needs, and every page at widths that no journey has."""

import pytest
from playwright.sync_api import expect

from tests.journeys.applying import SERVICE
from tests.journeys.browsing import Window, Windows

PUBLIC = [
    "/",
    "/services/",
    f"/services/{SERVICE}/",
    "/inquiry/",
    "/verify/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/login/code/",
    "/account/password/renew/",
    "/requests/follow/",
]
OWN = (
    "/requests/",
    "/requests/?show=drafts",
    "/requests/?show=closed",
    "/account/",
    "/account/mobile/",
    "/account/sessions/",
    "/account/establishments/",
)
WIDTHS = (320, 768, 1440)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


DOUBLED = "document.documentElement.style.fontSize = '200%'"


def fits_with_letters_twice_as_large(window: Window) -> None:
    """On a page of 640 px, which is as wide as a small phone then. The next page has its own letters again."""
    window.page.set_viewport_size({"width": 2 * WIDTHS[0], "height": 900})
    window.page.evaluate(DOUBLED)
    assert window.page.evaluate(OVERFLOW) <= 0, f"{window.path} is too wide with letters twice as large"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_public_pages_fit_every_width(visit: Windows, language: str) -> None:
    """And axe finds nothing where they are narrowest and where they are widest."""
    window = visit(language=language)

    for path in PUBLIC:
        window.open(f"/{language}{path}")
        for width in WIDTHS:
            window.page.set_viewport_size({"width": width, "height": 900})
            assert window.page.evaluate(OVERFLOW) <= 0, f"{window.path} is wider than {width} px"
            if width in (WIDTHS[0], WIDTHS[-1]):
                window.accessible()
        fits_with_letters_twice_as_large(window)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(visit: Windows, language: str) -> None:
    window = visit(phone=True, language=language)

    answer = window.page.goto(f"{window.site}/{language}/no-such-page/")

    assert answer is not None
    assert answer.status == 404
    expect(window.page.locator("html")).to_have_attribute("lang", language)
    expect(window.page.locator("h1")).to_be_visible()
    window.accessible()


def test_the_menu_opens_without_scripts(visit: Windows) -> None:
    window = visit(phone=True, scripts=False)
    window.open("/ar/")

    window.page.locator("details.site-menu summary").click()

    expect(window.page.locator(".site-menu__panel a").first).to_be_visible()
    window.accessible()


def test_a_search_without_results_leads_on(visit: Windows) -> None:
    window = visit()
    window.open("/ar/services/?q=لا+شيء+كهذا")

    expect(window.page.locator("main a[href*='/services/']").first).to_be_visible()
    window.accessible()


def test_own_pages_are_accessible_and_fit_in_both_languages(at_home: Window) -> None:
    for path in OWN:
        at_home.open(f"/ar{path}")
        at_home.in_both_languages()
    for language in ("ar", "en"):
        for path in OWN:
            at_home.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            at_home.open(f"/{language}{path}")
            assert at_home.page.evaluate(OVERFLOW) <= 0, f"{at_home.path} is wider than {WIDTHS[0]} px"
            fits_with_letters_twice_as_large(at_home)
