"""A file that could not be taken from a page sent after sign-out: whoever comes back is told, and why."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.casework.asking import Wanted
from service_requests.casework.models import AskedDocument
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.workflow.actions import choose
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.answered import answered, contested_service, three_levels
from tests.service_requests.wizard.samples import FILE, both

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FORM = FormSpec(
    steps=(
        StepSpec(
            key="one",
            title=both("One"),
            fields=(
                FieldSpec(key="deed", type="files", label=both("Deed"), required=False, settings=FILE),
                FieldSpec(key="note", type="short_text", label=both("Note"), required=False),
            ),
        ),
    )
)
Page = tuple[str, dict[str, Any]]


def program() -> SimpleUploadedFile:
    return SimpleUploadedFile("run.exe", b"MZ", content_type="application/pdf")


def asked(citizen: User, **what: Any) -> ServiceRequest:
    case: ServiceRequest = ServiceRequestFactory(
        service=ServicePageFactory(value=FORM), stage="review", applicant=citizen
    )
    choose(case, "ask_citizen", by=UserFactory(clerk=True, departments=[case.department]), note="x", **what)
    return case


def application(citizen: User) -> Page:
    service = ServicePageFactory(value=FORM)
    return f"/en/apply/{service.slug}/steps/one/", {"deed": program(), "note": "mine", "shown": "deed note"}


def answer(citizen: User) -> Page:
    case = asked(citizen)
    return f"/en/requests/{case.public_id}/reply/", {"file": program(), "text": "mine"}


def document(citizen: User) -> Page:
    case = asked(citizen, documents=[Wanted("Deed")])
    key = AskedDocument.objects.get().public_id
    return f"/en/requests/{case.public_id}/reply/", {f"file-{key}": program(), "text": "mine"}


def correction(citizen: User) -> Page:
    case = asked(citizen, returned=["deed", "note"])
    return f"/en/requests/{case.public_id}/correct/", {"deed": program(), "note": "mine", "shown": "deed note"}


def objection(citizen: User) -> Page:
    case = answered(citizen, contested_service(three_levels()[0]))
    return f"/en/requests/{case.public_id}/object/", {"files": [program()], "reason": "mine"}


@pytest.mark.parametrize("prepare", [application, answer, document, correction, objection])
def test_he_is_told_when_he_is_back(client: Client, citizen: User, prepare: Callable[[User], Page]) -> None:
    address, typed = prepare(citizen)
    client.force_login(citizen)
    shown = client.get(address.replace("/reply/", "/")).content.decode()
    ticket = shown.split('name="ticket" value="')[1].split('"')[0]
    client.logout()

    led = client.post(address, {**typed, "ticket": ticket, "whole": "1"})

    assert led.status_code == 303
    client.force_login(citizen)
    back = client.get(parse_qs(urlsplit(led.url).query)["next"][0]).content.decode()
    summary = back.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert "run.exe" in summary
    assert "mine" in back
    assert not Attachment.objects.exists()


def test_words_about_a_document_that_are_too_long_wait_to_be_shortened(client: Client, citizen: User) -> None:
    case = asked(citizen, documents=[Wanted("Deed")])
    key = AskedDocument.objects.get().public_id
    client.force_login(citizen)
    ticket = client.get(f"/en/requests/{case.public_id}/").context["ticket"]
    client.logout()
    words = "ب" * 50_000

    led = client.post(f"/en/requests/{case.public_id}/reply/", {f"reply-{key}": words, "text": "", "ticket": ticket})

    client.force_login(citizen)
    back = client.get(parse_qs(urlsplit(led.url).query)["next"][0]).content.decode()
    assert words in back
    assert "shorten what you wrote" in back
