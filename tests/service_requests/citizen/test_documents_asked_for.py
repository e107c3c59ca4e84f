"""Documents that were asked for, one by one: each is brought by itself, and one that is wrong takes nothing with it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from home.accounts.models import User
from service_requests.casework.asking import Wanted, brought_to
from service_requests.casework.models import AskedDocument
from service_requests.citizen.reply import LONGEST, LONGEST_REPLY, MOST_FILES
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import answer, ask_citizen, choose, move_many, take
from services_catalog.processes.statuses import Status
from tests.factories import MembershipFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import picture
from tests.workflows import patient_workflow

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def clerk(db: None) -> User:
    person: User = UserFactory(clerk=True)
    return person


@pytest.fixture
def asked(citizen: User) -> ServiceRequest:
    """Two documents are asked for."""
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[request.department], full_name="Name of the clerk")
    take(request, by=clerk)
    documents = [Wanted("Deed", "The picture is not clear"), Wanted("Map")]
    ask_citizen(request, by=clerk, text="Two things are missing", documents=documents)
    return request


def names_of(request: ServiceRequest) -> tuple[str, str]:
    deed, site = AskedDocument.objects.filter(request=request).values_list("public_id", flat=True)
    return str(deed), str(site)


def there(request: ServiceRequest) -> str:
    return f"/en/requests/{request.public_id}/reply/"


def page(client: Client, request: ServiceRequest) -> str:
    return client.get(f"/en/requests/{request.public_id}/").content.decode()


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def test_each_has_its_own_upload_and_reply(signed_in: Client, asked: ServiceRequest) -> None:
    html = page(signed_in, asked)

    for name in names_of(asked):
        assert f'name="file-{name}"' in html
        assert f'name="reply-{name}"' in html
    assert "The picture is not clear" in html
    assert "Document 1 of 2" in html
    assert "Name of the clerk" not in html


def test_what_is_brought_goes_to_the_office_at_once_and_each_at_its_place(
    signed_in: Client, asked: ServiceRequest, citizen: User
) -> None:
    deed, site = names_of(asked)

    signed_in.post(there(asked), {f"file-{deed}": picture("deed.png"), f"reply-{site}": "There is no map", "text": ""})

    assert fresh(asked).status == Status.IN_REVIEW
    first, second = brought_to(asked)
    assert [file.name for file in first.files] == ["deed.png"]
    assert second.document.reply == "There is no map"
    assert all(one.document.answered_at for one in (first, second))
    said = Message.objects.get(kind=Message.Kind.ANSWER)
    assert "Map: There is no map" in said.text
    assert said.attachments.get().name == "deed.png"


def test_one_half_is_kept_until_the_other_is_there(signed_in: Client, asked: ServiceRequest) -> None:
    deed, site = names_of(asked)

    html = signed_in.post(there(asked), {f"file-{deed}": picture("deed.png"), "text": "A word"}).content.decode()

    assert fresh(asked).status == Status.WAITING_CITIZEN
    assert "Upload “Map”, or write why you cannot." in html
    assert f'href="#file-{site}"' in html
    assert "A word</textarea>" in html
    assert "deed.png" in page(signed_in, asked), "it waits, on any device"
    signed_in.post(there(asked), {f"file-{site}": picture("map.png")})
    assert fresh(asked).status == Status.IN_REVIEW
    assert {file.name for file in Attachment.objects.filter(request=asked)} == {"deed.png", "map.png"}


def test_a_wrong_file_takes_no_other_with_it(signed_in: Client, asked: ServiceRequest) -> None:
    deed, site = names_of(asked)

    html = signed_in.post(
        there(asked), {f"file-{deed}": picture("deed.exe"), f"file-{site}": picture("map.png"), "text": "A word"}
    ).content.decode()

    assert fresh(asked).status == Status.WAITING_CITIZEN
    assert f'href="#file-{deed}"' in html
    assert "deed.exe" in html
    assert "map.png" in html
    assert "A word</textarea>" in html


def test_uploading_for_later_judges_nothing_and_keeps_everything(signed_in: Client, asked: ServiceRequest) -> None:
    _deed, site = names_of(asked)

    kept = signed_in.post(
        there(asked), {"keep": "1", f"reply-{site}": "I am looking for it", "text": "to be sent later"}, follow=True
    )

    html = kept.content.decode()
    assert kept.redirect_chain, "reloading the page sends nothing again"
    assert "Nothing was sent yet" in html
    assert 'class="error-summary"' not in html
    assert fresh(asked).status == Status.WAITING_CITIZEN


def test_what_is_kept_for_later_is_there_on_another_device(
    signed_in: Client, asked: ServiceRequest, citizen: User
) -> None:
    _deed, site = names_of(asked)
    for text in ("first", "to be sent later"):
        signed_in.post(there(asked), {"keep": "1", f"reply-{site}": "I am looking for it", "text": text})
    elsewhere = Client()
    elsewhere.force_login(citizen)

    html = page(elsewhere, asked)

    assert "to be sent later</textarea>" in html
    assert "I am looking for it</textarea>" in html
    elsewhere.post(there(asked), {"text": "sent", **{f"reply-{name}": "none" for name in names_of(asked)}})
    assert not Stash.objects.exists()


def test_what_was_kept_for_one_question_is_not_put_into_the_next(signed_in: Client, asked: ServiceRequest) -> None:
    signed_in.post(there(asked), {"keep": "1", "text": "of the first question"})
    ServiceRequest.objects.update(stage_since=timezone.now())

    assert "of the first question" not in page(signed_in, asked)


def test_a_file_is_removed_and_the_others_stay(signed_in: Client, asked: ServiceRequest) -> None:
    deed, site = names_of(asked)
    signed_in.post(there(asked), {"keep": "1", f"file-{deed}": picture("deed.png"), f"file-{site}": picture("map.png")})
    wrong = Attachment.objects.get(name="deed.png")

    signed_in.post(there(asked), {"remove-file": str(wrong.public_id)})

    assert [file.name for file in Attachment.objects.all()] == ["map.png"]


def test_nobody_removes_another_persons_file_with_it(signed_in: Client, asked: ServiceRequest) -> None:
    foreign = Attachment.objects.create(
        owner=UserFactory(), name="theirs.png", content_type="image/png", size=1, sha256="0"
    )

    signed_in.post(there(asked), {"remove-file": str(foreign.public_id)})

    assert Attachment.objects.filter(pk=foreign.pk).exists()


def test_an_upload_that_was_cut_off_is_told_and_the_whole_ones_are_kept(
    signed_in: Client, asked: ServiceRequest
) -> None:
    deed, site = names_of(asked)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page(signed_in, asked)).group(1)  # type: ignore[union-attr]
    cut = SimpleUploadedFile("map.png", picture("map.png").read()[:40], content_type="image/png")

    html = signed_in.post(
        there(asked), {"ticket": ticket, f"file-{deed}": picture("deed.png"), f"file-{site}": cut}
    ).content.decode()

    assert "map.png was cut off on its way: the connection broke. Choose it again" in html
    assert fresh(asked).status == Status.WAITING_CITIZEN
    assert [file.name for file in Attachment.objects.all()] == ["deed.png"]


def test_there_is_room_for_so_many_files(signed_in: Client, asked: ServiceRequest) -> None:
    deed, _site = names_of(asked)
    files = [picture(f"{place}.png") for place in range(MOST_FILES + 1)]

    html = signed_in.post(there(asked), {"keep": "1", f"file-{deed}": files}).content.decode()

    assert Attachment.objects.count() == MOST_FILES
    assert "was not uploaded: remove another file first" in html


@pytest.mark.parametrize("length", [LONGEST + 1, 50_000])
def test_a_text_that_is_too_long_is_refused_in_words_and_kept(
    signed_in: Client, asked: ServiceRequest, length: int
) -> None:
    deed, site = names_of(asked)
    text = "x" * length

    html = signed_in.post(
        there(asked), {f"file-{deed}": picture("deed.png"), f"reply-{site}": "none", "text": text}
    ).content.decode()

    assert "Shorten your answer to 5,000 characters" in html
    assert f"{text}</textarea>" in html
    assert "deed.png" in html
    assert not Message.objects.filter(kind=Message.Kind.ANSWER).exists()


@pytest.mark.parametrize("length", [LONGEST_REPLY + 1, 50_000])
def test_a_reply_that_is_too_long_is_refused_at_its_document_and_kept(
    signed_in: Client, asked: ServiceRequest, length: int
) -> None:
    deed, site = names_of(asked)
    text = "x" * length

    html = signed_in.post(there(asked), {f"file-{deed}": picture("deed.png"), f"reply-{site}": text}).content.decode()

    assert f'href="#reply-{site}"' in html
    assert "“Map”: shorten what you wrote to 1,000 characters, or send it as a file." in html
    assert f"{text}</textarea>" in html
    assert fresh(asked).status == Status.WAITING_CITIZEN


def test_what_he_wrote_is_a_new_record_of_the_document(signed_in: Client, asked: ServiceRequest) -> None:
    deed, _site = names_of(asked)
    signed_in.post(there(asked), {"keep": "1", f"reply-{deed}": "first"})
    signed_in.post(there(asked), {"keep": "1", f"reply-{deed}": "second"})

    document = AskedDocument.objects.get(public_id=deed)
    assert [row.reply for row in document.history.order_by("history_id")] == ["", "first", "second"]


def test_two_presses_send_one_answer(signed_in: Client, asked: ServiceRequest) -> None:
    deed, site = names_of(asked)
    sent = {f"reply-{deed}": "none", f"reply-{site}": "none"}
    signed_in.post(there(asked), sent)

    html = signed_in.post(there(asked), sent, follow=True).content.decode()

    assert Message.objects.filter(kind=Message.Kind.ANSWER).count() == 1
    assert "notice--warning" in html


def test_after_it_was_sent_nothing_about_it_changes(signed_in: Client, asked: ServiceRequest) -> None:
    deed, site = names_of(asked)
    signed_in.post(there(asked), {f"reply-{deed}": "sent", f"reply-{site}": "sent"})

    signed_in.post(there(asked), {"keep": "1", f"reply-{deed}": "changed", f"file-{deed}": picture("late.png")})

    assert AskedDocument.objects.get(public_id=deed).reply == "sent"
    assert not Attachment.objects.exists()


def test_an_ended_session_keeps_files_and_words(client: Client, asked: ServiceRequest, citizen: User) -> None:
    client.force_login(citizen)
    deed, site = names_of(asked)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page(client, asked)).group(1)  # type: ignore[union-attr]
    client.logout()

    client.post(
        there(asked),
        {"ticket": ticket, f"file-{deed}": picture("deed.png"), f"reply-{site}": "looking", "text": "x", "whole": "1"},
    )

    client.force_login(citizen)
    html = page(client, asked)
    assert "deed.png" in html
    assert "looking</textarea>" in html


def test_documents_and_corrections_go_back_together(signed_in: Client, citizen: User) -> None:
    request = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    choose(request, "ask_citizen", by=clerk, note="Both", returned=["subject"], documents=[Wanted("Deed")])
    deed = str(AskedDocument.objects.get().public_id)
    correct = f"/en/requests/{request.public_id}/correct/"

    assert signed_in.get(correct).status_code == 302, "the documents come first"
    assert f'href="{correct}"' not in page(signed_in, request), "no button that leads back here"
    answered = signed_in.post(there(request), {f"file-{deed}": picture("deed.png")})
    assert answered.headers["Location"] == correct
    assert fresh(request).status == Status.WAITING_CITIZEN
    html = signed_in.get(correct).content.decode()
    shown = re.search(r'name="shown" value="([^"]*)"', html)
    signed_in.post(correct, {"subject": "New subject", "do": "send", **({"shown": shown.group(1)} if shown else {})})

    assert fresh(request).status == Status.IN_REVIEW
    assert fresh(request).answers["subject"] == "New subject"
    assert [file.name for file in brought_to(request)[0].files] == ["deed.png"]


def test_another_way_of_answering_closes_them_too(asked: ServiceRequest, citizen: User) -> None:
    answer(asked, by=citizen, text="All of it is in the first letter")

    assert not AskedDocument.objects.filter(answered_at=None).exists()


@pytest.fixture
def case(citizen: User, clerk: User) -> ServiceRequest:
    """Of a process in which staff may go on without the citizen."""
    request: ServiceRequest = ServiceRequestFactory(
        applicant=citizen, workflow_version=patient_workflow(), stage="review"
    )
    MembershipFactory(user=clerk, department=request.department)
    return request


@pytest.mark.parametrize("many", [False, True])
def test_what_staff_took_back_is_not_asked_for_again(
    many: bool, signed_in: Client, case: ServiceRequest, clerk: User
) -> None:
    """They went on without the map; what they ask for next is all that he has to bring."""
    ask_citizen(case, by=clerk, text="A map is missing", documents=[Wanted("Map of the site")])
    choose(case, "go_on", by=clerk)
    if many:
        supervisor = UserFactory(supervisor=True, departments=[case.department])
        move_many([case.pk], "ask_citizen", by=supervisor, note="What is the number of the deed?")
    else:
        ask_citizen(case, by=clerk, text="The deed, please", documents=[Wanted("Deed of the plot")])

    html, account = page(signed_in, fresh(case)), signed_in.get("/en/requests/").content.decode()

    assert "Map of the site" not in html + account
    assert ("Deed of the plot" in html and "Deed of the plot" in account) is not many
    assert AskedDocument.history.filter(label="Map of the site", history_type="-").count() == 1


def test_what_is_asked_for_more_comes_beside_what_was_asked(
    signed_in: Client, case: ServiceRequest, clerk: User
) -> None:
    ask_citizen(case, by=clerk, text="A map is missing", documents=[Wanted("Map of the site")])
    choose(case, "ask_for_more", by=clerk, note="And the deed", documents=[Wanted("Deed of the plot")])

    html = page(signed_in, fresh(case))

    assert "Map of the site" in html
    assert "Deed of the plot" in html


def test_taken_back_while_he_writes_his_words_are_shown_to_him(
    signed_in: Client, case: ServiceRequest, clerk: User
) -> None:
    ask_citizen(case, by=clerk, text="A map is missing", documents=[Wanted("Map of the site")])
    asked = str(AskedDocument.objects.get().public_id)
    choose(case, "go_on", by=clerk)

    answered = signed_in.post(
        there(case), {"text": "The first word", f"reply-{asked}": "The second word", f"file-{asked}": picture("m.png")}
    )

    html = answered.content.decode()
    assert answered.status_code == 200
    assert "This is not possible any more" in html
    assert "The first word" in html
    assert "The second word" in html


def test_nobody_else_brings_them(client: Client, asked: ServiceRequest) -> None:
    client.force_login(UserFactory(citizen=True))
    deed, _site = names_of(asked)

    answered: Any = client.post(there(asked), {f"file-{deed}": picture("deed.png")})

    assert answered.status_code == 404
    assert not Attachment.objects.exists()
