"""Answers that nobody could use: said in words at their question, everything typed is still there, no 500."""

from typing import Any

import pytest
from django.test import Client

from forms_builder.fields.group import MOST_ROWS
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

IN_PLACE = {"headers": {"HX-Request": "true"}}


def one_step(*fields: FieldSpec) -> FormSpec:
    return FormSpec(steps=(StepSpec(key="all", title=both("All"), fields=fields),))


def browser_of(client: Client, person: User, form: FormSpec, **organisation: Any) -> Browser:
    department = DepartmentFactory(organisation=OrganisationFactory(**organisation))
    client.force_login(person)
    return Browser(client, ServicePageFactory(value=form, department=department).slug, "en")


def stored() -> dict[str, Any]:
    answers: dict[str, Any] = Draft.objects.get().data["extra_data"]["answers"]
    return answers


# -- days

BORN = FieldSpec(key="born", type="hijri_date", label=both("Born"))
NAME = FieldSpec(key="name", type="short_text", label=both("Name"))


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("30", "1", "1448"), ("1", "13", "1448"), ("٣٠", "١", "١٤٤٨"), ("1", "1", "99999"), ("1", "1", "1"),
        ("0", "0", "0"), ("9" * 5000, "1", "1448"), ("x", "y", "z"), ("-1", "1", "1448"),
    ],
)  # fmt: skip
def test_a_hijri_day_that_does_not_exist_is_told_and_stays_as_it_was_typed(
    client: Client, citizen: User, day: str, month: str, year: str
) -> None:
    browser = browser_of(client, citizen, one_step(BORN, NAME))
    typed = {"born.day": day, "born.month": month, "born.year": year, "name": "Salem", "shown": "born name"}

    refused = browser.send("all", typed)

    page = refused.content.decode()
    assert refused.status_code == 200
    assert "Write born as a day of the Hijri calendar that exists" in page
    assert all(f'value="{text}"' in page for text in (day, month, year, "Salem"))
    mended = {**typed, "born.day": "29", "born.month": "1", "born.year": "1448"}
    assert browser.send_as_shown("all", mended).status_code == 303
    assert stored() == {"born": "2026-07-14", "name": "Salem"}


# -- long texts

LONG = "هذه جملة عربية طويلة. " * 1_000


@pytest.mark.parametrize(("type_", "limit"), [("short_text", 250), ("long_text", 1000)])
@pytest.mark.parametrize("more", [{}, IN_PLACE], ids=["whole page", "in place"])
def test_twenty_thousand_signs_where_fewer_are_taken_are_told_and_kept(
    client: Client, citizen: User, type_: str, limit: int, more: dict[str, Any]
) -> None:
    browser = browser_of(client, citizen, one_step(FieldSpec(key="story", type=type_, label=both("Story")), NAME))
    text = LONG[:20_000].strip()
    answer = {"story": text, "name": "Salem", "shown": "story name"}
    browser.send("all", answer, do="autosave", **more)

    page = browser.send("all", answer).content.decode()

    assert f"{limit}" in page.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert text in page
    assert text in browser.open("all").content.decode()
    assert browser.send("all", {**answer, "story": "Shorter"}).status_code == 303
    assert stored()["story"] == "Shorter"


@pytest.mark.parametrize("type_", ["short_text", "long_text", "full_name", "email", "url", "iban", "phone", "date",
                                   "hijri_date", "month_year", "time", "whole_number", "decimal", "money", "country",
                                   "one_of", "many_of", "yes_no", "identity_document"])  # fmt: skip
def test_no_question_breaks_over_twenty_thousand_signs(client: Client, citizen: User, type_: str) -> None:
    settings: dict[str, Any] = {"max_length": 250} if type_ in ("short_text", "long_text") else {}
    question = FieldSpec(key="story", type=type_, label=both("Story"), settings=settings)
    browser = browser_of(client, citizen, one_step(question, NAME))
    for text in ("9" * 20_000, "ا" * 20_000):
        parts = {f"story{part}": text for part in ("", ".day", ".month", ".year", ".hour", ".minute", ".kind")}

        page = browser.send("all", {**parts, "name": "Salem", "shown": "story name"})

        assert page.status_code == 200
        assert 'class="error-summary"' in page.content.decode()
        assert 'value="Salem"' in page.content.decode()
        assert "story" not in stored()


# -- groups

COMPANIONS = FieldSpec(
    key="companions",
    type="group",
    label=both("Companions"),
    required=False,
    settings={"most": 2, "item": both("companion")},
    fields=(FieldSpec(key="who", type="short_text", label=both("Who")),),
)


def with_rows(browser: Browser, count: int) -> None:
    for number in range(1, count + 1):
        browser.send("all", {"name": "Salem", "shown": "companions name"}, do="row-add:companions")
        typed = {f"companions.r{number}.who": f"Person {number}", "name": "Salem", "shown": "companions name"}
        browser.send("all", typed, do="row-save:companions")


