"""Conditions and rows while applying: each row reads its own answers, and steps and fees read all rows."""

from typing import Any

import pytest
from django.test import Client

from forms_builder.fields.base import Context
from forms_builder.route import effective_answers
from forms_builder.spec import FeeLine, FieldSpec, FormSpec, StepSpec
from forms_builder.validation import validate
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import Browser, both, options

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# A companion of another nationality is asked for his visa, unless the whole visit needs none.
COMPANIONS = FieldSpec(
    key="companions",
    type="group",
    label=both("Companions"),
    required=False,
    settings={"most": 5, "item": both("companion")},
    fields=(
        FieldSpec(key="who", type="short_text", label=both("Who")),
        FieldSpec(key="nationality", type="one_of", label=both("Nationality"), options=options("own", "other")),
        FieldSpec(
            key="visa",
            type="short_text",
            label=both("Visa number"),
            show_if={
                "and": [{"===": [{"var": "nationality"}, "other"]}, {"===": [{"var": "needs_visa"}, True]}],
            },
        ),
        FieldSpec(key="days", type="whole_number", label=both("Days")),
    ),
)


def total(key: str, operation: str, *operands: str) -> FieldSpec:
    settings = {"operation": operation, "operands": list(operands)}
    return FieldSpec(key=key, type="computed", label=both(key), required=False, settings=settings)


FORM = FormSpec(
    steps=(
        StepSpec(
            key="visit",
            title=both("Visit"),
            fields=(FieldSpec(key="needs_visa", type="yes_no", label=both("Needs a visa")),),
        ),
        StepSpec(
            key="people",
            title=both("People"),
            fields=(COMPANIONS, total("people", "count", "companions"), total("stay", "sum", "companions.days")),
        ),
        StepSpec(
            key="crowd",
            title=both("Crowd"),
            show_if={">": [{"var": "people"}, 1]},
            fields=(
                FieldSpec(key="leader", type="short_text", label=both("Leader")),
                FieldSpec(key="hotel", type="short_text", label=both("Hotel"), show_if={">=": [{"var": "stay"}, 10]}),
            ),
        ),
        StepSpec(
            key="too-long",
            title=both("Too long"),
            intro=both("Nobody stays for a hundred days. Ask the embassy."),
            ends=True,
            next_label=both("The embassy"),
            next_url="https://embassy.example.org/",
            show_if={">=": [{"var": "stay"}, 100]},
        ),
        StepSpec(
            key="last", title=both("Last"), fields=(FieldSpec(key="note", type="short_text", label=both("Note")),)
        ),
    ),
    fees=(
        FeeLine(words=both("Each companion"), amount="10", per="people"),
        FeeLine(words=both("Each day"), amount="2", per="stay"),
        FeeLine(words=both("A long stay"), amount="7", show_if={">": [{"var": "stay"}, 10]}),
    ),
    currency="SAR",
)


@pytest.fixture
def browser(client: Client, citizen: User) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=FORM).slug, "en")


def add(browser: Browser, number: int, nationality: str, days: int, **more: str) -> Any:
    """One companion, from the button to the list; what comes up on the way is answered on the second page."""
    browser.send("people", {"shown": "companions"}, do="row-add:companions")
    row = f"companions.r{number}"
    typed = {f"{row}.who": f"Person {number}", f"{row}.nationality": nationality, f"{row}.days": str(days)}
    shown = {f"shown.{row}": "who nationality days"}
    response = browser.send("people", {**typed, **shown}, do="row-save:companions")
    if response.status_code == 200:
        again = {f"{row}.{key}": value for key, value in more.items()}
        response = browser.send_as_shown("people", {**typed, **again}, do="row-save:companions")
    return response


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Draft.objects.get().data["extra_data"]["answers"]["companions"]
    return found


def test_each_row_is_asked_by_its_own_answers(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "yes", "shown": "needs_visa"})
    add(browser, 1, "own", 3)
    browser.send("people", {"shown": "companions"}, do="row-add:companions")
    typed = {"companions.r2.who": "Two", "companions.r2.nationality": "other", "companions.r2.days": "4"}

    asked = browser.send("people", {**typed, "shown.companions.r2": "who nationality days"}, do="row-save:companions")

    page = asked.content.decode()
    assert 'name="companions.r2.visa"' in page
    assert 'class="error-summary"' not in page
    missing = browser.send_as_shown("people", {**typed, "companions.r2.visa": ""}, do="row-save:companions")
    assert "companions.r2.visa" in missing.content.decode().partition('class="error-summary"')[2].partition("</ul>")[0]
    browser.send_as_shown("people", {**typed, "companions.r2.visa": "V-1"}, do="row-save:companions")
    assert ["visa" in row for row in rows()] == [False, True]


