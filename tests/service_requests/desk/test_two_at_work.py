"""Two clerks write about one request at the same time, or one writes twice: nothing is lost, nothing is doubled."""

import re

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.casework.models import DocumentCheck, Finding, Inspection, InternalNote
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from tests.factories import ServicePageFactory, UserFactory
from tests.service_requests.desk.test_casework import act, page_of, standing_in, write
from tests.service_requests.workflow.test_guards import DEED, IDENTITY, PAPERS

COLLEAGUE = "هالة محمود سالم"
EXPIRED = "البطاقة منتهية"


@pytest.fixture
def service(unit: Department) -> ServicePage:
    return ServicePageFactory(department=unit, documents=PAPERS)


@pytest.fixture
def colleague(service: ServicePage) -> Client:
    browser = Client()
    browser.force_login(UserFactory(clerk=True, full_name=COLLEAGUE, departments=[service.department]))
    return browser


def shown(browser: Client, case: ServiceRequest) -> dict[str, str]:
    """What the checklist and the findings of the page hold, as a browser would send it back."""
    return sent_back(browser.get(page_of(case)).content.decode())


def sent_back(page: str) -> dict[str, str]:
    boxes = re.findall(r"<input[^>]*>", page)
    fields = {_part(box, "name"): _part(box, "value") for box in boxes if 'type="hidden"' in box or "note-" in box}
    ticked = {_part(box, "name"): _part(box, "value") for box in boxes if 'type="radio"' in box and " checked" in box}
    return {name: value for name, value in (fields | ticked).items() if name.startswith(("was", "state-", "note-"))}


def _part(box: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', box)
    return found[1] if found else ""


def found_of(item: str) -> tuple[str, str]:
    check = DocumentCheck.objects.get(item=item)
    return check.state, check.note


def test_what_a_colleague_marked_meanwhile_stays_where_one_touched_nothing(
    desk: Client, colleague: Client, service: ServicePage
) -> None:
    case = standing_in("formal", service)
    desk.post(write(case, "checklist"), {"state-0": "met"})
    mine, other = shown(desk, case), shown(colleague, case)

    colleague.post(write(case, "checklist"), {**other, "state-0": "missing", "note-0": EXPIRED})
    answer = desk.post(write(case, "checklist"), {**mine, "state-2": "met"})

    assert answer.status_code == 302
    assert found_of(IDENTITY) == ("missing", EXPIRED)
    assert found_of(DEED) == ("met", "")


def test_of_two_who_mark_one_document_the_second_is_told_what_the_first_found(
    desk: Client, colleague: Client, service: ServicePage
) -> None:
    case = standing_in("formal", service)
    mine, other = shown(desk, case), shown(colleague, case)

    colleague.post(write(case, "checklist"), {**other, "state-0": "missing", "note-0": EXPIRED})
    answer = desk.post(write(case, "checklist"), {**mine, "state-0": "met", "note-2": "", "state-2": "met"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert found_of(IDENTITY) == ("missing", EXPIRED)
    assert not DocumentCheck.objects.filter(item=DEED).exists()
    assert 'id="checklist-state-0_error"' in page
    assert COLLEAGUE in page

    # He has seen it now, and decides.
    again = desk.post(write(case, "checklist"), sent_back(page))
    assert again.status_code == 302
    assert found_of(IDENTITY)[0] == found_of(DEED)[0] == "met"


def test_findings_of_a_colleague_are_not_written_over_unseen(
    desk: Client, colleague: Client, service: ServicePage
) -> None:
    case = standing_in("technical", service)
    mine, other = shown(desk, case), shown(colleague, case)

    colleague.post(write(case, "finding"), {**other, "text": "المساحة أقل من المقرر"})
    answer = desk.post(write(case, "finding"), {**mine, "text": "الموقع مطابق"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert Finding.objects.get().text == "المساحة أقل من المقرر"
    assert "المساحة أقل من المقرر" in page
    assert "الموقع مطابق" in page
    assert COLLEAGUE in page
    desk.post(write(case, "finding"), {**sent_back(page), "text": "المساحة أقل من المقرر، والموقع مطابق"})
    assert Finding.objects.get().text == "المساحة أقل من المقرر، والموقع مطابق"


@pytest.mark.parametrize(
    ("stage", "outcome", "part", "typed"),
    [
        ("formal", "ask_citizen", "checklist", {"state-0": "missing", "note-0": EXPIRED}),
        ("technical", "pass_on", "finding", {"text": EXPIRED}),
    ],
)
def test_who_writes_after_a_colleague_moved_it_on_is_told_and_keeps_what_he_typed(
    stage: str, outcome: str, part: str, typed: dict[str, str], desk: Client, colleague: Client, service: ServicePage
) -> None:
    case = standing_in(stage, service)
    mine = shown(desk, case)

    colleague.post(act(case, outcome), {"note": "لا يستوفي الشروط"})
    answer = desk.post(write(case, part), {**mine, **typed})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert COLLEAGUE in page[page.index('class="messages"') : page.index("diwan-case__title")]
    assert EXPIRED in page
    assert not DocumentCheck.objects.exists()
    assert not Finding.objects.exists()


def test_documents_are_marked_and_findings_written_in_their_stage_only(desk: Client, service: ServicePage) -> None:
    technical, formal = standing_in("technical", service), standing_in("formal", service)

    desk.post(write(technical, "checklist"), {"state-0": "met"})
    desk.post(write(formal, "finding"), {"text": "الموقع مطابق"})

    assert not DocumentCheck.objects.exists()
    assert not Finding.objects.exists()


def test_a_note_that_is_sent_twice_is_one_note(desk: Client, colleague: Client, service: ServicePage) -> None:
    case = standing_in("formal", service)

    for _press in range(2):
        assert desk.post(write(case, "note"), {"text": "اتصلت به"}).status_code == 302
    colleague.post(write(case, "note"), {"text": "اتصلت به"})
    desk.post(write(case, "note"), {"text": "اتصلت به"})

    assert InternalNote.objects.count() == 3


def test_an_inspection_that_is_sent_twice_is_recorded_once_and_says_so(
    overseer: Client, supervisor: User, service: ServicePage
) -> None:
    case = standing_in("formal", service)
    overseer.post("/admin/requests/inspect/")

    for _press in range(2):
        answer = overseer.post(write(case, "inspection"), {"result": "in_order", "text": "سليم"})
        assert answer.status_code == 302
        assert answer.headers["Location"] == page_of(case) + "#inspection"

    found = Inspection.objects.get()
    assert (found.inspector, found.text) == (supervisor, "سليم")
    assert overseer.post(write(case, "inspection"), {"result": "defects", "text": "ناقص"}).status_code == 409
