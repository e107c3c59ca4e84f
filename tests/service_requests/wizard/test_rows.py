"""A repeating group while it is filled in: one row is open at a time, and only it is looked at."""

from typing import Any

import pytest
from django.test import Client

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import Attachment
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import COMPANY, VISIT, Browser, both, picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
COMPANIONS = FieldSpec(
    key="companions",
    type="group",
    label=both("Companions"),
    required=False,
    settings={"most": 3, "item": both("companion")},
    fields=(FieldSpec(key="who", type="short_text", label=both("Companion's name")),),
)
PURPOSE = FieldSpec(key="purpose", type="short_text", label=both("Purpose of the visit"))
VISITORS = FormSpec(steps=(StepSpec(key="visitors", title=both("Visitors"), fields=(COMPANIONS, PURPOSE)),))
SHOWN = {"shown": "companions purpose"}


@pytest.fixture
def visitors(client: Client, citizen: User) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=VISITORS).slug)


def errors_in(response: Any) -> str:
    """What the summary on top of the page says; empty without one."""
    page = response.content.decode()
    _before, found, rest = page.partition('class="error-summary"')
    return rest.partition("</ul>")[0] if found else ""


def test_saving_a_row_judges_that_row_and_not_the_rest_of_the_page(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-add:companions")

    refused = visitors.send("visitors", {**SHOWN, "companions.r1.who": "", "purpose": ""}, do="row-save:companions")

    assert "companions.r1.who" in errors_in(refused)
    assert "q-purpose" not in errors_in(refused)


def test_continuing_judges_the_whole_page(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-add:companions")

    refused = visitors.send("visitors", {**SHOWN, "companions.r1.who": "x" * 600, "purpose": ""})

    assert "companions.r1.who" in errors_in(refused)
    assert "q-purpose" in errors_in(refused)


@pytest.mark.parametrize("do", ["update:companions", "autosave", "continue"])
def test_a_file_for_a_row_that_is_not_there_is_not_stored(client: Client, citizen: User, do: str) -> None:
    client.force_login(citizen)
    browser = Browser(client, ServicePageFactory(value=VISIT).slug)
    browser.fill_in()

    browser.send("company", {**COMPANY, "companions.r7.proof": picture()}, do=do)

    assert not Attachment.objects.filter(field_key__startswith="companions").exists()


# -- in place, by htmx

IN_PLACE = {"headers": {"HX-Request": "true"}}
UNSURE = {"companions.r1.who": "x" * 600, "purpose": ""}


def test_a_row_is_opened_in_place_with_what_was_typed_elsewhere(visitors: Browser) -> None:
    answer = visitors.send("visitors", {**SHOWN, "purpose": "A talk"}, do="row-add:companions", **IN_PLACE)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="companions.r1.who"' in page
    assert 'value="A talk"' in page
    assert "<html" not in page
    assert "field__error" not in page


def test_a_row_saved_in_place_is_listed_and_closed(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-add:companions")

    answer = visitors.send(
        "visitors", {**SHOWN, "companions.r1.who": "Salem", "purpose": ""}, do="row-save:companions", **IN_PLACE
    )

    page = answer.content.decode()
    assert "repeat-list__name" in page
    assert 'name="companions.r1.who"' not in page
    assert "field__error" not in page


def test_a_row_refused_in_place_says_why_at_its_field_in_the_summary_and_in_the_title(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-add:companions")

    answer = visitors.send("visitors", {**SHOWN, **UNSURE}, do="row-save:companions", **IN_PLACE)

    page = answer.content.decode()
    assert "companions.r1.who" in errors_in(answer)
    assert "q-purpose" not in errors_in(answer)
    assert page.count("field__error") == 1
    assert "<title>خطأ: " in page
    assert "x" * 600 in page


def test_a_row_is_removed_in_place(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-add:companions")
    visitors.send("visitors", {**SHOWN, "companions.r1.who": "Salem", "purpose": ""}, do="row-save:companions")

    answer = visitors.send("visitors", {**SHOWN, "purpose": ""}, do="row-remove:companions.r1", **IN_PLACE)

    assert "Salem" not in answer.content.decode()
    assert "Salem" not in visitors.open("visitors").content.decode()


def test_a_press_in_place_on_an_application_that_was_sent_moves_the_window(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": "A talk"})
    visitors.open("visitors")
    visitors.review()
    visitors.submit()

    answer = visitors.send_as_shown("visitors", {**SHOWN, "purpose": "A talk"}, do="row-add:companions", **IN_PLACE)

    assert "/requests/" in answer.headers["HX-Redirect"]


def test_a_press_in_place_after_another_tab_saved_asks_for_the_whole_page(visitors: Browser) -> None:
    visitors.send("visitors", {**SHOWN, "purpose": "A talk"}, do="save")
    visitors.open("visitors")
    shown = dict(visitors.hidden)
    visitors.send("visitors", {**SHOWN, "purpose": "Another"}, do="save")

    visitors.hidden = shown
    answer = visitors.send_as_shown("visitors", {**SHOWN, "purpose": "A talk"}, do="row-add:companions", **IN_PLACE)

    assert answer.status_code == 409
    assert "Another" in visitors.open("visitors").content.decode()
