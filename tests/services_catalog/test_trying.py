"""The editor's page for trying conditions with sample answers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.forms_builder.samples import SAMPLES, TWO, condition, field, step, texts
from tests.services_catalog.forms import DOUBLE, page_with

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def page(services: ServiceIndexPage) -> ServicePage:
    return page_with(services, DepartmentFactory(), "name")


@pytest.fixture
def at_desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def asks(page: ServicePage, *steps: dict[str, Any]) -> None:
    page.form_steps = ServicePage._meta.get_field("form_steps").stream_block.to_python(list(steps))
    page.save_revision(clean=False)


def shown(response: Any) -> list[str]:
    """Names of the questions that are shown, those of an entry included."""
    found = (one for step in response.context["outcome"].steps for part in step.parts for one in (part, *part.parts))
    return [one.name.removeprefix("سؤال ") for one in found if one.state == "shown"]


def address(page: ServicePage) -> str:
    return reverse("services_catalog_conditions", args=[page.pk])


def test_answers_bring_up_questions_and_it_is_said_why(at_desk: Client, page: ServicePage) -> None:
    asks(
        page,
        step(
            "first",
            field("one_of", "kind", options=TWO),
            field("url", "site", show_if=condition(("kind", "equals", "b"))),
        ),
    )

    without, given = at_desk.get(address(page)), at_desk.get(address(page), {"q-kind": "b"})

    assert shown(without) == ["kind"]
    assert shown(given) == ["kind", "site"]
    why = given.context["outcome"].steps[0].parts[1].why
    assert "سؤال kind" in why
    assert why in given.content.decode()


def test_every_kind_of_question_that_conditions_may_read_can_be_given_an_answer(
    at_desk: Client, page: ServicePage
) -> None:
    kinds = [
        kind for kind in SAMPLES if kind not in ("declaration", "computed", "dependent_choice", "appointment", "lookup")
    ]
    rules = [field("url", f"{kind}_then", show_if=condition((kind, "answered", ""))) for kind in kinds]
    asks(page, step("first", *(field(kind, kind, **SAMPLES[kind][0]) for kind in kinds)), step("second", *rules))
    values = {
        "one_of": "a", "many_of": ["a"], "yes_no": "no", "short_text": "x", "date": "2026-01-31", "time": "09:30",
        "hijri_date": "2026-01-31", "whole_number": "5", "decimal": "1.5", "money": "3", "country": "JO",
        "month_year": "2026-03", "group": "1",
    }  # fmt: skip

    response = at_desk.get(address(page), {f"q-{kind}": values.get(kind, "answered") for kind in kinds})

    assert response.context["form"].errors == {}
    assert {key for key in shown(response) if key.endswith("_then")} == {f"{kind}_then" for kind in kinds}


def test_a_question_of_an_entry_can_be_tried(at_desk: Client, page: ServicePage) -> None:
    inner = field("url", "site", show_if=condition(("sure", "equals", "yes")))
    asks(page, step("first", field("group", "people", item=texts("مرافق"), fields=[field("yes_no", "sure"), inner])))

    assert "site" in shown(at_desk.get(address(page), {"q-people.sure": "yes"}))
    assert "site" not in shown(at_desk.get(address(page), {"q-people.sure": "no"}))


def test_how_many_entries_a_group_has_can_be_tried(at_desk: Client, page: ServicePage) -> None:
    people = field("group", "people", item=texts("مرافق"), most=9, fields=[field("full_name", "name")])
    count = field("computed", "count", operation="count", operands=["people"])
    asks(page, step("first", people, count, field("url", "site", show_if=condition(("count", "more_than", "2")))))

    assert "site" not in shown(at_desk.get(address(page), {"q-people": "2"}))
    assert "site" in shown(at_desk.get(address(page), {"q-people": "3"}))


def test_the_fees_of_the_answers_are_told_with_their_reason(at_desk: Client, page: ServicePage) -> None:
    page.fee_lines = ServicePage._meta.get_field("fee_lines").stream_block.to_python(
        [
            {
                "type": "fee",
                "id": "fee",
                "value": {
                    "words": texts("رسم الاستعجال"),
                    "amount": "15",
                    "show_if": condition(("kind", "equals", "b")),
                },
            }
        ]
    )
    asks(page, step("first", field("one_of", "kind", options=TWO)))

    without, given = at_desk.get(address(page)), at_desk.get(address(page), {"q-kind": "b"})

    assert [one.state for one in without.context["outcome"].fees] == ["hidden"]
    assert [one.state for one in given.context["outcome"].fees] == ["shown"]
    assert given.context["bill"].total in given.content.decode()


def test_a_value_that_is_no_answer_is_told(at_desk: Client, page: ServicePage) -> None:
    asks(
        page,
        step("first", field("whole_number", "age"), field("url", "site", show_if=condition(("age", "at_least", "1")))),
    )

    response = at_desk.get(address(page), {"q-age": "many"})

    assert response.context["form"].errors["age"]
    assert shown(response) == ["age"]


def test_a_form_that_cannot_be_walked_says_what_to_put_right(at_desk: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *DOUBLE, slug="double")

    response = at_desk.get(address(page))

    assert response.context["faults"]
    assert "outcome" not in response.context


@pytest.mark.parametrize(("role", "status"), [("editor", 200), ("clerk", 404), ("auditor", 404)])
def test_only_whoever_may_edit_the_page_tries_it(client: Client, page: ServicePage, role: str, status: int) -> None:
    client.force_login(UserFactory(**{role: True}))

    assert client.get(address(page)).status_code == status
