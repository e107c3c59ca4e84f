"""An entry of a registry is found while applying; without JavaScript unless a test says otherwise."""

from typing import Any

import pytest
from django.test import Client

from forms_builder.ports import register_registries
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.organisations.models import Organisation
from services_catalog.registries.lookups import StoredRegistries
from services_catalog.registries.models import LookupAttempt, Registry, RegistryEntry
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import Browser, both
from tests.services_catalog.registries.conftest import entry_of, registry_of

pytestmark = pytest.mark.django_db

RIGHT = {"permit.contractor": "١٢٠٤٥", "permit.permit": "a 77"}
WRONG = {"permit.contractor": "12045", "permit.permit": "A-78"}
NOT_FOUND, EXPIRED, USED = both("Nothing is found"), both("It has expired"), both("It was used")
SETTINGS = {
    "registry": "permits",
    "show": ["name"],
    "not_found": NOT_FOUND,
    "expired": EXPIRED,
    "used": USED,
    "blocked_column": "status",
    "blocked_values": ["renewed"],
    "once": True,
    "most_failures": 3,
    "parts": [
        {"key": "contractor", "label": both("Contractor number"), "kind": "number"},
        {"key": "permit", "label": both("Permit number"), "kind": "text"},
    ],
    "shown": [{"key": "name", "label": both("Name"), "kind": "text"}],
}


def form_of(organisation: Organisation) -> FormSpec:
    lookup = FieldSpec(
        key="permit", type="lookup", label=both("Permit"), settings={**SETTINGS, "organisation": organisation.key}
    )
    reason = FieldSpec(key="reason", type="short_text", label=both("Reason"))
    note = FieldSpec(key="note", type="short_text", label=both("Note"))
    return FormSpec(
        steps=(
            StepSpec(key="which", title=both("Which"), fields=(lookup, reason)),
            StepSpec(key="why", title=both("Why"), fields=(note,)),
        )
    )


@pytest.fixture
def registry() -> Registry:
    return registry_of(OrganisationFactory())


@pytest.fixture
def entry(registry: Registry) -> RegistryEntry:
    return entry_of(registry)


@pytest.fixture
def page(registry: Registry) -> Any:
    organisation = registry.organisation
    return ServicePageFactory(value=form_of(organisation), department=DepartmentFactory(organisation=organisation))


@pytest.fixture
def browser(signed_in: Client, page: Any) -> Browser:
    return Browser(signed_in, page.slug, "en")


def find(browser: Browser, typed: dict[str, str], **more: Any) -> str:
    """Press Find and follow to the page that shows what was found."""
    response = browser.send("which", {**typed, "reason": "it ends"}, do="find:permit", **more)
    return browser._seen(browser.client.get(response.url)).content.decode() if response.status_code == 303 else ""


def stored() -> Any:
    return Draft.objects.get().data["extra_data"]["answers"].get("permit")


def test_what_is_found_is_shown_read_only_and_kept(browser: Browser, entry: RegistryEntry) -> None:
    shown = find(browser, RIGHT)

    assert "شركة البناء المتين" in shown
    assert 'value="it ends"' in shown
    assert "error-summary" not in shown
    assert '<input type="text" name="permit.contractor"' not in shown
    assert stored() == {
        "key": {"contractor": "12045", "permit": "A-77"},
        "values": {"name": "شركة البناء المتين"},
        "entry": str(entry.public_id),
    }


def test_not_this_one_gives_it_up_and_nothing_else(browser: Browser, entry: RegistryEntry) -> None:
    find(browser, RIGHT)

    response = browser.send("which", {"reason": "it ends"}, do="forget:permit")
    shown = browser.client.get(response.url).content.decode()

    assert stored() is None
    assert "شركة البناء" not in shown
    assert 'name="permit.contractor"' in shown
    assert 'value="it ends"' in shown
    assert "error-summary" not in shown


def test_not_found_says_the_same_whichever_part_is_wrong(browser: Browser, entry: RegistryEntry) -> None:
    pages = [find(browser, typed) for typed in (WRONG, {"permit.contractor": "1", "permit.permit": "A-77"})]

    for shown in pages:
        assert NOT_FOUND["en"] in shown
        assert "شركة" not in shown
        assert 'value="it ends"' in shown
    assert stored() is None


@pytest.mark.parametrize(
    ("values", "told"),
    [({"ends": "2020-01-01"}, EXPIRED), ({"status": "Renewed"}, USED)],
)
def test_an_entry_that_cannot_be_used_is_told_in_the_editors_words(
    browser: Browser, registry: Registry, values: dict[str, str], told: dict[str, str]
) -> None:
    entry_of(registry, **values)

    shown = find(browser, RIGHT)

    assert told["en"] in shown
    assert "شركة البناء" not in shown
    assert stored() is None


def test_only_the_look_up_is_judged_when_find_is_pressed(browser: Browser, entry: RegistryEntry) -> None:
    response = browser.send("which", {**WRONG, "reason": ""}, do="find:permit")
    shown = browser.client.get(response.url).content.decode()

    assert shown.count('class="field__error"') == 1