def names() -> list[str]:
    return [row["who"] for row in stored().get("companions", [])]


@pytest.mark.parametrize("more", [{}, IN_PLACE], ids=["without JavaScript", "in place"])
def test_a_group_at_its_maximum_takes_no_more_and_says_so(client: Client, citizen: User, more: dict[str, Any]) -> None:
    browser = browser_of(client, citizen, one_step(COMPANIONS, NAME))
    with_rows(browser, 2)

    full = browser.open("all").content.decode()
    again = browser.send("all", {"name": "Salem", "shown": "companions name"}, do="row-add:companions", **more)

    assert 'value="row-add:companions"' not in full
    assert 'value="row-remove:companions.r1"' in full
    assert "No more than 2 entries can be added. Remove one to add another." in full
    page = again.content.decode() if again.status_code == 200 else browser.open("all").content.decode()
    assert "No more than 2 entries can be added. Remove one to add another." in page
    assert "companions.r3." not in page
    assert names() == ["Person 1", "Person 2"]


@pytest.mark.parametrize("do", ["continue", "row-save:companions", "row-add:companions", "autosave"])
@pytest.mark.parametrize("more", [{}, IN_PLACE], ids=["without JavaScript", "in place"])
def test_rows_that_nobody_was_offered_are_not_stored(
    client: Client, citizen: User, do: str, more: dict[str, Any]
) -> None:
    browser = browser_of(client, citizen, one_step(COMPANIONS, NAME))
    with_rows(browser, 2)
    forged = {f"companions.r{number}.who": f"Forged {number}" for number in range(3, 9)}

    answer = browser.send("all", {**forged, "name": "Salem", "shown": "companions name"}, do=do, **more)

    assert answer.status_code in (200, 204, 303)
    assert names() == ["Person 1", "Person 2"]
    assert "Forged" not in browser.open("all").content.decode()


def test_a_row_that_was_opened_before_the_group_was_full_elsewhere_is_refused_and_kept(
    client: Client, citizen: User
) -> None:
    """Two windows: in one a third row is open while the form takes two."""
    browser = browser_of(client, citizen, one_step(COMPANIONS, NAME))
    with_rows(browser, 2)
    draft = Draft.objects.get()
    draft.data["extra_data"]["open_rows"]["companions"] = "r3"
    draft.save()
    third = {"companions.r3.who": "Person 3", "name": "Salem", "shown": "companions name"}

    page = browser.send("all", third).content.decode()

    assert "Keep 2 entries and remove the others" in page
    assert "Person 3" in page
    assert not ServiceRequest.objects.exists()
    browser.send("all", {"name": "Salem", "shown": "companions name"}, do="row-remove:companions.r1")
    assert browser.send("all", {"name": "Salem", "shown": "companions name"}).status_code == 303
    assert names() == ["Person 2", "Person 3"]


def test_the_largest_group_there_is_is_filled_and_sent(client: Client, citizen: User) -> None:
    most = COMPANIONS.model_copy(update={"settings": {**COMPANIONS.settings, "most": MOST_ROWS}})
    browser = browser_of(client, citizen, one_step(most, NAME))
    browser.send("all", {"name": "Salem", "shown": "companions name"})
    draft = Draft.objects.get()
    rows = [{"_row": f"r{number}", "who": f"Person {number}"} for number in range(1, MOST_ROWS + 1)]
    draft.data["extra_data"]["answers"]["companions"] = rows
    draft.save()

    assert browser.send("all", {"name": "Salem", "shown": "companions name"}).status_code == 303
    assert "Person 50" in browser.review().content.decode()
    assert browser.submit().status_code == 303
    assert len(ServiceRequest.objects.get().answers["companions"]) == MOST_ROWS


# -- what the account knows

PHONE = FieldSpec(key="mobile", type="phone", label=both("Mobile"))


def test_a_number_of_another_country_is_not_filled_in_and_can_be_written_whole(client: Client) -> None:
    person = UserFactory(citizen=True, mobile="+966501234567")
    browser = browser_of(client, person, one_step(PHONE, NAME), country="EG")

    page = browser.open("all").content.decode()

    assert "+20" in page
    assert "966501234567" not in page
    for typed, kept in (("+966501234567", "+966501234567"), ("01001234567", "+201001234567")):
        assert browser.send("all", {"mobile": typed, "name": "Salem", "shown": "mobile name"}).status_code == 303
        assert stored()["mobile"] == kept


def test_what_is_filled_in_of_the_account_is_taken_as_it_stands(client: Client) -> None:
    person = UserFactory(citizen=True, mobile="+201001234567")
    browser = browser_of(client, person, one_step(PHONE, NAME), country="EG")

    assert 'value="1001234567"' in browser.open("all").content.decode()
    browser.send("all", {"mobile": "1001234567", "name": "Salem", "shown": "mobile name"})
    assert stored()["mobile"] == "+201001234567"
