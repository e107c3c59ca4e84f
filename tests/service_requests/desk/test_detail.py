"""One request at the desk, and its actions."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import answer, ask_citizen, choose, take
from services_catalog.processes.statuses import Status
from tests.factories import UserFactory


def page_of(case: ServiceRequest) -> str:
    return reverse("requests:inspect", args=[case.public_id])


def act(case: ServiceRequest, action: str) -> str:
    return reverse("requests:act", args=[case.public_id, action])


def fresh(case: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=case.pk)


def test_the_request_is_read_with_its_answers_messages_and_history(
    desk: Client, clerk: User, case: ServiceRequest
) -> None:
    take(case, by=clerk)
    ask_citizen(case, by=clerk, text="أرفق الصك من فضلك")

    page = desk.get(page_of(case)).content.decode()

    for told in (case.number, case.applicant_name, "طلب للتجربة", "أرفق الصك من فضلك", clerk.get_full_name()):
        assert told in page


def test_answers_that_the_citizen_is_to_correct_are_named_until_he_has(
    desk: Client, clerk: User, case: ServiceRequest
) -> None:
    heading = "إجابات مطلوب تصحيحها"
    take(case, by=clerk)
    choose(case, "ask_citizen", by=clerk, note="الموضوع غير واضح", returned=["subject"])

    given_back = re.search(rf"{heading}</dt><dd>(.*?)</dd>", desk.get(page_of(case)).content.decode())
    assert given_back
    assert "الموضوع" in given_back[1]

    answer(fresh(case), by=case.applicant, text="صححته")
    assert heading not in desk.get(page_of(case)).content.decode()


def test_only_permitted_actions_are_shown(client: Client, desk: Client, auditor: User, case: ServiceRequest) -> None:
    assert act(case, "take") in desk.get(page_of(case)).content.decode()
    assert act(case, "approve") not in desk.get(page_of(case)).content.decode()
    assert act(case, "assign") not in desk.get(page_of(case)).content.decode()

    client.force_login(auditor)
    assert "/do/" not in client.get(page_of(case)).content.decode()


def test_a_clerk_takes_asks_and_approves(desk: Client, clerk: User, case: ServiceRequest) -> None:
    assert desk.post(act(case, "take")).status_code == 302
    desk.post(act(case, "ask_citizen"), {"note": "أرفق الصك"})
    answer(fresh(case), by=case.applicant, text="مرفق")
    desk.post(act(case, "approve"), {"note": ""})

    assert (fresh(case).status, fresh(case).assignee) == (Status.COMPLETED, clerk)


def test_a_missing_reason_is_asked_for_beside_the_field(desk: Client, clerk: User, case: ServiceRequest) -> None:
    take(case, by=clerk)

    answer_ = desk.post(act(case, "reject"), {"note": "  "})

    assert answer_.status_code == 422
    page = answer_.content.decode()
    assert 'id="reject-note_error"' in page
    assert [field for field in re.findall(r"<textarea[^>]*>", page) if "autofocus" in field and "reject-note" in field]
    assert re.search(r"<title>\s*خطأ:", page)
    assert fresh(case).status == Status.IN_REVIEW


def test_a_clerk_who_was_too_late_reads_who_was_first_and_keeps_what_he_typed(
    desk: Client, clerk: User, case: ServiceRequest
) -> None:
    first = UserFactory(clerk=True, full_name="ريم الشهري", departments=[case.department])
    take(case, by=first)
    seen = f"{fresh(case).updated_at.timestamp():.6f}"
    ask_citizen(case, by=first, text="سؤال")
    answer(case, by=case.applicant, text="جواب لم يره الثاني")

    late = desk.post(act(case, "reject"), {"note": "سبب طويل كتبته", "seen": seen})

    assert late.status_code == 409
    assert "سبب طويل كتبته" in late.content.decode()
    assert fresh(case).status == Status.IN_REVIEW


def test_what_is_not_offered_in_this_state_does_nothing(desk: Client, case: ServiceRequest) -> None:
    assert desk.post(act(case, "approve"), {"note": "x"}).status_code == 409
    assert desk.post(act(case, "answered"), {"note": "x"}).status_code == 404
    assert desk.post(act(case, "nonsense"), {"note": "x"}).status_code == 404
    assert fresh(case).status == Status.SUBMITTED


def test_an_action_without_the_right_is_refused(client: Client, auditor: User, case: ServiceRequest) -> None:
    client.force_login(auditor)

    client.post(act(case, "take"))
    client.post(act(case, "assign"), {"to": ""})

    assert fresh(case).status == Status.SUBMITTED


def test_the_address_of_an_action_leads_to_the_request_when_it_is_merely_opened(
    desk: Client, case: ServiceRequest, foreign: ServiceRequest
) -> None:
    """As after signing in again: the page before was an action that had been sent."""
    opened = desk.get(act(case, "take"))

    assert (opened.status_code, opened.headers["Location"]) == (302, page_of(case))
    assert fresh(case).status == Status.SUBMITTED
    assert desk.get(act(foreign, "take")).status_code == 404


def test_a_note_is_asked_for_only_where_somebody_reads_it(desk: Client, case: ServiceRequest) -> None:
    """Taking a request tells the citizen that it was taken, and nothing else."""
    page = desk.get(page_of(case)).content.decode()

    assert act(case, "take") in page
    assert 'name="note"' not in page


def test_a_missing_answer_is_told_by_the_page_and_not_by_the_browser(
    desk: Client, clerk: User, case: ServiceRequest
) -> None:
    take(case, by=clerk)

    page = desk.get(page_of(case)).content.decode()

    forms = re.findall(r"<form[^>]*/do/[^>]*>", page)
    assert forms
    assert all("novalidate" in form for form in forms)


def test_who_may_not_decide_is_not_told_about_the_state(client: Client, auditor: User, case: ServiceRequest) -> None:
    client.force_login(auditor)

    refused = client.post(act(case, "approve"), {"note": "x"})

    assert refused.status_code in {302, 403}


def test_a_supervisor_puts_a_clerk_in_charge(overseer: Client, clerk: User, case: ServiceRequest) -> None:
    overseer.post(act(case, "assign"), {"to": clerk.pk, "reason": "توزيع"})

    assert fresh(case).assignee == clerk


def test_nobody_of_elsewhere_can_be_chosen(overseer: Client, case: ServiceRequest, foreign: ServiceRequest) -> None:
    stranger = UserFactory(clerk=True, departments=[foreign.department])

    refused = overseer.post(act(case, "assign"), {"to": stranger.pk})

    assert refused.status_code == 422
    assert fresh(case).assignee is None


@pytest.mark.parametrize("moves", [1, 12])
def test_the_detail_takes_a_fixed_number_of_queries(
    moves: int, desk: Client, clerk: User, case: ServiceRequest
) -> None:
    take(case, by=clerk)
    for _round in range(moves):
        ask_citizen(case, by=clerk, text="سؤال")
        answer(case, by=case.applicant, text="جواب")
    desk.get(page_of(case))

    with CaptureQueriesContext(connection) as queries:
        desk.get(page_of(case))

    # Session, person, rights (2), his posts and their services; request, name of the service, messages, their files,
    # notices, history, people and departments in it; whether who has it still works there (3); checks, findings,
    # amounts, files of the office, issued documents, notes, inspections, templates; the rest is
    # what Wagtail asks for its own menu.
    # Beside these: documents asked for; what a question may ask for (documents of the service, what was found about
    # them); files that wait to be sent.
    assert len(queries) <= 34