def test_continue_looks_it_up_without_pressing_find(browser: Browser, entry: RegistryEntry) -> None:
    wrong = browser.send("which", {**WRONG, "reason": "x"})
    missing = browser.send("which", {"permit.contractor": "12045", "reason": "x"})
    right = browser.send("which", {**RIGHT, "reason": "x"})

    assert NOT_FOUND["en"] in wrong.content.decode()
    assert "Permit number" in missing.content.decode().partition("error-summary")[2]
    assert right.status_code == 303
    assert stored()["values"] == {"name": "شركة البناء المتين"}


def test_what_is_posted_of_the_shown_columns_is_never_read(browser: Browser, entry: RegistryEntry) -> None:
    forged = {
        "permit.name": "شركة المزور", "permit.values": '{"name": "x"}', "permit.entry": "1", "permit": "x",
        "permit.values.name": "x",
    }  # fmt: skip

    browser.send("which", {**RIGHT, **forged, "reason": "x"})

    assert stored()["values"] == {"name": "شركة البناء المتين"}
    assert stored()["entry"] == str(entry.public_id)


def test_with_scripts_find_changes_the_page_in_place(browser: Browser, entry: RegistryEntry) -> None:
    browser.open("which")
    answer = browser.send_as_shown("which", {**RIGHT, "reason": ""}, do="find:permit", HTTP_HX_REQUEST="true")
    wrong = browser.send_as_shown("which", {**WRONG, "reason": ""}, do="find:permit", HTTP_HX_REQUEST="true")

    assert "شركة البناء المتين" in answer.content.decode()
    assert "error-summary" not in answer.content.decode()
    assert NOT_FOUND["en"] in wrong.content.decode()
    assert wrong.content.decode().count('class="field__error"') == 1


def test_who_guesses_is_stopped_and_what_was_found_stays_usable(browser: Browser, entry: RegistryEntry) -> None:
    find(browser, RIGHT)
    pages = [find(browser, {**WRONG, "permit.contractor": str(number)}) for number in range(5)]
    limited = [("tried too many times" in shown) for shown in pages]

    assert limited == [False, False, False, True, True]
    assert NOT_FOUND["en"] not in pages[-1]
    assert "شركة البناء المتين" in find(browser, RIGHT)


def test_showing_a_page_again_is_no_new_attempt(browser: Browser, entry: RegistryEntry) -> None:
    for _time in range(6):
        find(browser, WRONG)
        browser.open("which")

    assert "tried too many" not in find(browser, WRONG)
    # His own and his network's.
    assert LookupAttempt.objects.count() == 2


def through(browser: Browser) -> Any:
    browser.send("which", {**RIGHT, "reason": "x"})
    browser.send("why", {"note": "x"})
    browser.review()
    return browser.submit()


def test_sending_uses_the_entry_up_under_the_number_of_the_request(browser: Browser, entry: RegistryEntry) -> None:
    assert through(browser).status_code == 303

    made = ServiceRequest.objects.get()
    entry.refresh_from_db()
    assert entry.used_by == made.number
    assert made.answers["permit"]["values"] == {"name": "شركة البناء المتين"}


def test_of_two_who_hold_the_same_entry_the_second_is_told(
    browser: Browser, entry: RegistryEntry, page: Any, client: Client
) -> None:
    browser.send("which", {**RIGHT, "reason": "x"})
    browser.send("why", {"note": "x"})
    browser.review()
    other = Client()
    other.force_login(UserFactory(citizen=True))
    through(Browser(other, page.slug, "en"))

    refused = browser.submit().content.decode()

    assert USED["en"] in refused
    assert ServiceRequest.objects.count() == 1
    assert Draft.objects.filter(closed_at=None).count() == 1


class _TooLate(StoredRegistries):
    """Somebody else is faster between looking the entry up and using it."""

    def use(self, entry: str, *, by: str) -> bool:
        return False


def test_an_entry_that_is_taken_in_the_last_moment_sends_nothing(browser: Browser, entry: RegistryEntry) -> None:
    before = register_registries(_TooLate())
    try:
        response = through(browser)
    finally:
        register_registries(before)

    assert response.status_code == 200
    assert not ServiceRequest.objects.exists()


def test_an_entry_that_vanished_since_is_told_before_anything_is_sent(browser: Browser, entry: RegistryEntry) -> None:
    browser.send("which", {**RIGHT, "reason": "x"})
    browser.send("why", {"note": "x"})
    browser.review()
    RegistryEntry.objects.all().delete()

    refused = browser.submit().content.decode()

    assert NOT_FOUND["en"] in refused
    assert not ServiceRequest.objects.exists()


def test_a_name_that_is_no_question_is_simply_not_found(browser: Browser, entry: RegistryEntry, citizen: User) -> None:
    for do in ("find:nothing", "find:", "forget:", "forget:reason", "forget:permit.permit", "find:permit.x"):
        assert browser.send("which", {**RIGHT, "reason": "x"}, do=do).status_code == 303
