"""How a citizen fills in the demo's appointment request: one method for each page of it.

Works with and without JavaScript; what is asked is what the published guide of the service asks for.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.factories import national_id
from tests.journeys.browsing import Window
from tests.journeys.papers import letter, photo

SERVICE = "najran-appointment"
TOPIC = "متابعة المعاملة رقم 4711 لدى إدارة الحقوق."
# NJR-1448-000067: prefix, year of the Hijri calendar, serial number.
NUMBER = re.compile(r"^NJR-14\d\d-\d{6}$")
COMPANIONS = ("سالم اليامي", "ريم القحطاني")


@dataclass
class Application:
    """One person at one window, filling in one form."""

    window: Window
    papers: Path
    language: str = "ar"
    service: str = SERVICE

    @property
    def page(self) -> Page:
        return self.window.page

    def address(self, step: str) -> str:
        return f"/{self.language}/apply/{self.service}/steps/{step}/"

    def begin(self) -> None:
        """From the page of the service, by its button."""
        self.window.open(f"/{self.language}/services/{self.service}/")
        self.page.locator("a.button--start").first.click()
        self.is_at("applicant")

    def is_at(self, step: str) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/{self.service}/steps/{step}/"))

    def go_on(self) -> None:
        self.page.locator("button[name=do][value=continue]:not([aria-hidden])").click()

    def input(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def choose(self, name: str, value: str) -> None:
        """One of a few: a radio button, or a list."""
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def applicant(self) -> None:
        """What the account knows stands there already."""
        expect(self.input("full_name")).to_have_value("أحمد محمد سالم اليامي")
        self.choose("applicant_type", "individual")
        self.input("governorate").select_option("sharurah")

    def visit(self) -> None:
        self.choose("appointment_type", "department")
        self.show_what_follows("appointment_type")
        self.choose("party", "rights")
        self.choose("gate", "main")
        self.input("reason").select_option("follow_up")
        self.input("topic").fill(TOPIC)

    def companion(self, place: int) -> None:
        """Add one, with his papers; `place` counts from 0."""
        row = f"companions.r{place + 1}"
        self.page.locator('button[name=do][value="row-add:companions"]').click()
        self.input(f"{row}.name").fill(COMPANIONS[place])
        self.input(f"{row}.identity.kind").select_option("national_id")
        self.input(f"{row}.identity").fill(national_id(20_000_000 + place))
        self.attach(f"{row}.identity_image", photo(self.papers, f"companion-{place + 1}.png"))
        self.page.locator('button[name=do][value="row-save:companions"]').click()
        expect(self.page.locator(".repeat-list__name").nth(place)).to_have_text(COMPANIONS[place])

    def attach(self, name: str, *files: Path) -> None:
        """Choose files. With scripts they are sent at once, and listed when they are stored."""
        self.input(name).set_input_files(files)
        if self.window.scripts:
            for file in files:
                expect(self.file(file.name)).to_be_visible()

    def file(self, name: str) -> Locator:
        return self.page.locator(".file__name", has_text=name)

    def belongings(self) -> None:
        self.choose("has_items", "yes")
        self.show_what_follows("has_items")
        self.page.locator('input[name=items][value="private_car"]').check()

    def show_what_follows(self, name: str) -> None:
        """Without scripts there is a button that asks the server which questions an answer brings up."""
        if not self.window.scripts:
            self.page.locator(f'button[name=do][value="update:{name}"]').click()

    def everything(self, companions: int = 0) -> None:
        """From the first page to the review."""
        self.begin()
        self.applicant()
        self.go_on()
        self.is_at("visit")
        self.visit()
        self.go_on()
        self.is_at("companions")
        for place in range(companions):
            self.companion(place)
        self.attach("letter", letter(self.papers))
        self.belongings()
        self.go_on()
        self.is_reviewing()

    def is_reviewing(self) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/{self.service}/review/"))

    def sign(self) -> None:
        self.page.locator("input[type=checkbox][name=declaration]").check()

    def send(self) -> str:
        """Sign, send, and read the number."""
        self.sign()
        self.page.locator("form[data-sends-once] button[type=submit]").click()
        return self.number()

    def number(self) -> str:
        shown = self.page.locator("#request-number")
        expect(shown).to_have_text(NUMBER)
        return shown.inner_text()
