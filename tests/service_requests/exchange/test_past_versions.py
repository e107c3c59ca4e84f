"""A request keeps the form it was sent with: shown, exported and imported by it, whatever later forms ask."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from forms_builder.models import Form
from forms_builder.publishing import publish, retire
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from service_requests.documents.summary import summary_pdf, summary_values
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from tests.service_requests.exchange.conftest import (
    RICH_FORM,
    Table,
    a_case,
    answers,
    column_of,
    options,
    set_cell,
    texts,
)

# Its first step is gone, the second has another key and title; options, entries and files went, a type changed.
NEWER = FormSpec(
    steps=(
        StepSpec(
            key="other",
            title=texts("Something else"),
            fields=(
                FieldSpec(key="name", type="full_name", label=texts("Called"), settings={"parts": 2}),
                FieldSpec(key="purpose", type="one_of", label=texts("Why"), options=options("other", "complaint")),
                FieldSpec(key="number", type="yes_no", label=texts("Numbered"), required=False),
                FieldSpec(key="extra", type="short_text", label=texts("Extra"), required=False),
            ),
        ),
    )
)


@pytest.fixture
def old(service: ServicePage) -> ServiceRequest:
    """Sent with the old form, which is retired since."""
    case = a_case(service)
    publish(service.translation_key, NEWER)
    retire(case.form_version)
    return case


@pytest.fixture
def new(old: ServiceRequest, service: ServicePage) -> ServiceRequest:
    live = Form.objects.get(translation_key=service.translation_key).live_version
    return a_case(
        service, form_version=live, answers={"name": "سارة أحمد", "purpose": "other", "number": True, "extra": "زيادة"}
    )


OLD_WORDS = ("Person", "House number", "Purpose", "Meeting", "Branch", "North", "Companions", "passport.pdf",
             "letter.pdf")  # fmt: skip
NEW_WORDS = ("Something else", "Called", "Numbered", "Extra")


def shows_the_old_form(page: str) -> None:
    assert [word for word in OLD_WORDS if word not in page] == []
    assert [word for word in NEW_WORDS if f"{word} بالعربية" in page] == []
    assert "سعد القحطاني" in page


def test_its_applicant_reads_it_in_its_own_words(client: Client, old: ServiceRequest) -> None:
    client.force_login(old.applicant)
    with override("ar"):
        address = reverse("my_requests:detail", args=[old.public_id])

    shows_the_old_form(client.get(address).content.decode())


def test_the_desk_reads_it_in_its_own_words(desk: Client, old: ServiceRequest) -> None:
    shows_the_old_form(desk.get(reverse("requests:inspect", args=[old.public_id])).content.decode())


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("for_staff", [False, True])
def test_it_is_printed_in_its_own_words(old: ServiceRequest, language: str, for_staff: bool) -> None:
    with override(language):
        printed = str(summary_values(old, language, for_staff=for_staff))
        paper = summary_pdf(old, language)

    assert [word for word in OLD_WORDS if word not in printed] == []
    assert [word for word in NEW_WORDS if word in printed] == []
    assert "سعد القحطاني" in printed
    assert paper.startswith(b"%PDF")


def test_an_export_has_the_columns_of_both_forms(
    old: ServiceRequest, new: ServiceRequest, exported: Callable[[], Table]
) -> None:
    table = exported()
    by_number = {row[0]: row for row in table[1:]}

    def cell(case: ServiceRequest, key: str) -> str:
        return by_number[case.number][column_of(table, key)]

    assert (cell(old, "branch"), cell(new, "branch")) == ("North بالعربية", "")
    assert (cell(old, "extra"), cell(new, "extra")) == ("", "زيادة")
    assert cell(old, "purpose") == "Meeting بالعربية"
    assert cell(new, "purpose") == "Other بالعربية"
    assert cell(old, "answer:number") == "12"
    assert "سعد القحطاني" in cell(old, "companions")


@pytest.mark.usefixtures("in_english")
def test_an_untouched_export_of_both_forms_changes_nothing(
    old: ServiceRequest, new: ServiceRequest, exported: Callable[[], Table], upload: Callable[..., Any]
) -> None:
    page = upload(exported()).content.decode()

    assert "There is nothing to save" in page
    assert "2 rows say what is stored already" in page


@pytest.mark.usefixtures("in_english")
def test_an_import_is_judged_by_the_form_of_each_request(
    old: ServiceRequest, new: ServiceRequest, exported: Callable[[], Table], upload: Callable[..., Any], desk: Client
) -> None:
    table = exported()
    row = [line[0] for line in table].index(old.number)
    set_cell(table, "purpose", "Other", row=row)
    set_cell(table, "which", "Another matter", row=row)
    set_cell(table, "branch", "South", row=row)

    page = upload(table)
    desk.post(page.request["PATH_INFO"], follow=True)

    stored = ServiceRequest.objects.get(pk=old.pk)
    assert stored.answers == answers(purpose="other", which="Another matter", branch="south")
    assert stored.form_version == old.form_version


@pytest.mark.usefixtures("in_english")
def test_an_import_cannot_give_an_old_request_an_answer_of_the_new_form(
    old: ServiceRequest, new: ServiceRequest, exported: Callable[[], Table], upload: Callable[..., Any], desk: Client
) -> None:
    table = exported()
    row = [line[0] for line in table].index(old.number)

    page = upload(set_cell(table, "extra", "text", row=row))
    desk.post(page.request["PATH_INFO"], follow=True)

    assert ServiceRequest.objects.get(pk=old.pk).answers == answers()


def test_the_form_a_request_was_sent_with_stays_as_it_was(old: ServiceRequest) -> None:
    assert ServiceRequest.objects.get(pk=old.pk).form_version.value == RICH_FORM
