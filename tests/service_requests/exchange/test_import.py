"""An edited file comes back: exactly what was edited changes, once, with its history."""

import csv
from io import StringIO

import pytest
from django.test import Client

from cms.spreadsheets.cells import inert
from home.accounts.models import User
from service_requests.exchange.models import ImportRun
from service_requests.records.models import ServiceRequest
from service_requests.records.search import matching
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory, national_id
from tests.service_requests.exchange.conftest import UPLOAD, a_case, answers, column_of, read_xlsx, set_cell, xlsx

pytestmark = pytest.mark.usefixtures("in_english")
CANARY = "SECRET-CANARY"


def history(case: ServiceRequest):
    return list(case.history.order_by("history_id"))


def state():
    """Everything an import may write."""
    requests = ServiceRequest.objects.order_by("pk").values()
    return list(requests), ServiceRequest.history.count()


def confirm(client: Client, page):
    return client.post(page.request["PATH_INFO"], follow=True)


def words(page) -> str:
    return page.content.decode()


# --- round trips


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_untouched_export_changes_nothing(service, colleague, desk, upload, supervisor, format, language):
    a_case(service, assignee=colleague)
    a_case(service, answers=answers(details="=1+1\r\n-2", purpose="other", which="'@x", branch="south", number="+5"))
    a_case(service, answers={"name": "سارة أحمد", "identity": None} | {"purpose": "meeting"})
    supervisor.wagtail_userprofile.preferred_language = language
    supervisor.wagtail_userprofile.save()
    file = b"".join(desk.get("/admin/requests/export/", {"format": format}).streaming_content)
    supervisor.wagtail_userprofile.preferred_language = "en"
    supervisor.wagtail_userprofile.save()
    before = state()

    page = upload(file, f"requests.{format}")

    assert "There is nothing to save" in words(page)
    assert "3 rows say what is stored already" in words(page)
    assert "is not changed by an import" not in words(page)
    confirm(desk, page)
    assert state() == before


def test_one_edited_cell_changes_exactly_that(service, exported, upload, desk, supervisor):
    case, other = a_case(service), a_case(service)
    table = exported()
    row = [line[0] for line in table].index(case.number)
    before, others = history(case), ServiceRequest.objects.filter(pk=other.pk).values().get()

    page = upload(set_cell(table, "details", "نص جديد", row=row), "edited.xlsx")
    assert "سطر ثان" in words(page)
    assert "نص جديد" in words(page)
    confirm(desk, page)

    stored = ServiceRequest.objects.get(pk=case.pk)
    assert stored.answers == {**answers(), "details": "نص جديد"}
    assert (stored.status, stored.number, stored.department_id) == (case.status, case.number, case.department_id)
    assert stored.updated_at > case.updated_at
    [row] = history(case)[len(before) :]
    assert row.history_user == supervisor
    assert row.history_change_reason == "import: edited.xlsx"
    assert row.history_type == "~"
    assert row.answers["details"] == "نص جديد"
    assert ServiceRequest.objects.filter(pk=other.pk).values().get() == others
    assert other.history.count() == len(before)


def test_a_preview_writes_nothing(case, exported, upload):
    before = state()

    page = upload(set_cell(exported(), "details", "نص جديد"))

    assert "1 request would change" in words(page)
    assert state() == before


def test_arabic_digits_and_local_spellings_are_read(case, exported, upload, desk):
    table = exported()
    set_cell(table, "mobile", "٠٥٠٧٦٥٤٣٢١")
    set_cell(table, "day", "٢٠٢٦-١٢-٠٥")
    set_cell(table, "needs_help", "لا")
    table[1][0] = f"\u200f {case.number} ".replace("1448", "١٤٤٨")

    confirm(desk, upload(table))

    stored = ServiceRequest.objects.get(pk=case.pk)
    assert stored.answers == answers(mobile="+966507654321", day="2026-12-05", needs_help=False)


def test_a_spreadsheet_that_ate_a_zero_changes_nothing(case, exported, upload):
    table = exported()
    set_cell(table, "mobile", 501234567)
    set_cell(table, "answer:number", 12)

    assert "There is nothing to save" in words(upload(table))


