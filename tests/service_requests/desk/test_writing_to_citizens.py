"""What staff ask citizens for and write to them: documents one by one, files, words, the number of the office."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from home.accounts.models import User
from service_requests.casework.asking import Wanted
from service_requests.casework.models import AskedDocument, DocumentCheck
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.models import Notice
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.search import matching
from service_requests.workflow.actions import NotPossible, answer, ask_citizen, file_under, take, write_to
from services_catalog.organisations.models import Department
from tests.factories import EstablishmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import picture
from tests.workflows import full_workflow

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAPERS = [
    {"type": "document", "id": "11111111-1111-1111-1111-111111111111", "value": {"name": "صك الملكية", "note": ""}},
    {"type": "document", "id": "22222222-2222-2222-2222-222222222222", "value": {"name": "المخطط", "note": ""}},
]
DEED, SITE = (f"paper:{paper['id']}" for paper in PAPERS)


@pytest.fixture
def checked(unit: Department, clerk: User) -> ServiceRequest:
    """Taken, of a service with two documents; one of them does not match."""
    service = ServicePageFactory(department=unit, documents=PAPERS)
    case: ServiceRequest = ServiceRequestFactory(department=unit, service=service)
    take(case, by=clerk)
    DocumentCheck.objects.create(
        request=case, item=DEED, state="not_matching", note="غير واضحة", checked_by=clerk, checked_at=case.updated_at
    )
    return case


def page_of(case: ServiceRequest) -> str:
    return f"/admin/requests/{case.public_id}/"


def ask(desk: Client, case: ServiceRequest, **posted: object) -> object:
    return desk.post(f"{page_of(case)}do/ask_citizen/", {"note": "يرجى الاستكمال", "seen": "", **posted})


def test_what_the_check_found_wanting_is_ticked_before_anybody_asks(desk: Client, checked: ServiceRequest) -> None:
    html = desk.get(page_of(checked)).content.decode()

    ticked = [part for part in html.split("<input") if 'name="asked"' in part and "checked" in part.partition(">")[0]]
    assert [DEED in part for part in ticked] == [True]


def test_documents_of_the_checklist_and_others_are_asked_for_one_by_one(desk: Client, checked: ServiceRequest) -> None:
    ask(desk, checked, asked=[DEED], asked_more="خطاب من البلدية\n\n صورة الهوية ")

    asked = list(AskedDocument.objects.values_list("label", "remark", "item"))
    assert asked == [("صك الملكية", "غير واضحة", DEED), ("خطاب من البلدية", "", ""), ("صورة الهوية", "", "")]
    assert AskedDocument.history.count() == 3


def test_what_came_stands_at_its_item_of_the_checklist(desk: Client, checked: ServiceRequest, clerk: User) -> None:
    ask_citizen(checked, by=clerk, text="?", documents=[Wanted("صك الملكية", item=DEED)])
    document = AskedDocument.objects.get()
    file = Attachment.objects.create(
        owner=checked.applicant, field_key=f"asked.{document.public_id}", name="new-deed.png",
        content_type="image/png", size=1, sha256="0",
    )  # fmt: skip
    answer(checked, by=checked.applicant, text="!", files=[file])

    html = desk.get(page_of(checked)).content.decode()

    checklist = html.partition('id="checklist"')[2].partition("</section>")[0]
    assert "new-deed.png" in checklist
    assert "new-deed.png" in html.partition('id="brought"')[2].partition("</section>")[0]


def test_what_he_has_not_sent_is_not_shown_to_staff(desk: Client, checked: ServiceRequest, clerk: User) -> None:
    ask_citizen(checked, by=clerk, text="?", documents=[Wanted("صك الملكية")])
    AskedDocument.objects.update(reply="canary-reply")

    assert "canary-reply" not in desk.get(page_of(checked)).content.decode()


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        ({"asked_more": "x" * 201}, "asked_more"),
        ({"asked_more": "\n".join("x" * 20)}, ""),
        ({"asked_more": "\n".join("x" * 21)}, "asked_more"),
        ({"asked": ["paper:unknown"]}, "asked"),
    ],
)
def test_a_wrong_list_is_told_and_nothing_is_asked(
    desk: Client, checked: ServiceRequest, posted: dict[str, object], told: str
) -> None:
    answered = ask(desk, checked, **posted)

    assert answered.status_code == (422 if told else 302)  # type: ignore[attr-defined]
    assert AskedDocument.objects.exists() is not bool(told)


def test_a_preview_keeps_what_was_ticked(desk: Client, checked: ServiceRequest) -> None:
    html = ask(desk, checked, preview="1", asked=[SITE], asked_more="خطاب").content.decode()  # type: ignore[attr-defined]

    assert "خطاب</textarea>" in html
    assert not AskedDocument.objects.exists()


def test_a_file_goes_with_a_question_and_the_citizen_opens_it(
    desk: Client, checked: ServiceRequest, client: Client
) -> None:
    ask(desk, checked, document=picture("form.png"))

    said = Message.objects.get(kind=Message.Kind.QUESTION)
    file = said.attachments.get()
    assert (file.name, file.request) == ("form.png", checked)
    client.force_login(checked.applicant)
    assert "form.png" in client.get(f"/en/requests/{checked.public_id}/").content.decode()
    assert client.get(f"/en/requests/files/{file.public_id}/").status_code == 200


def test_a_file_is_kept_when_the_note_is_missing_and_may_be_left_out(desk: Client, checked: ServiceRequest) -> None:
    ask(desk, checked, note="", document=picture("form.png"))
    assert "form.png" in desk.get(page_of(checked)).content.decode()

    ask(desk, checked, without="on")

    assert not Message.objects.get().attachments.exists()


def test_a_word_is_written_with_a_file_and_the_citizen_is_told(desk: Client, case: ServiceRequest) -> None:
    before = case.history.count()
    desk.post(f"{page_of(case)}write/message/", {"text": "نفيدكم بالموعد", "document": picture("map.png")})

    said = Message.objects.get()
    assert (said.kind, said.text, said.attachments.get().name) == (Message.Kind.WORD, "نفيدكم بالموعد", "map.png")
    assert Notice.objects.filter(request=case, event="written").exists()
    assert case.history.count() == before + 1
    assert tell_request(list(timeline_of(case)), None)[0].title == "أُرسلت رسالة إلى المستفيد"


def test_a_word_without_a_text_keeps_its_file(desk: Client, case: ServiceRequest) -> None:
    answered = desk.post(f"{page_of(case)}write/message/", {"text": " ", "document": picture("map.png")})

    assert answered.status_code == 422
    assert "map.png" in answered.content.decode()
    desk.post(f"{page_of(case)}write/message/", {"text": "نص"})
    assert Message.objects.get().attachments.get().name == "map.png"


def test_nobody_writes_on_his_own_request_or_on_one_he_cannot_see(clerk: User, foreign: ServiceRequest) -> None:
    own = ServiceRequestFactory(
        applicant=clerk, service=ServicePageFactory(department=clerk.memberships.get().department)
    )
    with pytest.raises(NotPossible):
        write_to(own, by=clerk, text="x")
    with pytest.raises(NotPossible):
        file_under(own, "1", by=clerk)
    with pytest.raises(PermissionDenied):
        write_to(foreign, by=clerk, text="x")
    assert not Message.objects.filter(text="x").exists()


def test_the_number_of_the_office_is_written_down_and_found(desk: Client, case: ServiceRequest, client: Client) -> None:
    desk.post(f"{page_of(case)}write/transaction/", {"number": "٤٨١٢/1448"})

    case.refresh_from_db()
    assert case.transaction_number == "4812/1448"
    assert case.history.first().transaction_number == "4812/1448"
    assert list(matching(ServiceRequest.objects.all(), "4812/1448")) == [case]
    client.force_login(case.applicant)
    assert "4812/1448" in client.get(f"/en/requests/{case.public_id}/").content.decode()
    assert case.number in client.get("/en/requests/?number=4812/1448").content.decode()


def test_the_office_that_it_is_about_is_still_found_by(case: ServiceRequest, clerk: User) -> None:
    office = EstablishmentFactory(number="EO-9911")
    ServiceRequest.objects.filter(pk=case.pk).update(acting_for=office)

    file_under(ServiceRequest.objects.get(pk=case.pk), "4812/1448", by=clerk)

    assert list(matching(ServiceRequest.objects.all(), "EO-9911")) == [case]


def test_of_two_who_write_the_number_the_second_is_told(case: ServiceRequest, clerk: User) -> None:
    seen = ServiceRequest.objects.get(pk=case.pk)
    file_under(case, "1", by=clerk)

    with pytest.raises(NotPossible):
        file_under(seen, "2", by=clerk)


def test_who_may_only_look_writes_nothing(client: Client, auditor: User, case: ServiceRequest) -> None:
    client.force_login(auditor)
    html = client.get(page_of(case)).content.decode()
    assert "write/message" not in html

    client.post(f"{page_of(case)}write/message/", {"text": "x", "document": picture()})
    client.post(f"{page_of(case)}write/transaction/", {"number": "1"})

    assert not Message.objects.exists()
    assert not Attachment.objects.exists()
    assert ServiceRequest.objects.get(pk=case.pk).transaction_number == ""


def test_another_workflow_asks_the_same_way(unit: object, clerk: User) -> None:
    case = ServiceRequestFactory(department=unit, workflow_version=full_workflow(), stage="formal")

    ask_citizen(case, by=clerk, text="?", documents=[Wanted("صك")])

    assert AskedDocument.objects.get().request == case


def test_somebody_in_charge_elsewhere_is_of_no_help(case: ServiceRequest) -> None:
    """The control: the right alone does not reach a request of another office."""
    stranger = UserFactory(clerk=True)
    with pytest.raises(PermissionDenied):
        write_to(case, by=stranger, text="x")
