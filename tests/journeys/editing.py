"""How an editor changes the form of a service, in Wagtail's page editor."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import Window

ATTEMPTS = 3


@dataclass
class Editor:
    """The page editor of one service, at its form."""

    window: Window
    pk: int

    @property
    def page(self) -> Page:
        return self.window.page

    def open(self) -> None:
        self.window.open(f"/admin/pages/{self.pk}/edit/")
        self.show_form()

    def show_form(self) -> None:
        # The second of the tabs: content, form, settings, publishing.
        self.page.locator("[role=tab]").nth(1).click()

    def input(self, name: str) -> Locator:
        return self.page.locator(f'[name="form_steps-{name}"]')

    def add_question(self, step: int, *, ar: str, en: str, key: str) -> str:
        """A short text at the end of a step; the beginning of the names of its inputs."""
        fields = f"{step}-value-fields"
        if not self.input(f"{step}-value-key").is_visible():
            child = self.page.locator(
                "[data-streamfield-child]", has=self.page.locator(f'> [name="form_steps-{step}-id"]')
            )
            child.locator("[data-panel-toggle]").first.click()
        count = self.input(f"{fields}-count")
        place = int(count.input_value())
        self.page.locator(
            f'[name="form_steps-{fields}-count"] + [data-streamfield-stream-container] > div > .c-sf-add-button'
        ).last.click()
        self.page.locator("[role=option]").first.click()
        expect(count).to_have_value(str(place + 1))
        added = f"{fields}-{place}"
        for name, text in (("label-ar", ar), ("label-en", en), ("key", key)):
            self._type(self.input(f"{added}-value-{name}"), text)
        return added

    def _type(self, where: Locator, text: str) -> None:
        """Again, if a block that has just been added took the focus away: it does once it has unfolded."""
        for _attempt in range(ATTEMPTS):
            where.fill(text)
            if where.input_value() == text:
                return
        expect(where).to_have_value(text)

    def _once_saved_by_itself(self) -> None:
        """Wagtail saves while one types; of two that save one revision at once the later one stands."""
        expect(self.page.locator(".w-autosave-indicator__state--saving")).to_be_hidden()

    def publish(self) -> None:
        self._once_saved_by_itself()
        self.page.locator("footer [data-w-dropdown-target=toggle]").click()
        self.page.locator("button[name=action-publish]").click()
        expect(self.page.locator(".messages")).to_be_visible()

    def save_draft(self) -> None:
        self._once_saved_by_itself()
        self.page.locator("footer button.action-save").click()
        expect(self.page.locator(".messages .success")).to_be_visible()

    def preview_the_form(self) -> None:
        """From the header of the page, behind the dots."""
        self.page.locator("button.w-dropdown__toggle--icon.w-h-slim-header").first.click()
        self.page.locator(f'a[href="/admin/services/{self.pk}/preview/"]').click()
