"""Each service of the content files is applied for: in Arabic, on a phone, from its page to the paper about it.

Then what the others' demand does to one's answers: a time that somebody else took, an entry that is not to be had.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageStateCookie, expect

from forms_builder.fields.appointment import NEAREST, clock_text
from forms_builder.ports import Entry
from forms_builder.spec import FieldSpec
from tests.forms_builder.registers import RegistersInMemory
from tests.journeys.browsing import Window, Windows
from tests.journeys.filling import SEND, Filler, entries_are_free
from tests.journeys.papers import is_the_summary
from tests.journeys.people import Citizen
from tests.journeys.portal import Portal
from tests.services_catalog.content_files import FILES, body_of, form_of, read, registries_of_the_files

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_HOLDS_RUN_OUT = """
from django.utils import timezone
from service_requests.models import Booking
Booking.objects.filter(state=Booking.State.HELD).update(held_until=timezone.now())
"""


@pytest.fixture(scope="module", autouse=True)
def registries(portal: Portal) -> Iterator[RegistersInMemory]:
    entries_are_free(portal)
    with registries_of_the_files() as found:
        yield found


@pytest.fixture(scope="module")
def session(browser: Browser, portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> list[StorageStateCookie]:
    """What the browser of one citizen keeps; he applies for every service, and has a draft in each of his own."""
    windows = Windows(browser, portal, tmp_path_factory.mktemp("session"))
    window = windows(phone=True)
    citizen = Citizen.new(portal)
    citizen.register(window)
    citizen.act_for_an_office()
    citizen.comes_by_the_state(window)
    kept = window.page.context.storage_state()["cookies"]
    windows.close()
    return kept


def is_right(window: Window) -> None:
    """What a page on a phone must be; whoever is signed in is not asked whether he is a person."""
    window.accessible()
    assert window.page.evaluate(OVERFLOW) <= 0, f"{window.path} is wider than the phone"
    expect(window.page.locator("altcha-widget")).to_have_count(0)


@pytest.mark.parametrize("slug", FILES)
def test_a_citizen_applies_for_the_service_on_a_phone(
    visit: Windows, session: list[StorageStateCookie], tmp_path: Path, slug: str
) -> None:
    window = visit(phone=True)
    window.page.context.add_cookies(session)
    filler = Filler.of(window, slug, tmp_path)
    filler.look = lambda: is_right(window)

    filler.begin()
    filler.fill_in()
    is_right(window)
    number = filler.sign_and_send()

    assert number.startswith(f"{body_of(FILES[slug])['number_prefix']}-")
    is_right(window)
    window.open("/ar/requests/")
    window.page.locator(".request-row", has_text=number).locator("a").first.click()
    expect(window.page.locator("h1")).to_have_text(read(FILES[slug])["title"]["ar"])
    is_right(window)
    is_the_summary(window)


def test_a_time_that_somebody_else_took_before_sending_gives_way_to_a_near_one(
    visit: Windows, portal: Portal, citizen: Citizen, rival: Citizen, tmp_path: Path
) -> None:
    window = visit(phone=True)
    page, filler = window.page, filled_in(window, citizen, tmp_path)
    question = filler.question("appointment")
    before = reviewed(page)
    portal.shell(_HOLDS_RUN_OUT)
    filled_in(visit(), rival, tmp_path, start=filler.booked)

    filler.sign()
    page.locator(SEND).click()

    filler.is_at(next(step for step in filler.steps() if question in step.fields))
    expect(page.locator(".error-summary")).to_be_focused()
    near = page.locator(f'[name="{question.key}.time"][id*="near"]')
    expect(near).to_have_count(NEAREST)
    expect(page.locator(f'[name="{question.key}.time"][value="{filler.booked}"]')).to_have_count(0)
    is_right(window)
    chosen = str(near.first.get_attribute("value"))
    near.first.check()
    filler.go_on()
    filler.is_reviewing()
    after = reviewed(page)
    row = f"answer-{question.key}"
    assert before.pop(row) != after.pop(row)
    assert before == after
    filler.sign_and_send()
    page.locator("main a[href*='/requests/']").first.click()
    expect(page.locator(".key-facts")).to_contain_text(clock_text(datetime.fromisoformat(chosen)))


def filled_in(window: Window, person: Citizen, papers: Path, start: str = "") -> Filler:
    """At the review of a service with an appointment, whose time is held."""
    person.register(window)
    person.act_for_an_office()
    person.comes_by_the_state(window)
    filler = Filler.of(window, service_with("appointment"), papers)
    filler.booked = start
    filler.begin()
    filler.fill_in()
    return filler


def reviewed(page: Page) -> dict[str, str]:
    """What the review says, by row."""
    rows: dict[str, str] = page.locator("[id^=answer-]").evaluate_all(
        "rows => Object.fromEntries(rows.map(row => [row.id, row.innerText]))"
    )
    return rows


def service_with(kind: str) -> str:
    """The first service that asks a question of this type."""
    return next(slug for slug, path in FILES.items() if any(asked.type == kind for asked in form_of(path).fields()))


def test_an_entry_that_is_not_to_be_had_is_told_in_the_editors_words(
    visit: Windows, citizen: Citizen, registries: RegistersInMemory, tmp_path: Path
) -> None:
    window = visit(phone=True)
    citizen.register(window)
    filler = Filler.of(window, service_with("lookup"), tmp_path)
    question = filler.question("lookup")
    page, told = window.page, question.settings
    expired, others = parted(registries.entries, lambda entry: entry.is_expired)
    used, fresh = parted(others, lambda entry: entry.values[told["blocked_column"]] in told["blocked_values"])
    # The first ones are used up by those who apply.
    entry = fresh[-1].values
    answer, right = {"key": entry, "values": entry}, numbers(question, entry)
    wrong = {**right, list(right)[-1]: "1900"}

    filler.begin()
    filler.fill_in_until(question)
    for typed, words in (
        (wrong, told["not_found"]),
        (numbers(question, expired[0].values), told["expired"]),
        (numbers(question, used[0].values), told["used"]),
    ):
        filler.find(question, typed)
        expect(page.locator(".field__error")).to_contain_text(words["ar"])
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page.locator(".lookup__found")).to_have_count(0)
        has_typed(page, typed)
        is_right(window)

    filler.find(question, right)
    filler.is_found(question, answer)
    expect(page.locator(".error-summary")).to_have_count(0)
    page.locator(f'button[name=do][value="forget:{question.key}"]').click()
    expect(page.locator(".lookup__found")).to_have_count(0)
    has_typed(page, dict.fromkeys(right, ""))
    is_right(window)
    filler.find(question, right)
    filler.is_found(question, answer)


def parted(entries: Iterable[Entry], is_so: Callable[[Entry], bool]) -> tuple[list[Entry], list[Entry]]:
    """Those of which it is so, and the others."""
    entries = list(entries)
    return [entry for entry in entries if is_so(entry)], [entry for entry in entries if not is_so(entry)]


def numbers(question: FieldSpec, values: Mapping[str, str]) -> dict[str, str]:
    """What is typed to find an entry, by input."""
    return {f"{question.key}.{part['key']}": values[part["key"]] for part in question.settings["parts"]}


def has_typed(page: Page, typed: Mapping[str, str]) -> None:
    for name, text in typed.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(text)