def test_a_mobile_changed_in_the_answers_is_found_by_search(case, exported, upload, desk):
    confirm(desk, upload(set_cell(exported(), "mobile", "0509999999")))

    stored = ServiceRequest.objects.get(pk=case.pk)
    assert stored.applicant_mobile == "+966509999999"
    assert list(matching(ServiceRequest.objects.all(), "0509999999")) == [stored]


def test_department_and_assignee_are_changed_by_name(case, department, colleague, exported, upload, desk):
    bridges = DepartmentFactory(organisation=department.organisation, name={"ar": "إدارة الجسور", "en": "Bridges"})
    engineer = UserFactory(clerk=True, departments=[bridges], full_name="نايف المهندس", username="naif")
    table = exported()
    set_cell(table, "department", "ادارة الجسور")
    set_cell(table, "assignee", "نايف المهندس")

    page = upload(table)
    assert "Bridges" in words(page)
    confirm(desk, page)

    stored = ServiceRequest.objects.get(pk=case.pk)
    assert (stored.department, stored.assignee) == (bridges, engineer)
    assert stored.answers == case.answers


def test_an_emptied_assignee_is_nobody(case, colleague, exported, upload, desk):
    ServiceRequest.objects.update(assignee=colleague)

    confirm(desk, upload(set_cell(exported(), "assignee", "")))

    assert ServiceRequest.objects.get(pk=case.pk).assignee is None


def test_companions_are_edited_in_their_cell(case, exported, upload, desk):
    table = exported()
    cell = table[1][column_of(table, "companions")]

    confirm(desk, upload(set_cell(table, "companions", cell.replace("ريم", "هيا"))))

    companions = answers()["companions"]
    assert ServiceRequest.objects.get(pk=case.pk).answers["companions"] == [
        companions[0],
        {**companions[1], "name": "هيا القحطاني"},
    ]


def test_columns_and_rows_that_were_deleted_stay_as_they_are(service, upload, desk):
    case, other = a_case(service), a_case(service)

    confirm(desk, upload([["number", "details"], [case.number, "نص"]]))

    assert ServiceRequest.objects.get(pk=case.pk).answers == answers(details="نص")
    assert ServiceRequest.objects.get(pk=other.pk).answers == answers()


def test_a_windows_1256_csv_with_semicolons_is_imported(case, upload, desk):
    content = f"number · رقم الطلب;details · تفاصيل\r\n{case.number};نص عربي\r\n".encode("cp1256")

    confirm(desk, upload(content, "edited.csv"))

    assert ServiceRequest.objects.get(pk=case.pk).answers["details"] == "نص عربي"


# --- errors, by row and column


def faults(page) -> list[tuple[int, str, str]]:
    findings = page.context["findings"]
    return [(fault.line, fault.column, fault.message) for fault in findings.faults]