def test_a_row_reads_what_was_answered_before_the_group_too(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "no", "shown": "needs_visa"})

    add(browser, 1, "other", 3)

    assert rows() == [{"_row": "r1", "who": "Person 1", "nationality": "other", "days": 3}]


def test_a_row_whose_answers_no_longer_ask_for_it_does_not_send_it(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "yes", "shown": "needs_visa"})
    add(browser, 1, "other", 3, visa="V-1")
    browser.send("people", {"shown": "companions"})
    browser.send("visit", {"needs_visa": "no", "shown": "needs_visa"})
    browser.send("people", {"shown": "companions"})
    browser.send("last", {"note": "x", "shown": "note"})

    browser.review()
    browser.submit()

    assert ServiceRequest.objects.get().answers["companions"] == [
        {"who": "Person 1", "nationality": "other", "days": 3}
    ]


def test_count_and_sum_of_the_rows_decide_steps_questions_and_fees(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "no", "shown": "needs_visa"})
    add(browser, 1, "own", 3)
    assert browser.send("people", {"shown": "companions"}).url == browser.address("last")
    browser.send("last", {"note": "x", "shown": "note"})
    assert "16 Saudi riyals" in text(browser.review())

    add(browser, 2, "other", 4)
    assert browser.send("people", {"shown": "companions"}).url == browser.address("crowd")
    assert 'name="hotel"' not in text(browser.open("crowd"))
    add(browser, 3, "own", 5)
    assert 'name="hotel"' in text(browser.open("crowd"))
    browser.send("crowd", {"leader": "A", "hotel": "B", "shown": "leader hotel"})

    # 3 × 10 + 12 × 2 + 7
    assert "61 Saudi riyals" in text(browser.review())
    assert browser.submit().status_code == 303
    sent = ServiceRequest.objects.get().answers
    assert (sent["people"], sent["stay"], sent["hotel"]) == (3, 12, "B")


def test_a_row_that_is_removed_takes_its_questions_with_it(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "no", "shown": "needs_visa"})
    add(browser, 1, "own", 6)
    add(browser, 2, "own", 6)
    browser.send("people", {"shown": "companions"})
    browser.send("crowd", {"leader": "A", "hotel": "B", "shown": "leader hotel"})
    browser.send("last", {"note": "x", "shown": "note"})
    assert browser.review().status_code == 200

    browser.send("people", {"shown": "companions"}, do="row-remove:companions.r2")
    browser.send("people", {"shown": "companions"})

    assert "22 Saudi riyals" in text(browser.review())
    assert browser.submit().status_code == 303
    assert {"leader", "hotel"} & set(ServiceRequest.objects.get().answers) == set()


def test_a_sum_over_the_rows_ends_the_form_with_the_reason_and_the_next_step(browser: Browser) -> None:
    browser.send("visit", {"needs_visa": "no", "shown": "needs_visa"})
    add(browser, 1, "own", 60)
    add(browser, 2, "own", 40)
    browser.send("people", {"shown": "companions"})

    ended = browser.send("crowd", {"leader": "A", "hotel": "B", "shown": "leader hotel"})

    assert ended.url == browser.address("too-long")
    page = text(browser.open("too-long"))
    assert "Nobody stays for a hundred days. Ask the embassy." in page
    assert 'href="https://embassy.example.org/"' in page
    assert browser.review().url == browser.address("too-long")
    browser.send("people", {"shown": "companions"}, do="row-remove:companions.r2")
    assert browser.send("people", {"shown": "companions"}).url == browser.address("last")


def test_the_form_alone_judges_rows_the_same() -> None:
    own = {"who": "a", "nationality": "own", "days": 1}
    other = {"who": "b", "nationality": "other", "days": 1, "visa": "V"}
    answers = {"needs_visa": True, "companions": [{**own, "visa": "V"}, other], "leader": "x", "note": "x"}

    kept = effective_answers(FORM, answers)
    lacking = validate(FORM, {**answers, "companions": [own, {**other, "visa": None}]}, Context(language="en"))

    assert kept["companions"] == [own, other]
    assert [(fault.field, fault.row, fault.subfield) for fault in lacking.faults] == [("companions", 2, "visa")]


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page
