"""Each service of the content files is applied for: in Arabic, on a phone, from its page to the paper about it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import expect

from forms_builder.fields import Context
from tests.journeys.browsing import Window, Windows
from tests.journeys.filling import Filler
from tests.journeys.people import Citizen
from tests.journeys.portal import Portal
from tests.services_catalog.content_files import FILES, body_of, form_of, read, registries_of_the_files
from tests.services_catalog.walks import WALKS, answers_of

FIRST_WALKS = dict(reversed(WALKS))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A portal that was kept from an earlier run has used some of them up.
_FREE_ENTRIES = """
from services_catalog.registries.models import RegistryEntry
RegistryEntry.objects.exclude(used_by="").update(used_by="")
"""


@pytest.fixture(scope="module", autouse=True)
def _registries(portal: Portal) -> Iterator[None]:
    portal.shell(_FREE_ENTRIES)
    with registries_of_the_files():
        yield


def filler_of(window: Window, slug: str, papers: Path) -> Filler:
    spec, country = form_of(FILES[slug]), body_of(FILES[slug])["country"]
    return Filler(
        window, slug, spec, answers_of(spec, FIRST_WALKS[slug]), Context(language="ar", country=country), papers
    )


def is_right(window: Window) -> None:
    """What a page on a phone must be; whoever is signed in is not asked whether he is a person."""
    window.accessible()
    assert window.page.evaluate(OVERFLOW) <= 0, f"{window.path} is wider than the phone"
    expect(window.page.locator("altcha-widget")).to_have_count(0)


@pytest.mark.parametrize("slug", FILES)
def test_a_citizen_applies_for_the_service_on_a_phone(
    visit: Windows, citizen: Citizen, tmp_path: Path, slug: str
) -> None:
    window = visit(phone=True)
    citizen.register(window)
    filler = filler_of(window, slug, tmp_path)
    filler.look = lambda: is_right(window)

    filler.begin()
    filler.fill_in()
    is_right(window)
    number = filler.sign_and_send()

    assert number.startswith(f"{body_of(FILES[slug])['number_prefix']}-")
    is_right(window)
    window.open("/ar/requests/")
    row = window.page.locator(".request-row", has_text=number)
    row.locator("a").click()
    expect(window.page.locator("h1")).to_have_text(read(FILES[slug])["title"]["ar"])
    expect(window.page.locator("main")).to_contain_text(number)
    is_right(window)
    is_the_summary(window)


def is_the_summary(window: Window) -> None:
    """The paper opens from the page of the request."""
    address = window.page.locator("main a[href$='/summary.pdf']").get_attribute("href")
    answer = window.page.context.request.get(f"{window.site}{address}")
    assert answer.ok, address
    with pikepdf.open(io.BytesIO(answer.body())) as paper:
        assert str(paper.Root.Lang) == "ar"
