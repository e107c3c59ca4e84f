"""Who goes on a journey."""

import secrets
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.factories import national_id
from tests.journeys.browsing import Window
from tests.journeys.portal import CODE_FOR, OUTBOX, SIGN_IN, Portal, code_on

REGISTRATION = "/ar/account/signup/"
REGISTRATION_CODE = "/ar/account/signup/code/"
PASSWORD = "ديوان-the-journey-7"


_ACTS_FOR_AN_OFFICE = """
from home.accounts.establishments.delegating import delegate
from home.accounts.establishments.models import Establishment
from home.accounts.models import User
person = User.objects.get(identity_number="%(identity)s")
names = {"ar": "مكتب الرحلة الهندسي", "en": "Journey Engineers"}
office, _ = Establishment.objects.get_or_create(kind="engineering_office", number="7001", defaults={"name": names})
delegate(person, office, by=person)
"""

# As `home.accounts.national.views.enter` leaves it; the way there is walked in test_delegate and test_national.
_CAME_BY_THE_STATE = """
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as came_by
from django.contrib.sessions.backends.db import SessionStore
from home.accounts.national.views import METHOD
session = SessionStore("%(session)s")
session[came_by] = [*session[came_by], {"method": METHOD, "at": session[came_by][-1]["at"], "assurance": "high"}]
session.save()
"""


@dataclass(frozen=True)
class Citizen:
    """A person of his own for each test, so that no draft is shared."""

    portal: Portal
    serial: int

    @classmethod
    def new(cls, portal: Portal) -> "Citizen":
        """Somebody who has never been here, even where the database was kept."""
        return cls(portal, secrets.randbelow(90_000_000))

    @property
    def identity(self) -> str:
        return national_id(10_000_000 + self.serial)

    @property
    def mobile(self) -> str:
        return f"+96650{self.serial % 10_000_000:07d}"

    @property
    def details(self) -> dict[str, str]:
        """What is typed on the registration page; which document it is of, stands there."""
        return {
            "full_name": "أحمد محمد سالم اليامي",
            "identity_number": self.identity,
            "mobile": self.mobile.replace("+966", "0"),
            "email": f"citizen{self.serial}@example.com",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }

    def register(self, window: Window) -> None:
        """Registered and signed in, without a look at the pages for it."""
        sign_in = {"login": self.identity, "password": PASSWORD}
        details = {"identity_type": "national_id", **self.details}
        code = {"code": CODE_FOR + self.mobile}
        window.keep(self.portal.session((REGISTRATION, details), (REGISTRATION_CODE, code), (SIGN_IN, sign_in)))

    def act_for_an_office(self) -> None:
        """Staff made him its delegate; only for somebody who is registered."""
        self.portal.shell(_ACTS_FOR_AN_OFFICE % {"identity": self.identity})

    def comes_by_the_state(self, window: Window) -> None:
        """For services that no password opens; only for somebody who is signed in."""
        kept = {cookie["name"]: cookie["value"] for cookie in window.page.context.cookies()}
        self.portal.shell(_CAME_BY_THE_STATE % {"session": kept["sessionid"]})

    def fill_in(self, window: Window) -> None:
        """The registration page, by whichever door he came to it; then he signs in and is where he wanted to be."""
        page = window.page
        for name, text in self.details.items():
            window.write(page.locator(f"[name={name}]"), text)
        window.press(page.locator("form:has([name=password2]) [type=submit]"))
        expect(page.locator("[name=password2]")).to_have_count(0)
        self.type_code(window)
        self.sign_in(window)

    def type_code(self, window: Window) -> None:
        type_code(window, self.mobile)

    def sign_in(self, window: Window) -> None:
        window.sign_in(self.identity, PASSWORD)


def type_code(window: Window, mobile: str) -> None:
    """The code that came to this mobile: in the demo it is read in the outbox, which the page leads to."""
    page = window.page
    expect(page.locator(f"main a[href='{OUTBOX}']")).to_be_visible()
    outbox = window.another_tab()
    code = code_on(outbox.open(OUTBOX).content(), mobile)
    outbox.page.close()
    window.accessible()
    window.write(page.locator("[name=code]"), code)
    window.press(page.locator("form:has([name=code]) [type=submit]"))
    expect(page.locator("[name=code]")).to_have_count(0)
