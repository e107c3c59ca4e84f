"""The request's page where staff work on it: checklist, amounts, notes, templates, inspection."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from service_requests.casework.models import (
    AmountLine,
    DocumentCheck,
    Finding,
    Inspection,
    InternalNote,
    MessageTemplate,
)
from service_requests.records.models import Attachment, Message, ServiceRequest
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.workflow.test_guards import DEED, IDENTITY, PAPERS
from tests.workflows import full_workflow

pytestmark = pytest.mark.any_database
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03fd"
    "05434571220000000049454e44ae426082"
)


@pytest.fixture
def service(unit: Department) -> ServicePage:
    return ServicePageFactory(department=unit, documents=PAPERS)


def standing_in(stage: str, service: ServicePage, **more: object) -> ServiceRequest:
    return ServiceRequestFactory(service=service, workflow_version=full_workflow(), stage=stage, **more)


def page_of(case: ServiceRequest) -> str:
    return reverse("requests:inspect", args=[case.public_id])


def act(case: ServiceRequest, action: str) -> str:
    return reverse("requests:act", args=[case.public_id, action])


def write(case: ServiceRequest, part: str) -> str:
    return reverse("requests:write", args=[case.public_id, part])


def stage_of(case: ServiceRequest) -> str:
    return ServiceRequest.objects.get(pk=case.pk).stage_key


def test_what_is_missing_is_said_before_anything_is_pressed(desk: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)

    page = desk.get(page_of(case)).content.decode()

    assert 'id="complete-missing"' in page
    assert act(case, "complete") not in page
    assert act(case, "ask_citizen") in page


def test_a_checklist_is_gone_through_and_the_outcome_appears(desk: Client, clerk: User, service: ServicePage) -> None:
    case = standing_in("formal", service)

    desk.post(write(case, "checklist"), {"state-0": "met", "state-2": "met", "note-2": "الأصل"})

    marks = {(check.item, check.state, check.note, check.checked_by) for check in DocumentCheck.objects.all()}
    assert marks == {(IDENTITY, "met", "", clerk), (DEED, "met", "الأصل", clerk)}
    assert act(case, "complete") in desk.get(page_of(case)).content.decode()


def test_a_note_without_a_mark_is_asked_about_and_kept(desk: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)

    answer = desk.post(write(case, "checklist"), {"note-0": "كتبت ملاحظة"})

    assert answer.status_code == 422
    assert "كتبت ملاحظة" in answer.content.decode()
    assert not DocumentCheck.objects.exists()


def test_the_checklist_is_only_read_where_its_stage_is_over(desk: Client, service: ServicePage) -> None:
    case = standing_in("technical", service)

    page = desk.get(page_of(case)).content.decode()

    assert "صك الأرض" in page
    assert write(case, "checklist") not in page


def test_amounts_are_written_in_arabic_digits_and_shown_with_whoever_set_them(
    desk: Client, clerk: User, service: ServicePage
) -> None:
    case = standing_in("technical", service)

    sent = desk.post(act(case, "set_amount"), {"note": "فحص", "label-1": "رسوم", "amount-1": "١٬٢٥٠٫٥٠"})

    assert sent.status_code == 302
    line = AmountLine.objects.get()
    assert (str(line.amount), line.label) == ("1250.500", "رسوم")
    page = desk.get(page_of(case)).content.decode()
    assert "1,250.50" in page
    assert clerk.get_full_name() in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "label-1"),
        ({"label-1": "رسم", "amount-1": ""}, "amount-1"),
        ({"label-1": "", "amount-1": "10"}, "label-1"),
        ({"label-1": "رسم", "amount-1": "-5"}, "amount-1"),
        ({"label-1": "رسم", "amount-1": "abc"}, "amount-1"),
        ({"label-1": "رسم", "amount-1": "1.234"}, "amount-1"),
        ({"label-1": "رسم", "amount-1": "1e400"}, "amount-1"),
        ({"label-1": "رسم", "amount-1": "1e5"}, "amount-1"),
        ({"label-1": "رسم", "amount-1": "NaN"}, "amount-1"),
    ],
)
def test_a_line_that_cannot_be_is_asked_about_at_its_place(
    sent: dict[str, str], field: str, desk: Client, service: ServicePage
) -> None:
    case = standing_in("technical", service)

    answer = desk.post(act(case, "set_amount"), {"note": "فحص", **sent})

    assert answer.status_code == 422
    assert f'id="set_amount-{field}_error"' in answer.content.decode()
    assert not AmountLine.objects.exists()
    assert stage_of(case) == "technical"


def test_a_document_is_asked_for_and_kept_when_something_else_is_wrong(
    desk: Client, clerk: User, service: ServicePage
) -> None:
    case = standing_in("approval", service)
    letter = SimpleUploadedFile("letter.png", PICTURE, content_type="image/png")

    assert desk.post(act(case, "sign"), {"note": ""}).status_code == 422
    late = desk.post(act(case, "sign"), {"note": "", "document": letter, "seen": "1.0"})
    assert late.status_code == 409
    assert "letter.png" in late.content.decode()

    assert desk.post(act(case, "sign"), {"note": ""}).status_code == 302
    assert Attachment.objects.get().request == case
    assert stage_of(case) == "done"


def test_a_file_that_is_none_of_the_accepted_kinds_is_refused_at_its_place(desk: Client, service: ServicePage) -> None:
    case = standing_in("approval", service)
    script = SimpleUploadedFile("x.html", b"<script>", content_type="text/html")

    answer = desk.post(act(case, "sign"), {"document": script})

    assert answer.status_code == 422
    assert 'id="sign-document_error"' in answer.content.decode()
    assert not Attachment.objects.exists()


def test_findings_are_saved_and_read(desk: Client, clerk: User, service: ServicePage) -> None:
    case = standing_in("technical", service)

    desk.post(write(case, "finding"), {"text": "الموقع مطابق للمخطط"})
    desk.post(write(case, "finding"), {"text": "الموقع مطابق للمخطط المعدل"})

    finding = Finding.objects.get()
    assert (finding.text, finding.written_by) == ("الموقع مطابق للمخطط المعدل", clerk)
    assert Finding.history.count() == 2
    assert "المعدل" in desk.get(page_of(case)).content.decode()


def test_an_internal_note_is_read_by_colleagues_and_never_by_the_citizen(desk: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)

    desk.post(write(case, "note"), {"text": "ملاحظة بيننا"})

    assert InternalNote.objects.get().text == "ملاحظة بيننا"
    assert "ملاحظة بيننا" in desk.get(page_of(case)).content.decode()
    citizen = Client()
    citizen.force_login(case.applicant)
    page = citizen.get(reverse("my_requests:detail", args=[case.public_id])).content.decode()
    assert case.number in page
    assert "ملاحظة بيننا" not in page


@pytest.mark.parametrize("part", ["checklist", "finding", "note", "inspection"])
def test_who_only_reads_writes_nothing(part: str, client: Client, auditor: User, service: ServicePage) -> None:
    case = standing_in("formal", service)
    client.force_login(auditor)

    client.post(write(case, part), {"text": "x", "state-0": "met", "result": "in_order"})

    assert [model.objects.count() for model in (DocumentCheck, Finding, InternalNote)] == [0, 0, 0]


def test_a_template_is_filled_in_for_the_request_and_nothing_is_sent(desk: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)
    template = MessageTemplate.objects.create(
        organisation=case.organisation,
        name={"ar": "نقص مستندات", "en": "Documents missing"},
        text={"ar": "نأمل استكمال طلبكم {number}: {documents}", "en": "Complete {number}: {documents}"},
    )
    desk.post(write(case, "checklist"), {"state-2": "missing"})

    page = desk.post(act(case, "ask_citizen"), {"fill": "1", "template": template.pk, "note": ""})

    assert page.status_code == 200
    text = page.content.decode()
    assert f"نأمل استكمال طلبكم {case.number}: صك الأرض" in text
    assert not Message.objects.exists()
    assert stage_of(case) == "formal"


def test_a_preview_shows_the_message_and_how_many_text_messages_tell_of_it(desk: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)

    page = desk.post(act(case, "ask_citizen"), {"preview": "1", "note": "أرفق الصك"}).content.decode()

    assert "diwan-preview-message" in page
    assert re.search(r"عدد الأحرف \d+", page)
    assert not Message.objects.exists()


def test_a_file_is_drawn_at_random_inspected_once_and_recorded(
    overseer: Client, supervisor: User, service: ServicePage, foreign: ServiceRequest
) -> None:
    case = standing_in("formal", service)

    drawn = overseer.post(reverse("requests:draw"))
    again = overseer.post(reverse("requests:draw"))

    assert drawn.headers["Location"] == again.headers["Location"] == page_of(case) + "#inspection"
    assert overseer.post(write(case, "inspection"), {"result": "defects", "text": " "}).status_code == 422
    assert overseer.post(write(case, "inspection"), {"result": "defects", "text": "بلا رسوم"}).status_code == 302
    found = Inspection.objects.get()
    assert (found.request, found.inspector, found.result, found.text) == (case, supervisor, "defects", "بلا رسوم")


def test_who_is_no_director_draws_nothing(desk: Client, service: ServicePage) -> None:
    standing_in("formal", service)

    assert desk.post(reverse("requests:draw")).status_code == 404
    assert not Inspection.objects.exists()


def test_one_reads_the_page_of_ones_own_request_without_writing(client: Client, service: ServicePage) -> None:
    both = UserFactory(clerk=True, departments=[service.department])
    case = standing_in("formal", service, applicant=both)
    client.force_login(both)

    client.post(write(case, "note"), {"text": "لنفسي"})
    client.post(write(case, "checklist"), {"state-0": "met"})

    assert not InternalNote.objects.exists()
    assert not DocumentCheck.objects.exists()
