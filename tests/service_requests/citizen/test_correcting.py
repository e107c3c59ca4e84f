"""Questions that staff gave back: the citizen corrects exactly these, by the form version of his request."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import NationalConfirmation, User
from service_requests.casework.models import Correction
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import answer, choose
from services_catalog.processes.statuses import Status
from tests.factories import DelegationFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03fd"
    "05434571220000000049454e44ae426082"
)


def texts(words: str) -> dict[str, str]:
    return {"ar": words, "en": words}


FORM = FormSpec(
    steps=(
        StepSpec(
            key="one",
            title=texts("one"),
            fields=(
                FieldSpec(key="subject", type="short_text", label=texts("الموضوع")),
                FieldSpec(key="plot", type="whole_number", label=texts("رقم القطعة")),
                FieldSpec(key="has_agent", type="yes_no", label=texts("وكيل")),
                FieldSpec(
                    key="agent",
                    type="short_text",
                    label=texts("اسم الوكيل"),
                    show_if={"===": [{"var": "has_agent"}, True]},
                ),
                FieldSpec(key="deed", type="files", label=texts("الصك"), required=False,
                          settings={"kinds": ["png"], "max_files": 1, "max_megabytes": 1}),
            ),
        ),
    )
)  # fmt: skip


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory(clerk=True)


@pytest.fixture
def case(db: None) -> ServiceRequest:
    return ServiceRequestFactory(
        service=ServicePageFactory(value=FORM),
        stage="review",
        answers={"subject": "أرض", "plot": 12, "has_agent": False},
    )


@pytest.fixture
def citizen(client: Client, case: ServiceRequest) -> Client:
    client.force_login(case.applicant)
    return client


def given_back(case: ServiceRequest, *keys: str) -> str:
    clerk = UserFactory(clerk=True, departments=[case.department])
    choose(case, "ask_citizen", by=clerk, note="صحح الإجابات", returned=keys)
    return reverse("my_requests:correct", args=[case.public_id])


def fresh(case: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=case.pk)


def test_only_the_questions_that_were_ticked_are_on_the_page(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")

    page = citizen.get(address).content.decode()

    assert 'name="plot"' in page
    assert 'name="subject"' not in page
    assert address in citizen.get(reverse("my_requests:detail", args=[case.public_id])).content.decode()


def test_beside_a_correction_the_question_is_told_once_and_words_are_the_second_way(
    citizen: Client, case: ServiceRequest
) -> None:
    given_back(case, "plot")

    page = citizen.get(f"/en/requests/{case.public_id}/").content.decode()
    boxes = page.split('aria-labelledby="way"')[0]

    assert boxes.count("صحح الإجابات") == 1
    assert boxes.count('class="action-card ') == 1
    assert boxes.index("Correct these answers") < boxes.index("You cannot correct them? Write to the office")
    assert boxes.count('class="button"') == 1


def test_a_correction_brings_the_request_back_in_one_record(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")
    before = ServiceRequest.history.filter(id=case.pk).count()

    assert citizen.post(address, {"do": "send", "plot": "15", "shown": "plot"}).status_code == 302

    now = fresh(case)
    assert now.answers == {"subject": "أرض", "plot": 15, "has_agent": False}
    assert now.status == Status.IN_REVIEW
    rows = ServiceRequest.history.filter(id=case.pk).order_by("-history_id")
    assert rows.count() == before + 1
    assert (rows[0].answers["plot"], rows[1].answers["plot"], rows[0].history_user) == (15, 12, case.applicant)
    assert Correction.objects.get().answered_at is not None


def test_what_was_not_asked_back_cannot_be_changed(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")

    citizen.post(address, {"do": "send", "plot": "15", "subject": "مزورة", "shown": "plot subject"})

    assert fresh(case).answers["subject"] == "أرض"


def test_a_wrong_answer_is_told_at_its_question_and_nothing_is_sent(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")

    page = citizen.post(address, {"do": "send", "plot": "كلمة", "shown": "plot"}).content.decode()

    assert "كلمة" in page
    assert "field--error" in page
    assert (fresh(case).status, fresh(case).answers["plot"]) == (Status.WAITING_CITIZEN, 12)


def test_a_question_that_a_corrected_answer_brings_up_is_asked_as_well(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "has_agent")

    page = citizen.post(address, {"do": "send", "has_agent": "yes", "shown": "has_agent"}).content.decode()
    assert 'name="agent"' in page
    assert fresh(case).status == Status.WAITING_CITIZEN

    shown = page.split('name="shown" value="')[1].split('"')[0]
    citizen.post(address, {"do": "send", "has_agent": "yes", "agent": "سالم", "shown": shown})
    assert fresh(case).answers == {"subject": "أرض", "plot": 12, "has_agent": True, "agent": "سالم"}


def test_a_file_is_uploaded_anew_and_belongs_to_the_request(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "deed")
    picture = SimpleUploadedFile("deed.png", PICTURE, content_type="image/png")

    citizen.post(address, {"do": "send", "deed": picture, "shown": "deed"})

    file = Attachment.objects.get()
    assert fresh(case).answers["deed"][0]["id"] == str(file.public_id)
    assert file.request == case


def test_a_correction_is_made_once(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")
    citizen.post(address, {"do": "send", "plot": "15", "shown": "plot"})

    again = citizen.post(address, {"do": "send", "plot": "99", "shown": "plot"})

    assert again.status_code == 302
    assert fresh(case).answers["plot"] == 15


def test_who_answers_in_words_has_answered(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")
    answer(fresh(case), by=case.applicant, text="الرقم صحيح")

    assert citizen.get(address).status_code == 302


def test_nobody_else_corrects_it(client: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")
    client.force_login(UserFactory(citizen=True))

    assert client.post(address, {"do": "send", "plot": "15"}).status_code == 404
    assert fresh(case).answers["plot"] == 12


def ticket_in(html: str) -> str:
    return html.split('name="ticket" value="')[1].split('"', maxsplit=1)[0]


def test_a_correction_outlives_the_session(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot", "deed")
    ticket = ticket_in(citizen.get(address).content.decode())
    citizen.logout()
    picture = SimpleUploadedFile("deed.png", PICTURE, content_type="image/png")
    typed = {
        "do": "send",
        "plot": "15x",
        "deed": picture,
        "text": "عذراً",
        "shown": "plot deed",
        "ticket": ticket,
        "whole": "1",
    }

    door = citizen.post(address, typed)

    assert door.status_code == 303
    assert "/login/" in door.url
    assert fresh(case).status == Status.WAITING_CITIZEN
    back = parse_qs(urlsplit(door.url).query)["next"][0]
    citizen.force_login(case.applicant)
    page = citizen.get(back).content.decode()
    for kept in ('value="15x"', "عذراً", "deed.png"):
        assert kept in page
    # Nothing is judged before he sends it.
    assert "field--error" not in page

    citizen.post(
        address, {"do": "send", "plot": "15", "text": "عذراً", "shown": "plot deed", "ticket": ticket, "whole": "1"}
    )
    assert fresh(case).answers["plot"] == 15
    assert not Stash.objects.exists()


def test_a_correction_from_a_page_with_a_stale_mark_is_kept(case: ServiceRequest) -> None:
    address, client = given_back(case, "plot"), Client(enforce_csrf_checks=True)
    client.force_login(case.applicant)
    ticket = ticket_in(client.get(address).content.decode())

    back = client.post(address, {"do": "send", "plot": "15", "shown": "plot", "ticket": ticket})

    assert back.status_code == 303
    assert 'value="15"' in client.get(back.url).content.decode()
    assert fresh(case).answers["plot"] == 12


def test_a_correction_put_aside_is_shown_to_nobody_else(citizen: Client, case: ServiceRequest) -> None:
    address = given_back(case, "plot")
    ticket = ticket_in(citizen.get(address).content.decode())
    citizen.force_login(UserFactory())
    assert citizen.post(address, {"do": "send", "plot": "15", "shown": "plot", "ticket": ticket}).status_code == 404
    assert not Stash.objects.exists()

    citizen.logout()
    door = citizen.post(address, {"do": "send", "plot": "15", "shown": "plot", "ticket": "forged"})
    assert "restore" not in door.url
    assert not Stash.objects.exists()


NAMED = FormSpec(
    steps=(
        StepSpec(key="one", title=texts("one"), fields=(
            FieldSpec(key="name", type="full_name", label=texts("الاسم")),
            FieldSpec(key="plot", type="whole_number", label=texts("رقم القطعة")),
        )),
    )
)  # fmt: skip
OF_THE_STATE = "نورة محمد سالم اليامي"


def confirmed_by_the_state(person: User, name: str) -> None:
    User.objects.filter(pk=person.pk).update(full_name=name)
    NationalConfirmation.objects.create(person=person, attributes={"full_name": name}, confirmed_at=timezone.now())


@pytest.mark.django_db
def test_what_the_state_confirmed_is_not_changed_by_a_correction_posted_by_hand(client: Client) -> None:
    case = ServiceRequestFactory(
        service=ServicePageFactory(value=NAMED), stage="review", answers={"name": OF_THE_STATE, "plot": 12}
    )
    confirmed_by_the_state(case.applicant, OF_THE_STATE)
    client.force_login(case.applicant)
    address = given_back(case, "name", "plot")

    assert 'name="name"' not in client.get(address).content.decode()
    client.post(address, {"do": "send", "name": "منتحل بن فلان الفلاني الأول", "plot": "15", "shown": "name plot"})

    assert fresh(case).answers == {"name": OF_THE_STATE, "plot": 15}


@pytest.mark.django_db
def test_a_delegate_who_corrects_puts_no_name_of_his_own_in_the_place_of_who_applied(client: Client) -> None:
    sender = DelegationFactory()
    case = ServiceRequestFactory(
        service=ServicePageFactory(value=NAMED), stage="review", answers={"name": OF_THE_STATE, "plot": 12},
        applicant=sender.person, acting_for=sender.establishment,
    )  # fmt: skip
    confirmed_by_the_state(sender.person, OF_THE_STATE)
    other = DelegationFactory(establishment=sender.establishment).person
    confirmed_by_the_state(other, "سعد بن علي بن فهد القحطاني")
    client.force_login(other)

    client.post(given_back(case, "name", "plot"), {"do": "send", "plot": "15", "shown": "name plot"})

    assert fresh(case).answers == {"name": OF_THE_STATE, "plot": 15}
