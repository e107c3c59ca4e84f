"""A repeating group while it is filled in: one row is open at a time, and only it is looked at."""

from typing import Any

import pytest
from django.test import Client

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = pytest.mark.django_db
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
