"""How staff work: find a request, act on it, read its history."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import Window, Windows
from tests.journeys.portal import DEMO_PASSWORD, SIGN_IN


@dataclass
class Desk:
    """Somebody of the staff, signed in."""

    window: Window

    @classmethod
    def of(cls, visit: Windows, username: str, language: str = "ar") -> "Desk":
        window = visit(language=language)
        window.keep(visit.portal.session((SIGN_IN, {"login": username, "password": DEMO_PASSWORD})))
        return cls(window)

    @property
    def page(self) -> Page:
        return self.window.page

    def prefers(self, language: str) -> None:
        """Choose the language of the desk in one's own settings; it then holds in every browser."""
        self.window.open("/admin/account/")
        self.page.locator('select[name="locale-preferred_language"]').select_option(language)
        self.page.locator('form:has([name="locale-preferred_language"]) button[type=submit]').last.click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def list(self, query: str = "") -> None:
        self.window.open(f"/admin/requests/{query}")

    def find(self, words: str) -> Locator:
        """Type into the search of the list; its rows."""
        self.list()
        self.page.locator("input[name=q]").first.fill(words)
        self.page.locator("input[name=q]").first.press("Enter")
        return self.rows

    @property
    def rows(self) -> Locator:
        return self.page.locator("table.diwan-list tbody tr")

    def open(self, number: str) -> None:
        expect(self.find(number)).to_have_count(1)
        self.rows.locator("th a").click()
        expect(self.page.locator(".diwan-case__title")).to_contain_text(number)

    def offers(self, action: str) -> Locator:
        return self.page.locator(f'form[action$="/do/{action}/"]')

    def act(self, action: str, note: str = "") -> None:
        """Carry out an action of the open request, with its note where it asks for one."""
        form = self.offers(action)
        if not form.is_visible():
            self.page.locator("details.diwan-action", has=form).locator("summary").click()
        if note:
            form.locator("[name=note]").fill(note)
        form.locator("button[type=submit]:not([aria-hidden]):not([name])").click()
        expect(self.page.locator(".messages")).to_be_visible()

    def history(self) -> Locator:
        """The entries of the open request's history, newest first."""
        self.page.locator('a[href$="/history/"]').first.click()
        entries = self.page.locator(".diwan-timeline__item")
        expect(entries.first).to_be_visible()
        return entries
