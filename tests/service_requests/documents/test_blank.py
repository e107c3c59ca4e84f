"""What reception hands out on paper: the empty form, and the requirements of a service."""

import io
from typing import Any

import pikepdf
import pytest
from django.test import RequestFactory

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.documents.blank import blank_form, blank_values, requirement_values, requirements
from services_catalog.models import ServicePage
from services_catalog.presentation import Service, presented
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import VISIT, both, options

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

EVERY = FormSpec(
    steps=(
        StepSpec(
            key="all",
            title=both("Everything"),
            fields=(
                FieldSpec(key="day", type="date", label=both("Day of it")),
                FieldSpec(key="who", type="identity_document", label=both("Card")),
                FieldSpec(key="sure", type="yes_no", label=both("Sure")),
                FieldSpec(key="country", type="country", label=both("Country")),
                FieldSpec(key="many", type="many_of", label=both("Many"), options=options("one", "two")),
                FieldSpec(key="note", type="content", label=both("Note"), settings={"text": both("Read this")}),
                FieldSpec(key="guard", type="captcha", label=both("Guard")),
            ),
        ),
        StepSpec(key="no", title=both("Nobody"), ends=True),
    )
)


@pytest.fixture
def service(citizen: User) -> Service:
    page: ServicePage = ServicePageFactory(
        value=VISIT,
        title="طلب زيارة",
        conditions=[("condition", "أن يكون مقيما")],
        documents=[("document", {"name": "صورة الهوية", "note": "الوجهان", "only_if": "للوكيل", "sample": None})],
        no_fees=True,
    )
    http = RequestFactory().get("/")
    http.user = citizen
    return presented(page, http)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_both_papers_are_drawn_in_either_language(service: Service, language: str) -> None:
    for content in (blank_form(service, EVERY, language), requirements(service, language)):
        with pikepdf.open(io.BytesIO(content)) as paper:
            assert str(paper.Root.Lang).startswith(language)
            assert paper.Root.MarkInfo.Marked


def questions_of(service: Service, spec: FormSpec, language: str = "en") -> dict[str, dict[str, Any]]:
    values = blank_values(service, spec, language)
    return {question["label"]: question for step in values["steps"] for question in step["questions"]}


def test_every_question_has_the_place_its_kind_needs(service: Service) -> None:
    asked = questions_of(service, EVERY)

    assert {label: question["place"] for label, question in asked.items()} == {
        "Day of it": "date",
        "Card": "identity",
        "Sure": "boxes",
        "Country": "line",
        "Many": "boxes",
        "Note": "text",
    }
    assert asked["Sure"]["parts"] == ["Yes", "No"]
    assert asked["Many"]["parts"] == ["one", "two"]
    assert asked["Note"]["text"] == "Read this"


def test_a_page_that_ends_the_form_is_not_printed(service: Service) -> None:
    assert [step["title"] for step in blank_values(service, EVERY, "en")["steps"]] == ["Everything"]


def test_a_question_that_is_not_always_asked_says_when(service: Service) -> None:
    asked = questions_of(service, VISIT)

    assert asked["Employer"]["when"] == "Only if: “Kind” is “public”"
    assert asked["Mobile"]["when"] == ""
    assert (asked["Companions"]["place"], asked["Companions"]["rows"]) == ("table", 3)
    assert asked["Declaration"]["parts"] == ["I am honest"]
    assert not asked["More"]["required"]


def test_the_form_lists_documents_to_tick_and_fees(service: Service) -> None:
    lists = {part["title"]: part for part in blank_values(service, VISIT, "ar")["lists"]}

    assert lists["المستندات المطلوبة"]["lines"] == ["صورة الهوية (للوكيل) الوجهان"]
    assert lists["المستندات المطلوبة"]["ticks"]
    assert lists["الرسوم"]["lines"] == ["لا يوجد رسوم"]


def test_requirements_ask_nothing(service: Service) -> None:
    values = requirement_values(service, "en")

    assert values["steps"] == []
    assert values["signature"] == []
    assert values["lists"][0] == {"title": "Terms and conditions", "lines": ["أن يكون مقيما"], "ticks": False}
