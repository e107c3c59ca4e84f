"""Who goes on a journey."""

import secrets
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.factories import national_id
from tests.journeys.browsing import Window

PASSWORD = "ديوان-the-journey-7"


@dataclass(frozen=True)
class Citizen:
    """A person of his own for each test, so that no draft is shared."""

    serial: int

    @classmethod
    def new(cls) -> "Citizen":
        """Somebody who has never been here, even where the database was kept."""
        return cls(secrets.randbelow(90_000_000))

    @property
    def identity(self) -> str:
        return national_id(10_000_000 + self.serial)

    def register(self, window: Window) -> None:
        window.open("/ar/account/signup/")
        self.fill_in(window)

    def fill_in(self, window: Window) -> None:
        """The registration page, by whichever door he came to it; then he signs in and is where he wanted to be."""
        page = window.page
        page.locator("[name=full_name]").fill("أحمد محمد سالم اليامي")
        page.locator("[name=identity_number]").fill(self.identity)
        page.locator("[name=mobile]").fill(f"050{self.serial % 10_000_000:07d}")
        page.locator("[name=email]").fill(f"citizen{self.serial}@example.com")
        page.locator("[name=password1]").fill(PASSWORD)
        page.locator("[name=password2]").fill(PASSWORD)
        page.locator("form:has([name=password2]) [type=submit]").click()
        expect(page.locator("[name=password2]")).to_have_count(0)
        self.sign_in(window)

    def sign_in(self, window: Window) -> None:
        window.sign_in(self.identity, PASSWORD)
