"""Objecting to an answer: in time, once, at the level above, by a request of its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import NotPossible, choose, move_many, object_to, reject, take
from service_requests.workflow.objections import way_of
from service_requests.workflow.permissions import permitted
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Membership
from services_catalog.processes.models import Workflow
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.answered import DAYS, answered, contested_service, days_ago, three_levels
from tests.service_requests.wizard.samples import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def levels() -> Any:
    return three_levels()


@pytest.fixture
def request_(citizen: User, levels: Any) -> ServiceRequest:
    return answered(citizen, contested_service(levels[0]))


def page(request: ServiceRequest) -> str:
    return reverse("my_requests:object", args=[request.public_id])


def test_it_is_a_request_of_its_own_at_the_level_above(
    client: Client, citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    client.force_login(citizen)

    reply = client.post(page(request_), {"reason": "القرار لم ينظر في الوثيقة الثانية"})

    objection = ServiceRequest.objects.get(parent=request_)
    assert reply.url == reverse("my_requests:received", args=[objection.public_id])
    assert objection.number != request_.number
    assert objection.department == levels[1]
    assert objection.applicant == citizen
    assert objection.answers["reason"] == "القرار لم ينظر في الوثيقة الثانية"
    assert Notice.objects.filter(request=objection, event="submitted").exists()
    request_.refresh_from_db()
    assert request_.status == "rejected"


def test_both_pages_lead_to_each_other(client: Client, citizen: User, request_: ServiceRequest) -> None:
    objection = object_to(request_, by=citizen, reason="x")
    client.force_login(citizen)
    for here, other in ((request_, objection), (objection, request_)):
        shown = client.get(reverse("my_requests:detail", args=[here.public_id])).content.decode()
        assert reverse("my_requests:detail", args=[other.public_id]) in shown
    client.force_login(UserFactory(is_superuser=True))
    for here, other in ((request_, objection), (objection, request_)):
        shown = client.get(reverse("requests:inspect", args=[here.public_id])).content.decode()
        assert reverse("requests:inspect", args=[other.public_id]) in shown


def test_staff_who_may_not_open_the_other_one_read_its_number_only(
    client: Client, citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    objection = object_to(request_, by=citizen, reason="x")
    client.force_login(UserFactory(clerk=True, departments=[levels[0]]))

    shown = client.get(reverse("requests:inspect", args=[request_.public_id])).content.decode()

    assert objection.number in shown
    assert str(objection.public_id) not in shown


def test_who_decides_reads_the_answer_objected_to_whether_or_not_he_may_open_that_request(
    client: Client, citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    ServiceRequest.objects.filter(pk=request_.pk).update(outcome_note="رُفض لنقص وثيقة")
    objection = object_to(request_, by=citizen, reason="x")
    client.force_login(UserFactory(clerk=True, departments=[objection.department]))

    shown = client.get(reverse("requests:inspect", args=[objection.public_id])).content.decode()

    assert "رُفض لنقص وثيقة" in shown
    assert str(request_.public_id) not in shown


def test_the_last_day_is_in_time_and_the_day_after_is_not(citizen: User, levels: Any) -> None:
    service = contested_service(levels[0])
    in_time = answered(citizen, service, closed_at=days_ago(DAYS))
    late = answered(citizen, service, closed_at=days_ago(DAYS + 1))

    assert object_to(in_time, by=citizen, reason="x").parent == in_time
    with pytest.raises(NotPossible) as refusal:
        object_to(late, by=citizen, reason="x")

    way = way_of(late)
    assert way is not None
    assert way.is_over
    ended = timezone.localtime(late.closed_at, late.organisation.zone).date() + timedelta(days=DAYS)
    assert way.until == ended
    assert str(ended.year) in str(refusal.value)
    assert str(ended.day) in str(refusal.value)


def test_who_comes_a_day_late_reads_when_it_ended_and_keeps_what_he_wrote(
    client: Client, citizen: User, levels: Any
) -> None:
    late = answered(citizen, contested_service(levels[0]), closed_at=days_ago(DAYS + 1))
    client.force_login(citizen)

    shown = client.post(page(late), {"reason": "ما كتبته"}, headers={"accept-language": "ar"}).content.decode()

    assert "انتهت مدة الاعتراض" in shown
    assert "ما كتبته" in shown
    assert not ServiceRequest.objects.filter(parent=late).exists()


def test_a_second_one_is_told_the_number_of_the_first(citizen: User, request_: ServiceRequest) -> None:
    first = object_to(request_, by=citizen, reason="x")

    with pytest.raises(NotPossible, match=first.number):
        object_to(request_, by=citizen, reason="y")

    assert ServiceRequest.objects.filter(parent=request_).count() == 1


WHY_NOT = {
    "runs": "It is not answered yet",
    "cancelled": "It was cancelled",
    "no days": "Answers of this service cannot be objected to",
    "nobody above": "Nobody stands above the department that answered",
    "another person's": "cannot be found",
}


@pytest.mark.parametrize("situation", WHY_NOT)
def test_what_cannot_be_objected_to_is_refused_in_words(
    situation: str, client: Client, citizen: User, levels: Any
) -> None:
    below, _head, _top = levels
    service = contested_service(below)
    by = citizen
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen, service=service)
    if situation == "cancelled":
        ServiceRequest.objects.filter(pk=request.pk).update(
            status="cancelled", closed_at=timezone.now(), outcome="cancel"
        )
    if situation == "no days":
        request = answered(citizen, ServicePageFactory(department=below))
    if situation == "nobody above":
        request = answered(citizen, contested_service(DepartmentFactory(decides_objections=True)))
    if situation == "another person's":
        request, by = answered(citizen, service), UserFactory(citizen=True)

    with override("en"), pytest.raises(NotPossible, match=WHY_NOT[situation]):
        object_to(request, by=by, reason="x")

    assert not ServiceRequest.objects.exclude(parent=None).exists()
    if by == citizen:
        client.force_login(citizen)
        assert WHY_NOT[situation] in client.get(f"/en/requests/{request.public_id}/object/").content.decode()


def test_the_objection_of_an_objection_goes_one_level_higher_until_the_top(
    citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    first = object_to(request_, by=citizen, reason="x")
    answer(first)
    second = object_to(first, by=citizen, reason="y")
    answer(second)

    assert (first.department, second.department) == levels[1:]
    assert second.organisation == levels[2].organisation
    assert second.number.startswith(levels[2].organisation.number_prefix)
    with pytest.raises(NotPossible):
        object_to(second, by=citizen, reason="z")


def test_an_objection_that_was_referred_downwards_still_counts_as_its_level(
    citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    first = object_to(request_, by=citizen, reason="x")
    answer(first)
    ServiceRequest.objects.filter(pk=first.pk).update(department=levels[0])
    first.refresh_from_db()

    assert object_to(first, by=citizen, reason="y").department == levels[2]


def answer(request: ServiceRequest) -> None:
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    reject(request, by=clerk, reason="تم النظر.")


def test_whoever_decided_below_does_not_decide_above(citizen: User, request_: ServiceRequest, levels: Any) -> None:
    judge = User.objects.get(pk=request_.history.filter(status="rejected").get().history_user_id)
    Membership.objects.create(user=judge, department=levels[1])
    objection = object_to(request_, by=citizen, reason="x")
    take(objection, by=judge)

    assert "reject" not in {outcome.key for outcome in permitted(objection, judge)}
    with pytest.raises(NotPossible) as refusal:
        choose(objection, "reject", by=judge, note="x")
    assert str(refusal.value)
    # The control: it is not the department that keeps him from it.
    colleague = UserFactory(clerk=True, departments=[levels[1]])
    choose(objection, "reject", by=colleague, note="x")
    objection.refresh_from_db()
    assert objection.status == "rejected"


def test_nor_does_he_decide_it_among_many(citizen: User, levels: Any) -> None:
    judge = UserFactory(supervisor=True, departments=list(levels[:2]))
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen, service=contested_service(levels[0]), year=1446)
    take(request, by=judge)
    reject(request, by=judge, reason="x")
    objection = object_to(request, by=citizen, reason="x")
    take(objection, by=judge)

    done = move_many([objection.pk], "reject", by=judge, note="x")

    assert (done.changed, len(done.refused)) == (0, 1)


def test_whoever_decided_at_the_bottom_does_not_decide_at_the_top(
    citizen: User, request_: ServiceRequest, levels: Any
) -> None:
    judge = User.objects.get(pk=request_.history.filter(status="rejected").get().history_user_id)
    Membership.objects.create(user=judge, department=levels[2])
    first = object_to(request_, by=citizen, reason="x")
    answer(first)
    second = object_to(first, by=citizen, reason="y")
    take(second, by=judge)

    with pytest.raises(NotPossible):
        choose(second, "approve", by=judge)


def test_it_belongs_to_the_service_that_was_named_for_objections(citizen: User, levels: Any) -> None:
    tickets = Workflow.objects.get(key="simple-ticket")
    named: ServicePage = ServicePageFactory(department=levels[1], workflow=tickets)
    service = contested_service(levels[0])
    service.objection_service = [("service", named)]
    service.save()
    request = answered(citizen, service)

    objection = object_to(request, by=citizen, reason="x")

    assert objection.service == named
    assert objection.workflow_version.workflow == tickets


def test_files_are_kept_though_the_reason_is_missing_and_go_with_it(
    client: Client, citizen: User, request_: ServiceRequest
) -> None:
    client.force_login(citizen)
    upload = picture("proof.png")

    refused = client.post(page(request_), {"reason": " ", "files": [upload]})
    sent = client.post(page(request_), {"reason": "x"})

    assert refused.status_code == 422
    assert "proof.png" in refused.content.decode()
    assert sent.status_code == 302
    objection = ServiceRequest.objects.get(parent=request_)
    (kept,) = Attachment.objects.filter(request=objection)
    assert objection.answers["attachments"] == [kept.as_answer()]


@pytest.mark.parametrize("length", [4001, 50_000])
def test_a_reason_that_is_too_long_comes_back_whole(
    length: int, client: Client, citizen: User, request_: ServiceRequest
) -> None:
    client.force_login(citizen)

    refused = client.post(page(request_), {"reason": "ب" * length})

    assert refused.status_code == 422
    assert "ب" * length in refused.content.decode()


def test_a_bad_file_is_refused_with_its_reason_and_the_text_stays(
    client: Client, citizen: User, request_: ServiceRequest
) -> None:
    client.force_login(citizen)
    upload = SimpleUploadedFile("run.exe", b"MZ", content_type="application/pdf")

    refused = client.post(page(request_), {"reason": "ما كتبته", "files": [upload]})

    assert refused.status_code == 422
    assert "objection-files-error" in refused.content.decode()
    assert "ما كتبته" in refused.content.decode()
    assert not ServiceRequest.objects.filter(parent=request_).exists()


def test_an_upload_that_was_cut_off_is_told_and_the_whole_ones_are_kept(
    client: Client, citizen: User, request_: ServiceRequest
) -> None:
    client.force_login(citizen)
    shown = client.get(page(request_))
    cut = SimpleUploadedFile("half.pdf", b"%PDF-1.7 half", content_type="application/pdf")
    typed = {"reason": "ما كتبته", "ticket": shown.context["ticket"], "files": [picture("proof.png"), cut]}

    refused = client.post(page(request_), typed, headers={"accept-language": "ar"})

    assert refused.status_code == 422
    assert "half.pdf" in refused.context["refusal"]
    assert "ما كتبته" in refused.content.decode()
    assert [file.name for file in Attachment.objects.filter(owner=citizen)] == ["proof.png"]
    assert not ServiceRequest.objects.filter(parent=request_).exists()
    # The mark of a whole page comes after everything that can break.
    html = shown.content.decode()
    assert html.index('type="file"') < html.index('name="whole" value="1"')
    client.post(page(request_), {**typed, "files": [picture("second.png")], "whole": "1"})
    assert ServiceRequest.objects.filter(parent=request_).exists(), "the control"


def test_removing_one_file_says_why_another_was_refused(
    client: Client, citizen: User, request_: ServiceRequest
) -> None:
    client.force_login(citizen)
    client.post(page(request_), {"reason": " ", "files": [picture("proof.png")]})
    upload = SimpleUploadedFile("run.exe", b"MZ", content_type="application/pdf")
    gone = Attachment.objects.get().public_id

    shown = client.post(page(request_), {"reason": "ما كتبته", "remove-file": str(gone), "files": [upload]})

    assert "run.exe" in shown.context["refusal"]
    assert 'href="#objection-files"' in shown.content.decode()
    assert "ما كتبته" in shown.content.decode()
    assert not Attachment.objects.exists()


def test_signed_out_while_writing_nothing_is_lost(client: Client, citizen: User, request_: ServiceRequest) -> None:
    client.force_login(citizen)
    ticket = client.get(page(request_)).context["ticket"]
    client.logout()

    led = client.post(page(request_), {"reason": "ما كتبته", "ticket": ticket})

    assert led.status_code == 303
    stash = Stash.objects.get()
    client.force_login(citizen)
    assert "ما كتبته" in client.get(f"{page(request_)}?restore={stash.public_id}").content.decode()
    client.force_login(UserFactory(citizen=True))
    assert client.get(f"{page(request_)}?restore={stash.public_id}").status_code == 404


@pytest.mark.parametrize(("name", "typed"), [("object", {"reason": "ما كتبته"}), ("rate", {"comment": "ما كتبته"})])
def test_from_a_page_that_is_too_old_nothing_is_lost(
    name: str, typed: dict[str, str], citizen: User, request_: ServiceRequest
) -> None:
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(citizen)
    address = reverse(f"my_requests:{name}", args=[request_.public_id])
    shown = reader.get(address)
    ticket = shown.context.get("ticket") or shown.context["after"].ticket

    led = reader.post(address, {**typed, "ticket": ticket, "csrfmiddlewaretoken": "x" * 64})

    assert led.status_code == 303
    assert "ما كتبته" in reader.get(led.url).content.decode()


def test_the_desk_tells_it_as_an_objection(client: Client, citizen: User, request_: ServiceRequest) -> None:
    objection = object_to(request_, by=citizen, reason="سبب الاعتراض هنا")
    client.force_login(UserFactory(is_superuser=True))

    shown = client.get(reverse("requests:inspect", args=[objection.public_id])).content.decode()

    assert "سبب الاعتراض هنا" in shown
    assert "اعترض المستفيد على الرد" in shown
