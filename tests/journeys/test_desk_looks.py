"""Every page of the desk, in both languages, at the width of a phone and of a desk: axe, and nothing sticks out."""

import pytest

from tests.journeys.browsing import DESKTOP, PHONE, Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.test_looks import OVERFLOW

SNIPPETS = "/admin/snippets"
ORGANISATION, CASES = f"{SNIPPETS}/organisations", f"{SNIPPETS}/service_requests"
# A workflow of all bodies is shown as a drawing; one's own opens in the editor.
SHARED = "main tbody tr:has-text('citizen-centre') a"
OWN = "main tbody a[href*='/edit/']"
# Who opens what; after each "→" a link to follow from there.
PAGES = {
    "supervisor": [
        "/admin/",
        "/admin/requests/",
        "/admin/requests/?q=لا+شيء+كهذا",
        "/admin/requests/?status=waiting_citizen→table.diwan-list tbody th a",
        "/admin/requests/?status=completed→table.diwan-list tbody th a→a[href$='/history/']",
        "/admin/runs/",
        "/admin/alerts/",
        "/admin/appointments/",
        "/admin/people/",
        f"{ORGANISATION}/organisation/",
        f"{ORGANISATION}/department/",
        f"{ORGANISATION}/membership/add/",
        f"{ORGANISATION}/absence/",
        f"{ORGANISATION}/absence/add/",
        f"{CASES}/messagetemplate/",
        f"{CASES}/messagetemplate/add/",
        f"{CASES}/noticetext/",
        f"{CASES}/noticechannels/add/",
        f"{SNIPPETS}/accounts/delegation/add/",
        "/admin/notices-failed/",
        "/admin/ratings/",
    ],
    "clerk-egypt": ["/admin/", "/admin/requests/", "/admin/requests/?status=completed"],
    "window-egypt": [
        "/admin/window/",
        "/admin/window/?number=EGC-0000",
        "/admin/window/→table.diwan-list tbody th a",
        "/admin/window/→table.diwan-list tbody th a→main a[href$='/register/']",
    ],
    "editor": [
        f"{SNIPPETS}/processes/workflow/",
        f"{SNIPPETS}/processes/workflow/→{OWN}",
        f"{SNIPPETS}/processes/workflow/→{SHARED}",
        f"{SNIPPETS}/processes/workflow/→{SHARED}→main a[href$='/versions/']",
        f"{ORGANISATION}/role/",
        f"{ORGANISATION}/role/add/",
        f"{CASES}/documenttemplate/",
        f"{CASES}/documenttemplate/add/",
    ],
}
PUBLIC = ["/{language}/verify/", "/{language}/verify/ABCDEFGHJKLM/"]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("username", PAGES)
def test_pages_of_the_desk_fit_and_are_accessible(visit: Windows, username: str, language: str) -> None:
    desk = Desk.of(visit, username, language=language)
    desk.prefers(language)
    try:
        for way in PAGES[username]:
            look(desk, way, language)
    finally:
        desk.page.set_viewport_size(DESKTOP)
        desk.prefers("ar")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_that_verify_documents_fit_and_are_accessible(visit: Windows, language: str) -> None:
    window = visit(language=language)
    for path in PUBLIC:
        window.open(path.format(language=language))
        fits_and_is_accessible(window, window.path, language)


def look(desk: Desk, way: str, language: str) -> None:
    """Go there, by the links that the way names, and look at both widths."""
    address, *links = way.split("→")
    desk.page.set_viewport_size(DESKTOP)
    answer = desk.page.goto(desk.window.site + address)
    assert answer is not None
    assert answer.status == 200, way
    assert desk.page.locator(".messages .error").count() == 0, f"{way}: turned away"
    for link in links:
        with desk.page.expect_navigation():
            desk.page.locator(link).first.click()
    fits_and_is_accessible(desk.window, way, language)


def fits_and_is_accessible(window: Window, name: str, language: str) -> None:
    """At both widths; axe at that which readers of the language mostly have."""
    for size in (DESKTOP, PHONE) if language == "ar" else (PHONE, DESKTOP):
        window.page.set_viewport_size(size)
        assert window.page.evaluate(OVERFLOW) <= 0, f"{name} is wider than {size['width']} px"
    window.accessible()
