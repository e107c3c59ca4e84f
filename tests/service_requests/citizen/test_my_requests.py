"""My requests: one's own and nobody else's, in one's own words."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.accounts.models import User
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.tickets import Ticket
from service_requests.workflow.actions import answer, ask_citizen, take
from services_catalog.models import ServicePage
from services_catalog.processes.statuses import Status
from tests.factories import DraftFactory, FormVersionFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import VISIT, picture

pytestmark = pytest.mark.django_db


LONG_NAME = "صورة-من-الصك-القديم-" * 8 + ".pdf"


@pytest.fixture
def mine(citizen: User) -> ServiceRequest:
    return ServiceRequestFactory(applicant=citizen, answers={"subject": "موضوع الطلب"})


@pytest.fixture
def asked(mine: ServiceRequest) -> ServiceRequest:
    """A clerk took it and asks for something."""
    clerk = UserFactory(clerk=True, departments=[mine.department])
    take(mine, by=clerk)
    ask_citizen(mine, by=clerk, text="أرفق صورة الصك")
    return mine


def attachment_of(request: ServiceRequest | None, owner: User, content_type: str = "application/pdf") -> Attachment:
    attachment = Attachment(owner=owner, request=request, name="صك.pdf", content_type=content_type, size=4, sha256="x")
    attachment.file.save("x", ContentFile(b"%PDF"))
    return attachment


def file_answered(request: ServiceRequest, owner: User) -> ServiceRequest:
    """The request, with one answer that is a file."""
    form = FormVersionFactory(value=VISIT)
    kept = attachment_of(request, owner)
    ServiceRequest.objects.filter(pk=request.pk).update(
        form_version=form, answers={"party": "office", "letter": [kept.as_answer()]}
    )
    return request


def page(client: Client, request: ServiceRequest, name: str = "", language: str = "ar") -> Any:
    return client.get(f"/{language}/requests/{request.public_id}/{name}")


def test_the_list_shows_number_service_and_state(signed_in: Client, mine: ServiceRequest) -> None:
    html = signed_in.get("/ar/requests/").content.decode()
    assert mine.number in html
    assert mine.service.title in html
    assert mine.citizens_status in html


def test_what_waits_for_the_citizen_stands_first(signed_in: Client, asked: ServiceRequest, citizen: User) -> None:
    newer = ServiceRequestFactory(applicant=citizen)

    html = signed_in.get("/ar/requests/").content.decode()

    assert html.index(asked.number) < html.index(newer.number)


def test_a_file_is_named_before_its_size_in_either_language(
    signed_in: Client, citizen: User, mine: ServiceRequest
) -> None:
    """A `<bdi>` around several others finds no letter of its own and reads left to right."""
    html = page(signed_in, file_answered(mine, citizen)).content.decode()

    assert "صك.pdf" in html
    assert not re.search(r"<bdi><(a|bdi)[^>]*>.*صك\.pdf", html)


def test_an_empty_list_leads_to_the_services(signed_in: Client) -> None:
    html = signed_in.get("/ar/requests/").content.decode()
    assert 'class="empty-state"' in html
    assert "/ar/services/" in html


def test_finished_requests_and_drafts_have_their_own_tabs(signed_in: Client, citizen: User) -> None:
    done = ServiceRequestFactory(
        applicant=citizen, stage_key="approved", status=Status.COMPLETED, outcome="approve", closed_at=None
    )
    draft = DraftFactory(applicant=citizen)
    assert done.number not in signed_in.get("/ar/requests/").content.decode()
    assert done.number in signed_in.get("/ar/requests/?show=closed").content.decode()
    assert draft.service.title in signed_in.get("/ar/requests/?show=drafts").content.decode()


def test_the_detail_shows_the_answers_by_their_own_form(signed_in: Client, mine: ServiceRequest) -> None:
    html = page(signed_in, mine).content.decode()
    assert "موضوع الطلب" in html
    assert mine.number in html


def test_the_confirmation_can_be_opened_again(signed_in: Client, mine: ServiceRequest) -> None:
    for _time in range(2):
        html = page(signed_in, mine, "received/").content.decode()
        assert f'<bdi class="confirmation-panel__number" dir="ltr" id="request-number">{mine.number}</bdi>' in html
    assert ServiceRequest.objects.count() == 1
    if mine.applicant_mobile:
        assert mine.applicant_mobile not in html


def test_the_confirmation_says_how_long_it_usually_takes(signed_in: Client, mine: ServiceRequest) -> None:
    ServicePage.objects.filter(pk=mine.service_id).update(duration=3, duration_unit="working_days")

    assert "المدة المعتادة حتى البت في الطلب: 3 أيام عمل" in page(signed_in, mine, "received/").content.decode()


@pytest.mark.parametrize("name", ["", "received/", "reply/"])
def test_other_peoples_requests_do_not_exist(client: Client, mine: ServiceRequest, name: str) -> None:
    client.force_login(UserFactory(citizen=True))
    assert page(client, mine, name).status_code == 404


@pytest.mark.parametrize("name", ["", "received/"])
def test_without_signing_in_one_is_led_to_the_door(client: Client, mine: ServiceRequest, name: str) -> None:
    assert page(client, mine, name).status_code == 302


def test_the_office_is_named_and_its_staff_are_not(signed_in: Client, asked: ServiceRequest) -> None:
    html = page(signed_in, asked).content.decode()
    assert "أرفق صورة الصك" in html
    assert "خالد الموظف" not in html


def test_a_file_may_have_a_name_longer_than_a_phone_is_wide(
    signed_in: Client, mine: ServiceRequest, citizen: User
) -> None:
    """Numbers stay whole; a name is torn apart where the line ends, in a message and among the answers."""
    kept = attachment_of(mine, mine.applicant)
    kept.name = LONG_NAME
    kept.message = Message.objects.create(request=mine, author=citizen, text="وصلنا", written_at=mine.submitted_at)
    kept.save()
    form = FormVersionFactory(value=VISIT)
    ServiceRequest.objects.filter(pk=mine.pk).update(form_version=form, answers={"letter": [kept.as_answer()]})

    assert page(signed_in, mine).content.decode().count(f'<bdi dir="ltr" class="breaks">{LONG_NAME}</bdi>') == 2


def test_answering_brings_the_request_back(signed_in: Client, asked: ServiceRequest, citizen: User) -> None:
    response = signed_in.post(f"/ar/requests/{asked.public_id}/reply/", {"text": "هذه الصورة", "file": picture()})
    assert response.status_code == 302
    asked.refresh_from_db()
    assert asked.status == Status.IN_REVIEW
    said = Message.objects.filter(kind=Message.Kind.ANSWER).get()
    assert said.text == "هذه الصورة"
    assert said.attachments.get().request == asked


def test_a_file_without_a_text_waits_for_it(signed_in: Client, asked: ServiceRequest) -> None:
    there = f"/ar/requests/{asked.public_id}/reply/"
    html = signed_in.post(there, {"text": " ", "file": picture("deed.png")}).content.decode()
    assert 'class="error-summary"' in html
    assert "deed.png" in html
    assert "deed.png" in page(signed_in, asked).content.decode()
    signed_in.post(there, {"text": "تفضلوا"})
    assert Message.objects.get(kind=Message.Kind.ANSWER).attachments.get().name == "deed.png"


def test_the_page_tells_which_file_was_chosen(signed_in: Client, asked: ServiceRequest) -> None:
    html = page(signed_in, asked).content.decode()

    assert 'class="upload__chosen" role="status"' in html
    assert "cms/chosen.js" in html


def test_removing_the_file_keeps_the_text(signed_in: Client, asked: ServiceRequest) -> None:
    there = f"/ar/requests/{asked.public_id}/reply/"
    signed_in.post(there, {"text": " ", "file": picture("deed.png")})

    answered = signed_in.post(there, {"text": "نص طويل", "remove-file": str(Attachment.objects.get().public_id)})
    html = answered.content.decode()

    assert "deed.png" not in html
    assert "نص طويل</textarea>" in html
    assert 'class="error-summary"' not in html


def test_a_refused_file_keeps_the_text(signed_in: Client, asked: ServiceRequest) -> None:
    bad = picture("deed.exe")
    html = signed_in.post(f"/ar/requests/{asked.public_id}/reply/", {"text": "نصي", "file": bad}).content.decode()
    assert "deed.exe" in html
    assert "نصي" in html
    asked.refresh_from_db()
    assert asked.status == Status.WAITING_CITIZEN


def shown_ticket(client: Client, request: ServiceRequest) -> str:
    """The hidden mark of the page that holds the form."""
    found = re.search(r'name="ticket" value="([^"]+)"', page(client, request).content.decode())
    return found.group(1) if found else ""


def test_an_ended_session_keeps_the_answer(client: Client, asked: ServiceRequest, citizen: User) -> None:
    client.force_login(citizen)
    sent = {"ticket": shown_ticket(client, asked), "text": "نص طويل", "file": picture("deed.png"), "whole": "1"}
    client.logout()
    response = client.post(f"/ar/requests/{asked.public_id}/reply/", sent)
    client.force_login(citizen)
    html = client.get(parse_qs(urlsplit(response.url).query)["next"][0]).content.decode()
    assert "نص طويل</textarea>" in html
    assert "deed.png" in html
    assert not Message.objects.filter(kind=Message.Kind.ANSWER).exists()


def test_a_deleted_csrf_cookie_keeps_the_answer(asked: ServiceRequest, citizen: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen)
    sent = {"ticket": shown_ticket(client, asked), "text": "نص طويل"}
    response = client.post(f"/ar/requests/{asked.public_id}/reply/", sent)
    assert response.status_code == 303
    assert "نص طويل</textarea>" in client.get(response.url).content.decode()


def test_what_another_person_typed_is_not_kept(client: Client, asked: ServiceRequest, citizen: User) -> None:
    stranger = UserFactory(citizen=True)
    forged = Ticket(person=stranger.pk, service=asked.service_id, version=asked.form_version_id).signed()
    client.post(f"/ar/requests/{asked.public_id}/reply/", {"ticket": forged, "text": "نص"})
    assert not Stash.objects.exists()


def test_answering_twice_is_told_kindly(signed_in: Client, asked: ServiceRequest) -> None:
    there = f"/ar/requests/{asked.public_id}/reply/"
    signed_in.post(there, {"text": "أول"})
    html = signed_in.post(there, {"text": "ثان"}, follow=True).content.decode()
    assert Message.objects.filter(kind=Message.Kind.ANSWER).count() == 1
    assert "notice--warning" in html


def test_an_answer_that_came_too_late_is_shown_to_its_writer(signed_in: Client, asked: ServiceRequest) -> None:
    there = f"/ar/requests/{asked.public_id}/reply/"
    signed_in.post(there, {"text": "أول"})

    late = signed_in.post(there, {"text": "كلام طويل كتبته"}, follow=True).content.decode()
    twice = signed_in.post(there, {"text": "أول"}, follow=True).content.decode()

    assert "كلام طويل كتبته" in late
    assert 'id="unsent"' in late
    assert 'id="unsent"' not in twice


def test_a_file_is_served_without_guessing(signed_in: Client, mine: ServiceRequest, citizen: User) -> None:
    file = attachment_of(mine, citizen)
    response = signed_in.get(f"/ar/requests/files/{file.public_id}/")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"%PDF"


def test_what_a_browser_could_run_is_only_downloaded(signed_in: Client, mine: ServiceRequest, citizen: User) -> None:
    file = attachment_of(mine, citizen, "text/html")
    response = signed_in.get(f"/ar/requests/files/{file.public_id}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("of_request", [True, False])
def test_other_peoples_files_do_not_exist(
    client: Client, mine: ServiceRequest, citizen: User, of_request: bool
) -> None:
    file = attachment_of(mine if of_request else None, citizen)
    client.force_login(UserFactory(citizen=True))
    assert client.get(f"/ar/requests/files/{file.public_id}/").status_code == 404


def test_a_clerk_of_the_department_opens_the_file_and_another_does_not(
    client: Client, mine: ServiceRequest, citizen: User
) -> None:
    file = attachment_of(mine, citizen)
    client.force_login(UserFactory(clerk=True, departments=[mine.department]))
    assert client.get(f"/ar/requests/files/{file.public_id}/").status_code == 200
    client.force_login(UserFactory(clerk=True))
    assert client.get(f"/ar/requests/files/{file.public_id}/").status_code == 404


def test_only_ones_own_draft_is_deleted(client: Client, citizen: User) -> None:
    draft = DraftFactory(applicant=citizen)
    client.force_login(UserFactory(citizen=True))
    client.post(f"/ar/requests/drafts/{draft.public_id}/discard/")
    assert Draft.objects.exists()
    client.force_login(citizen)
    client.post(f"/ar/requests/drafts/{draft.public_id}/discard/")
    assert not Draft.objects.exists()


def queries(work: Callable[[], Any]) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as captured:
        work()
    return captured


def test_the_list_costs_the_same_for_many(signed_in: Client, citizen: User) -> None:
    ServiceRequestFactory.create_batch(3, applicant=citizen)
    signed_in.get("/en/requests/")
    # session, person, establishments he acts for (2); unread messages by request; what needs him: requests,
    # appointments, drafts; counts of requests,
    # appointments, drafts; requests by service, how many rows, the rows, names of services;
    # edition of the frame, rights of the person (2, for the link to the desk), unread messages for the header
    few = queries(lambda: signed_in.get("/en/requests/"))
    ServiceRequestFactory.create_batch(5, applicant=citizen)
    signed_in.get("/en/requests/")
    many = queries(lambda: signed_in.get("/en/requests/"))
    assert len(few) == len(many) <= 19, [query["sql"][:150] for query in many.captured_queries]


def test_the_detail_has_a_budget(signed_in: Client, asked: ServiceRequest) -> None:
    page(signed_in, asked)
    # session, person, establishments he acts for, request, name of the service, history, messages, their files,
    # waiting files, what is kept for the answer,
    # documents asked for (those that are open, then all), documents that were issued,
    # edition of the frame, rights of the person (2), unread messages for the header
    captured = queries(lambda: page(signed_in, asked))
    assert len(captured) <= 17, [query["sql"][:150] for query in captured.captured_queries]


def test_the_timeline_tells_states_in_the_citizens_words(signed_in: Client, asked: ServiceRequest) -> None:
    with_history = asked.history.count()
    assert with_history >= 2
    html = page(signed_in, asked).content.decode()
    assert html.count('class="timeline__item') == 2  # received (and taken), then asked


def test_a_long_way_is_folded_up_to_its_latest_steps(signed_in: Client, asked: ServiceRequest, citizen: User) -> None:
    clerk = asked.assignee
    assert clerk is not None
    for _turn in range(6):
        answer(asked, by=citizen, text="رد")
        ask_citizen(asked, by=clerk, text="سؤال")

    html = page(signed_in, asked, language="en").content.decode()

    fold, latest = html.split("Earlier steps (6)")[1].split("</details>")[:2]
    assert fold.count('class="timeline__item"') == 6
    assert latest.count('class="timeline__item') == 8
    assert latest.count('aria-current="step"') == 1
