"""The filtered list leaves as a file: what it holds, who gets it, and what it costs."""

import csv
from io import StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from service_requests.records.models import ServiceRequest
from tests.factories import (
    DepartmentFactory,
    FormVersionFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)
from tests.service_requests.exchange.conftest import a_case, answers, column_of, texts

EXPORT = "/admin/requests/export/"
CANARY = "SECRET-CANARY"


def read_csv(response) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


def test_headings_carry_key_and_label_in_the_readers_language(case, exported, desk):
    arabic = exported()[0]

    assert arabic[0] == "number · رقم الطلب"
    assert "purpose · Purpose بالعربية" in arabic


def test_english_staff_read_english_labels(case, in_english, exported):
    table = exported()

    assert table[0][0] == "number · Request number"
    assert table[1][column_of(table, "purpose")] == "Meeting"
    assert table[1][column_of(table, "department")] == "Roads"


def test_a_row_tells_the_record_and_every_answer(case, colleague, exported):
    ServiceRequest.objects.update(assignee=colleague, transaction_number="1448/77")
    table = exported()
    row = dict(zip([heading.split(" · ")[0] for heading in table[0]], table[1], strict=True))

    assert row["number"] == case.number
    assert row["transaction_number"] == "1448/77"
    assert row["service"] == "طلب موعد"
    assert row["department"] == "إدارة الطرق"
    assert row["assignee"] == "خالد الموظف (khaled)"
    assert row["applicant_mobile"] == "+966501234567"
    assert row["submitted_hijri"].endswith("هـ")
    assert row["identity"] == answers()["identity"]["number"]
    assert row["answer:number"] == "12"
    assert row["which"] == ""
    assert "سعد القحطاني" in row["companions"]
    assert "passport.pdf" in row["companions"]
    assert row["letter"] == "letter.pdf"


def test_csv_and_xlsx_hold_the_same_cells_as_text(case, exported, desk):
    from cms.spreadsheets.cells import undone

    table = read_csv(desk.get(EXPORT, {"format": "csv"}))

    assert [[undone(cell) for cell in row] for row in table] == exported()


def test_columns_of_all_versions_stand_in_form_order(service, exported):
    form = FormVersionFactory._meta.model.objects.get().form

    def version(*keys: str):
        fields = tuple(FieldSpec(key=key, type="short_text", label=texts(key), required=False) for key in keys)
        return FormVersionFactory(
            form=form, value=FormSpec(steps=(StepSpec(key="s", title=texts("s"), fields=fields),))
        )

    old, new = version("first", "old", "last"), version("first", "new", "last")
    a_case(service, form_version=old, answers={"first": "1", "old": "2", "last": "3"})
    a_case(service, form_version=new, answers={"first": "4", "new": "5", "last": "6"})

    table = exported()
    keys = [heading.split(" · ")[0] for heading in table[0]]
    assert keys[keys.index("first") :] == ["first", "old", "new", "last"]
    assert {tuple(row[keys.index("first") :]) for row in table[1:]} == {("1", "2", "", "3"), ("4", "", "5", "6")}


def test_the_file_holds_what_the_list_shows(service, exported, desk):
    mine = a_case(service, applicant_name="سارة", search_text="sara ساره")
    a_case(service, applicant_name="ليلى", search_text="layla")

    assert [row[0] for row in exported(q="ساره")[1:]] == [mine.number]
    assert {row[0] for row in exported(status="submitted")[1:]} > {mine.number}
    assert "القائمة فارغة" in desk.get(EXPORT, {"format": "xlsx", "status": "completed"}).content.decode()


def test_an_empty_list_is_said_to_be_empty(desk):
    response = desk.get(EXPORT, {"format": "csv"})

    assert response["Content-Type"].startswith("text/html")
    assert "القائمة فارغة" in response.content.decode()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_requests_of_other_departments_never_leave(case, desk, format):
    ServiceRequestFactory(applicant_name=CANARY, answers={"subject": CANARY})

    response = desk.get(EXPORT, {"format": format})
    content = b"".join(response.streaming_content)

    if format == "xlsx":
        from io import BytesIO

        content = repr(list(load_workbook(BytesIO(content)).active.values)).encode()
    assert CANARY.encode() not in content
    assert case.number.encode() in content


def test_only_those_who_may_export_do(case, department, client):
    client.force_login(UserFactory(clerk=True, departments=[department]))

    response = client.get(EXPORT, {"format": "csv"})

    assert response.status_code in {302, 403}
    assert not response.streaming


def test_nobody_exports_without_signing_in(case):
    assert Client().get(EXPORT, {"format": "csv"}).status_code == 302


def test_the_page_says_how_many_and_warns_of_personal_data(case, desk, in_english):
    page = desk.get(EXPORT, {"status": "submitted"}).content.decode()

    assert "1 request" in page
    assert "personal data" in page
    assert "status=submitted&amp;format=csv" in page


def test_more_than_a_thousand_rows_are_refused_kindly(service, case, desk, in_english, monkeypatch):
    from service_requests.exchange import exporting, views

    for module in (exporting, views):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
    for _place in range(2):
        a_case(service)

    response = desk.get(EXPORT, {"format": "csv"})

    assert response["Content-Type"].startswith("text/html")
    assert "More than 2 requests" in response.content.decode()


def test_the_limit_is_a_thousand_rows():
    from cms.spreadsheets.formats import MOST_ROWS

    assert MOST_ROWS == 1_000


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_takes_the_same_queries_for_any_number(service, desk, format, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(25) as captured:
            response = desk.get(EXPORT, {"format": format})
            assert b"".join(response.streaming_content)
        return len(captured)

    for _place in range(2):
        a_case(service)
    # The first request of a session writes down when it was seen.
    queries()
    few = queries()
    other = ServicePageFactory(department=service.department)
    for _place in range(12):
        a_case(service)
        ServiceRequestFactory(service=other)

    # Session, person, rights; then count, keys, versions, services and titles, rows.
    assert queries() == few


def test_formulas_in_answers_are_inert_in_both_formats(service, desk, exported):
    a_case(service, answers=answers(details="=cmd|' /C calc'!A0", number="@SUM(1)"), applicant_name="=1+1")

    rows = read_csv(desk.get(EXPORT, {"format": "csv"}))
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]

    assert "=1+1" in exported()[1]


def test_no_cache_keeps_the_file(case, desk):
    response = desk.get(EXPORT, {"format": "csv"})

    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="requests-')


def test_the_list_offers_export_and_import_to_those_who_may(case, desk, department, client):
    page = desk.get("/admin/requests/", {"q": case.number}).content.decode()
    assert f"/admin/requests/export/?q={case.number}" in page
    assert "/admin/requests/import/" in page

    client.force_login(UserFactory(clerk=True, departments=[department]))
    page = client.get("/admin/requests/").content.decode()
    assert "/admin/requests/export/" not in page
    assert "/admin/requests/import/" not in page


def test_the_superuser_exports_across_organisations(case, client):
    ServiceRequestFactory(service=ServicePageFactory(department=DepartmentFactory()))
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert len(read_csv(client.get(EXPORT, {"format": "csv"}))) == 3
