"""A browser window that keeps an eye on what a person would not notice: errors in its console, and axe."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests.journeys.portal import Portal

AXE = Axe()
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# What a machine may need that runs other things beside; nothing waits longer than it has to.
PATIENCE_MS = 30_000
# Wagtail lets its messages fade in once its own script stands.
WAGTAIL_IS_READY = "() => !document.querySelector('[data-w-init-ready-class]:not(.ready)')"
MOTION_ENDS = """() => Promise.all(document.getAnimations()
    .filter(motion => Number.isFinite(motion.effect.getComputedTiming().endTime))
    .map(motion => motion.finished.catch(() => null)))"""
# What it found and nothing else: all it did not find is many times as long, and takes as long to tell.
FINDINGS = """() => axe.run({resultTypes: ["violations"]}).then(({violations}) => ({violations}))"""
MOST_TABS = 80
# On the control itself, or on what stands for it: the label around a radio button, a group of inputs.
FOCUS_IS_SEEN = """element => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true;
        if (style.boxShadow !== "none") return true;
    }
    return false;
}"""
LOCALES = {"ar": "ar-SA", "en": "en-GB"}


def axe_on(page: Page) -> AxeResults:
    """What axe finds once what fades in is there. The script is sent once for all looks at one page."""
    page.wait_for_function(WAGTAIL_IS_READY)
    page.evaluate(MOTION_ENDS)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.axe_script)
    return AxeResults(page.evaluate(FINDINGS))


@dataclass
class Window:
    """One person at one browser. `page` is his tab.

    Attributes:
        by_keyboard: whether he uses no mouse: he comes to everything by the Tab key, and sees where he is.
    """

    page: Page
    site: str
    scripts: bool
    by_keyboard: bool = False
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site)

    def another_tab(self) -> "Window":
        """A second tab of the same browser: the same cookies."""
        tab = Window(self.page.context.new_page(), self.site, self.scripts, self.by_keyboard, self.complaints)
        tab.watch()
        return tab

    def keep(self, session: str) -> None:
        """Be whoever has this session; that one can sign in by the page is shown where the page is met."""
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])

    def sign_in(self, username: str, password: str) -> None:
        """On the sign-in page, by whichever door one came to it."""
        self.write(self.page.locator("[name=login]"), username)
        self.write(self.page.locator("[name=password]"), password)
        self.press(self.page.locator("form:has([name=password]) [type=submit]"))
        expect(self.page.locator("[name=password]")).to_have_count(0)

    def sign_out(self) -> None:
        self.open("/ar/account/logout/")
        self.page.locator("main form[method=post] [type=submit]").click()
        expect(self.page.locator("main form[action*=logout]")).to_have_count(0)

    def accessible(self) -> None:
        """axe finds nothing on the page as it stands."""
        self.page.wait_for_load_state()
        found = axe_on(self.page) if self.scripts else self._found_on_a_twin()
        assert found.violations_count == 0, f"{self.path}\n{found.generate_report()}"

    def _found_on_a_twin(self) -> AxeResults:
        """axe is a script: where scripts are off it looks at the same HTML in a window of its own."""
        browser, here = self.page.context.browser, self.page
        assert browser is not None
        twin = browser.new_context(viewport=here.viewport_size)
        try:
            copy = twin.new_page()
            copy.route(here.url, lambda route: route.fulfill(body=here.content(), content_type="text/html"))
            copy.goto(here.url)
            return axe_on(copy)
        finally:
            twin.close()

    def in_both_languages(self) -> None:
        """axe on the page, then on the same page in the other language, and back by the same switch."""
        here = self.page.locator("html").get_attribute("lang")
        self.accessible()
        self.switch_language()
        expect(self.page.locator("html")).not_to_have_attribute("lang", here or "")
        self.accessible()
        self.switch_language()
        expect(self.page.locator("html")).to_have_attribute("lang", here or "")

    def switch_language(self) -> None:
        """By the header: a link on most pages, a button inside a step."""
        self.page.locator(".site-header").get_by_role("link", name=LANGUAGE).or_(
            self.page.locator(".site-header").get_by_role("button", name=LANGUAGE)
        ).first.click()

    def write(self, target: Locator, text: str) -> None:
        """Into a field, in the place of what stands there."""
        if not self.by_keyboard:
            target.fill(text)
            return
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, target: Locator) -> None:
        """A button or a link."""
        if not self.by_keyboard:
            target.click()
            return
        self.reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """A box."""
        if not self.by_keyboard:
            target.check()
            return
        self.reach(target)
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def reach(self, target: Locator, back: bool = False) -> None:
        """Go there by the Tab key alone, and see that the focus is visible."""
        expect(target).to_be_visible()
        for _press in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                assert target.evaluate(FOCUS_IS_SEEN), f"{self.path}: the focus cannot be seen on {target}"
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{self.path}: {target} is not reached in {MOST_TABS} presses of the Tab key")

    def watch(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.path}: {error}"))
        self.page.on("response", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that was not found is an answer, and Chromium calls each an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.path}: {message.text}")

    def _see(self, response: Response) -> None:
        missing = response.status == 404 and response.request.resource_type != "document"
        if response.status >= 500 or missing:
            self.complaints.append(f"{self.path}: {response.status} {response.url}")


LANGUAGE = re.compile(r"English|العربية")


@dataclass
class Windows:
    """Opens windows for one test, and looks back at all of them when it ends."""

    browser: Browser
    portal: Portal
    folder: Path
    opened: list[Window] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self, *, phone: bool = False, scripts: bool = True, by_keyboard: bool = False, language: str = "ar"
    ) -> Window:
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=scripts,
            locale=LOCALES[language],
            timezone_id="Asia/Riyadh",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        window = Window(context.new_page(), self.portal.url, scripts, by_keyboard)
        window.watch()
        self.contexts.append(context)
        self.opened.append(window)
        return window

    def picture(self, name: str) -> list[Path]:
        """A screenshot of every tab, for whoever looks into a failure."""
        pictures = []
        for context in self.contexts:
            for page in context.pages:
                target = self.folder / f"{re.sub(r'[^a-z_]', '-', name)}-{len(pictures)}.png"
                page.screenshot(path=target, full_page=True)
                pictures.append(target)
        return pictures

    def complaints(self) -> list[str]:
        return [complaint for window in self.opened for complaint in window.complaints]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


Opener = Callable[..., Window]
Json = dict[str, Any]