@pytest.mark.parametrize(
    ("key", "value", "label"),
    [
        ("identity", "1000000001", "Identity"),
        ("mobile", "12", "Mobile"),
        ("name", "نورة", "Name"),
        ("name", "", "Name"),
        ("purpose", "holiday", "Purpose"),
        ("day", "2026-13-45", "Day"),
        ("needs_help", "perhaps", "Needs help"),
        ("branch", "South", "Branch"),
        ("companions", "1) name: x", "Companions"),
        ("details", "=1+1", "Details"),
        ("department", "Nowhere", "Department"),
        ("department", "", "Department"),
        ("assignee", "Nobody Known", "Assignee"),
        ("which", "typed though not asked", "Which purpose"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(case, exported, upload, desk, key, value, label):
    table = exported()
    table.insert(1, [""] * len(table[0]))
    before = state()

    page = upload(set_cell(table, key, value, row=2))

    [(line, column, message)] = faults(page)
    assert (line, column) == (3, label)
    assert message
    confirm(desk, page)
    assert state() == before


def test_an_answer_that_opens_a_required_question_needs_its_answer(case, exported, upload, desk):
    table = exported()
    set_cell(table, "purpose", "Other")
    set_cell(table, "branch", "South")

    page = upload(table)
    assert [column for _line, column, _message in faults(page)] == ["Which purpose"]

    confirm(desk, upload(set_cell(table, "which", "زيارة")))
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers(purpose="other", which="زيارة", branch="south")


def test_an_answer_that_hides_a_question_shows_that_it_goes(service, exported, upload, desk):
    case = a_case(service, answers=answers(purpose="other", which="زيارة", branch="south"))
    table = exported()
    set_cell(table, "purpose", "Meeting")
    set_cell(table, "branch", "North")
    set_cell(table, "which", "")

    page = upload(table)

    [row] = page.context["findings"].rows
    assert {(change.label, change.new) for change in row.changes} == {
        ("Purpose", "Meeting"),
        ("Which purpose", ""),
        ("Branch", "North"),
    }
    confirm(desk, page)
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()


def test_what_was_wrong_before_does_not_stand_in_the_way(service, exported, upload, desk):
    case = a_case(service, answers=answers(mobile="broken"))

    confirm(desk, upload(set_cell(exported(), "details", "نص")))

    assert ServiceRequest.objects.get(pk=case.pk).answers == answers(mobile="broken", details="نص")


def test_an_import_removes_no_file(case, exported, upload, desk):
    table = exported()
    cell = table[1][column_of(table, "companions")]

    page = upload(set_cell(table, "companions", cell.partition("\n")[2].replace("2)", "1)")))

    assert [column for _line, column, _message in faults(page)] == ["Companions"]
    confirm(desk, page)
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()


def test_the_same_number_twice_is_an_error_of_both_rows(case, upload):
    page = upload([["number", "details"], [case.number, "a"], [case.number.lower(), "b"]])

    assert [line for line, _column, _message in faults(page)] == [2, 3]
    assert page.context["findings"].rows == []


@pytest.mark.parametrize("number", ["TXXX-1448-000999", "", "x" * 500])
def test_an_unknown_number_reads_not_found(case, upload, number):
    page = upload([["number", "details"], [number, "a"]])

    [(line, column, _message)] = faults(page)
    assert (line, column) == (2, "Request number")


def test_a_request_outside_ones_scope_reads_exactly_like_one_that_is_not_there(case, upload, desk):
    foreign = ServiceRequestFactory(applicant_name=CANARY, answers={"subject": CANARY})
    before = state()

    page = upload([["number", "subject"], [foreign.number, "changed"], ["TXXX-1448-000999", "changed"]])

    messages = {message for _line, _column, message in faults(page)}
    assert messages == {"No request with this number was found."}
    assert CANARY not in words(page)
    confirm(desk, page)
    assert state() == before


def test_departments_and_people_of_other_organisations_are_not_there(case, upload):
    foreign = DepartmentFactory(name={"ar": CANARY, "en": CANARY})
    UserFactory(clerk=True, departments=[foreign], full_name="غريب تماما", username="stranger")

    page = upload([["number", "department", "assignee"], [case.number, CANARY, "stranger"]])

    assert [column for _line, column, _message in faults(page)] == ["Department", "Assignee"]


def test_ones_own_request_is_left_to_a_colleague(service, supervisor, upload):
    case = a_case(service, applicant=supervisor)

    page = upload([["number", "details"], [case.number, "mine"]])

    assert "your own" in faults(page)[0][2]


def test_a_moved_request_does_not_leave_its_assignee_behind(case, department, colleague, exported, upload):
    DepartmentFactory(organisation=department.organisation, name={"ar": "الجسور", "en": "Bridges"})
    ServiceRequest.objects.update(assignee=colleague)

    page = upload(set_cell(exported(), "department", "Bridges"))

    assert [column for _line, column, _message in faults(page)] == ["Assignee"]


def test_a_closed_request_is_not_given_to_anybody(service, colleague, upload):
    case = a_case(service, approved=True)

    page = upload([["number", "assignee"], [case.number, "khaled"]])

    assert "closed" in faults(page)[0][2]


def test_status_and_number_never_change_and_that_is_told(case, exported, upload, desk):
    table = exported()
    set_cell(table, "status", "Completed")
    set_cell(table, "letter", "other.pdf")
    set_cell(table, "applicant_name", "Somebody else")
    before = state()

    page = upload(table)

    assert set(page.context["findings"].kept) == {"Status", "Letter", "Applicant's name"}
    confirm(desk, page)
    assert state() == before


def test_unknown_columns_are_listed(case, upload):
    page = upload([["number", "details", "colour · Favourite colour", "status_code"], [case.number, "نص", "red", "1"]])

    assert page.context["findings"].unknown == ["Favourite colour", "status_code"]
    assert "Favourite colour" in words(page)


def test_a_request_that_changed_after_the_export_is_pointed_out(case, exported, upload):
    from datetime import timedelta

    table = exported()
    ServiceRequest.objects.update(updated_at=case.updated_at + timedelta(minutes=5))

    page = upload(set_cell(table, "details", "نص"))

    assert page.context["findings"].outdated == [2]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["details"], ["x"]], "“Request number” is missing"),
        ([["number", "details · A", "details · B"], ["x", "y", "z"]], "stands in this file twice"),
        ([["number"]], "no rows below its headings"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_at_the_field(desk, upload, rows, said):
    page = upload(rows)

    assert said in words(page)
    assert page.request["PATH_INFO"] == UPLOAD
    assert not ImportRun.objects.exists()


def test_an_upload_without_a_file_says_what_to_do(desk):
    assert "Choose the file you edited." in words(desk.post(UPLOAD, {}))


def test_a_fake_workbook_is_refused_in_arabic_to_arabic_staff(desk, upload, supervisor):
    supervisor.wagtail_userprofile.preferred_language = "ar"
    supervisor.wagtail_userprofile.save()

    page = words(upload(b"<html>number</html>", "edited.xlsx"))

    assert "ليس مصنف إكسل" in page
    assert "<title>" in page


# --- confirming


def test_confirming_twice_changes_once(case, exported, upload, desk):
    page = upload(set_cell(exported(), "details", "نص"))

    confirm(desk, page)
    after = state()
    again = confirm(desk, page)

    assert state() == after
    assert "1 request was changed" in words(again)


def test_a_request_changed_since_the_preview_is_refused_and_the_others_are_not(service, exported, upload, desk):
    case, other = a_case(service), a_case(service)
    table = exported()
    for row in (1, 2):
        set_cell(table, "details", "نص", row=row)
    page = upload(table)
    ServiceRequest.objects.filter(pk=case.pk).update(answers=answers(details="قال زميل"))

    result = confirm(desk, page)

    assert ServiceRequest.objects.get(pk=case.pk).answers["details"] == "قال زميل"
    assert ServiceRequest.objects.get(pk=other.pk).answers["details"] == "نص"
    assert result.context["outcome"].refused == [case.number]
    assert case.number in words(result)


def test_rows_with_errors_are_left_out_and_the_others_applied(service, exported, upload, desk):
    case, other = a_case(service), a_case(service)
    table = exported()
    row = [line[0] for line in table].index(case.number)
    set_cell(table, "mobile", "12", row=row)
    set_cell(table, "details", "نص", row=3 - row)

    confirm(desk, upload(table))

    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()
    assert ServiceRequest.objects.get(pk=other.pk).answers["details"] == "نص"


def test_a_request_that_left_ones_scope_since_the_preview_is_refused(case, exported, upload, desk, supervisor):
    page = upload(set_cell(exported(), "details", "نص"))
    foreign = DepartmentFactory()
    ServiceRequest.objects.update(organisation=foreign.organisation, department=foreign)

    confirm(desk, page)

    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()


def test_nobody_else_sees_an_import(case, department, exported, upload, client):
    page = upload(set_cell(exported(), "details", CANARY))
    client.force_login(UserFactory(supervisor=True, departments=[department]))

    for response in (client.get(page.request["PATH_INFO"]), client.post(page.request["PATH_INFO"])):
        assert response.status_code == 404
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()


def test_only_those_who_may_import_do(case, department, client, supervisor, upload, exported):
    page = upload(set_cell(exported(), "details", "نص"))
    supervisor.groups.clear()
    client.force_login(User.objects.get(pk=supervisor.pk))

    client.post(page.request["PATH_INFO"])

    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()
    client.force_login(UserFactory(clerk=True, departments=[department]))
    assert client.get(UPLOAD).status_code in {302, 403}


def test_who_may_import_but_not_assign_places_nobody(case, colleague, exported, upload, supervisor):
    from django.contrib.auth.models import Permission

    rights = ("access_admin", "view_servicerequest", "import_servicerequest", "export_servicerequest")
    supervisor.groups.clear()
    supervisor.user_permissions.set(Permission.objects.filter(codename__in=rights))

    page = upload(set_cell(exported(), "assignee", "khaled"))

    assert page.context["findings"].rows == []
    assert set(page.context["findings"].kept) == {"Assignee"}


def test_an_import_left_lying_is_forgotten(case, exported, upload, desk):
    from django.utils import timezone

    from service_requests.exchange.forgetting import forget_imports

    page = upload(set_cell(exported(), "details", "نص"))
    ImportRun.objects.update(expires_at=timezone.now())

    confirmed = desk.post(page.request["PATH_INFO"])
    assert confirmed.status_code == 404
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()
    forget_imports()
    assert not ImportRun.objects.exists()


def test_a_discarded_import_changes_nothing(case, exported, upload, desk):
    page = upload(set_cell(exported(), "details", "نص"))

    desk.post(page.request["PATH_INFO"], {"discard": "1"})

    assert not ImportRun.objects.exists()
    assert ServiceRequest.objects.get(pk=case.pk).answers == answers()


def test_what_was_staged_is_dropped_once_it_is_applied(case, exported, upload, desk):
    confirm(desk, upload(set_cell(exported(), "details", CANARY)))

    assert CANARY not in str(ImportRun.objects.values().get())


def test_texts_of_a_file_are_shown_as_texts(case, exported, upload):
    page = words(upload(set_cell(exported(), "details", "<script>alert(1)</script>"), "<b>x</b>.xlsx"))

    assert "<script>alert(1)</script>" not in page
    assert "<b>x</b>.xlsx" not in page


def test_checking_and_applying_take_the_same_queries_for_any_number(
    service, colleague, exported, upload, desk, django_assert_max_num_queries
):
    def queries() -> tuple[int, int]:
        table = exported()
        for row in range(1, len(table)):
            set_cell(table, "details", f"نص {len(table)} {row}", row=row)
            set_cell(table, "assignee", "khaled" if len(table) % 2 else "", row=row)
        file = xlsx(table)
        with django_assert_max_num_queries(60) as checking:
            page = upload(file)
        with django_assert_max_num_queries(60) as applying:
            confirm(desk, page)
        assert ServiceRequest.objects.filter(answers__details__startswith="نص").count() == len(table) - 1
        return len(checking), len(applying)

    for _place in range(2):
        a_case(service)
    few = queries()
    for _place in range(11):
        a_case(service)

    assert queries() == few


def test_the_csv_guard_comes_off(case, upload, desk):
    file = StringIO()
    csv.writer(file).writerows([["number", "details"], [case.number, inert("=1+1")]])

    confirm(desk, upload(file.getvalue().encode(), "edited.csv"))

    assert ServiceRequest.objects.get(pk=case.pk).answers["details"] == "=1+1"


def test_an_identity_is_read_with_its_kind(case, exported, upload, desk):
    table = exported()
    set_cell(table, "identity", national_id(8).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))

    confirm(desk, upload(table))

    stored = ServiceRequest.objects.get(pk=case.pk)
    assert stored.answers["identity"] == {"type": "national_id", "number": national_id(8)}


def test_an_exported_workbook_opens_again(case, desk):
    content = b"".join(desk.get("/admin/requests/export/", {"format": "xlsx"}).streaming_content)

    assert read_xlsx(content)[1][0] == case.number
