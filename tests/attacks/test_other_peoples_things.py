"""Other people's requests, files, drafts, imports and notices, by every address that leads to one.

The addresses come from the resolver: a new one with an object of ours and no row here fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from home.accounts.establishments import delegating
from home.accounts.establishments.models import Delegation, Invitation
from home.accounts.models import User
from service_requests.casework.models import Inspection, InternalNote, SavedFilter
from service_requests.documents.codes import new_code
from service_requests.documents.models import IssuedDocument
from service_requests.exchange.models import ImportRun
from service_requests.notices.models import Notice, NoticeText
from service_requests.notices.outbox import announce
from service_requests.records.models import Attachment, Reading, ServiceRequest
from service_requests.wizard.guests import link_of
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import office_slug
from services_catalog.models import ServicePage
from tests.attacks.addresses import Address, every_address
from tests.factories import (
    DelegationFactory,
    DepartmentFactory,
    DocumentTemplateFactory,
    DraftFactory,
    ServiceRequestFactory,
    UserFactory,
    national_id,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# Whose objects an address of ours leads to. "own" ones hold nothing that an address could name:
# a draft is found by the person, the slug is the public one of the service.
ROWS = {
    "apply:start": "own",
    "apply:review": "own",
    "apply:submit": "own",
    "apply:step": "own",
    "apply:update": "own",
    "apply:guest": "own",
    "apply:link": "own",
    "apply:mobile": "own",
    "apply:resume": "link",
    "account_establishment": "establishment",
    "account_end_delegation": "establishment",
    "account_answer_invitation": "invitation",
    "account_withdraw": "invitation",
    "apply:window_stop": "sitting",
    "window_service": "service",
    "window_blank": "service",
    "window_requirements": "service",
    "window_register": "service",
    "window_received": "request",
    "window_summary": "request",
    "apply:preview_again": "preview",
    "apply:preview_end": "preview",
    "service_requests_preview": "preview",
    "my_requests:discard": "draft",
    "my_requests:file": "file",
    "my_requests:detail": "request",
    "my_requests:received": "request",
    "my_requests:reply": "request",
    "my_requests:correct": "request",
    "my_requests:object": "request",
    "my_requests:rate": "request",
    # Of a service, which everybody reads; a vote needs a page of ours that sends it.
    "page_helpful": "own",
    "page_helpful_thanks": "own",
    "my_requests:read": "request",
    "my_requests:cancel": "request",
    "my_requests:summary": "request",
    "my_requests:paper": "paper",
    # Open to whoever has the code; the name is masked there.
    "verify:document": "own",
    "paper_templates_try": "template",
    "notice_texts_try": "notice_text",
    "workflows_move": "workflow",
    "requests:paper": "request",
    "requests:revoke": "request",
    "requests:inspect": "request",
    "requests:act": "request",
    "requests:write": "request",
    "requests:forget_filter": "filter",
    "requests:summary": "request",
    "requests:history": "request",
    "requests:history_results": "request",
    "exchange:preview": "run",
    "notices_modeladmin_inspect": "notice",
}
PEOPLE: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "citizen": lambda: UserFactory(citizen=True),
    "clerk without a department": lambda: UserFactory(clerk=True),
    "clerk of another office": lambda: UserFactory(clerk=True, departments=[DepartmentFactory()]),
    "supervisor of another office": lambda: UserFactory(supervisor=True, departments=[DepartmentFactory()]),
    "auditor of another office": lambda: UserFactory(auditor=True, departments=[DepartmentFactory()]),
    "editor": lambda: UserFactory(editor=True),
    "person with access to the admin and nothing else": lambda: UserFactory(is_staff=True),
}
# Those who may edit the service may preview it: their own tests are in test_previews.py.
EDITORS = {"editor"}
CANARY = "canary-51c2"


def kind_of(address: Address) -> str:
    """The steps of a preview, and those at the service window, have the names of those of an application."""
    if "<window:" in address.route:
        return "sitting"
    if "<office:" in address.route:
        return "office"
    return "preview" if "<preview:" in address.route else ROWS[address.name]


def addresses_of_objects() -> list[Address]:
    return [each for each in every_address() if "<" in each.route and _is_ours(each)]


def _is_ours(address: Address) -> bool:
    spaces = ("account_establishment", "account_end_delegation", "account_answer_invitation", "account_withdraw")
    spaces += ("requests:", "exchange:", "my_requests:", "apply:", "notices_modeladmin", "window_")
    return address.name.startswith(spaces) or address.module.startswith("service_requests.")


@pytest.fixture
def things() -> dict[str, str]:
    """One of each kind, all of one person and one office."""
    request: ServiceRequest = ServiceRequestFactory(
        answers={"subject": CANARY}, applicant=UserFactory(citizen=True, full_name=CANARY)
    )
    file = Attachment(owner=request.applicant, request=request, name=CANARY, content_type="application/pdf", size=4)
    file.file.save("x", ContentFile(b"%PDF" + CANARY.encode()))
    announce("approve", request)
    clerk = UserFactory(supervisor=True, departments=[request.department])
    run = ImportRun.objects.create(
        created_by=clerk, file_name=CANARY, findings={}, expires_at=timezone.now() + timedelta(hours=1)
    )
    draft: Draft = DraftFactory()
    paper = _paper(request, clerk)
    owner = DelegationFactory(owner=True, establishment__name={"ar": CANARY, "en": CANARY})
    ServicePage.objects.filter(pk=request.service_id).update(who_applies="both")
    told = delegating.Invited("national_id", national_id(770011), "+966507700111")
    delegating.invite(owner.establishment, told, by=owner.person)
    guests = DraftFactory(applicant=UserFactory(guest=True, full_name=CANARY))
    # Of a person the request's applicant is, so that a banner with his name would be seen.
    sitting: Draft = DraftFactory(applicant=request.applicant, service=request.service, registered_by=clerk)
    return {
        "establishment": str(owner.establishment.public_id),
        "invitation": str(owner.establishment.invitations.get().public_id),
        "office": office_slug(owner.establishment, request.service.slug),
        # Whoever has a link has the application, so what is tried here is one that nobody gave out.
        "link": link_of(guests).rstrip("/").rpartition("/")[2][:-3] + "xxx",
        "sitting": str(sitting.public_id),
        "service": str(request.service_id),
        "workflow": str(request.workflow_version.workflow_id),
        "request": str(request.public_id),
        "file": str(file.public_id),
        "draft": str(draft.public_id),
        "run": str(run.public_id),
        "notice": str(Notice.objects.get(channel="sms").pk),
        "slug": request.service.slug,
        "preview": str(request.service_id),
        "paper": str(paper.public_id),
        "code": paper.code,
        "notice_text": str(
            NoticeText.objects.create(
                organisation=request.organisation, event="approve", channel="sms", text={"ar": CANARY}
            ).pk
        ),
        "template": str(DocumentTemplateFactory(organisation=request.organisation, name={"ar": CANARY}).pk),
        "filter": str(SavedFilter.objects.create(person=clerk, name=CANARY, query="due=late").public_id),
    }


def _paper(request: ServiceRequest, by: User) -> IssuedDocument:
    paper = IssuedDocument(
        request=request, organisation=request.organisation, year=1448, serial=1, number="X-1448-D000001",
        code=new_code(), kind={"ar": "تصريح", "en": "Permit"}, holder=CANARY, issued_at=timezone.now(), issued_by=by,
        signer_name=CANARY, values={}, sha256="0",
    )  # fmt: skip
    paper.file.save("x", ContentFile(b"%PDF" + CANARY.encode()))
    return paper


def parameters(kind: str, things: dict[str, str]) -> dict[str, str]:
    target = things.get(kind, "")
    return {
        "public_id": target,
        "pk": target,
        "run": target,
        "instance_pk": target,
        "action": "approve",
        "part": "note",
        "paper": things["paper"],
        "code": things["code"],
        "slug": things["slug"],
        "preview:slug": f"preview/{things['preview']}",
        "office:slug": things["office"],
        "mark": things["link"],
        "window:slug": f"window/{things['sitting']}",
        "page_id": things["preview"],
        "step": "topic",
    }


def body(answer: Any) -> str:
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def state_of(things: dict[str, str]) -> list[object]:
    return [
        list(ServiceRequest.objects.values_list("pk", "status", "stage_key", "assignee_id", "department_id")),
        list(Attachment.objects.values_list("pk", "name")),
        # Of an application everybody begins his own.
        list(Draft.objects.filter(public_id=things["draft"]).values_list("pk", "updated_at")),
        list(Draft.objects.exclude(registered_by=None).values_list("pk", "updated_at", "closed_at")),
        list(ImportRun.objects.values_list("pk", "applied_at")),
        list(Notice.objects.values_list("pk", "state")),
        list(SavedFilter.objects.values_list("pk", "query")),
        list(IssuedDocument.objects.values_list("pk", "revoked_at")),
        list(Delegation.objects.values_list("pk", "ended_at", "last_day")),
        list(Invitation.objects.values_list("pk", "answered_at")),
        InternalNote.objects.count() + Inspection.objects.count() + Reading.objects.count(),
    ]


def test_every_address_with_an_object_has_a_row() -> None:
    assert {address.name for address in addresses_of_objects()} == set(ROWS)


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_not_ones_own_is_not_there(person: str, client: Client, things: dict[str, str]) -> None:
    somebody = PEOPLE[person]()
    if somebody:
        client.force_login(somebody)
    before = state_of(things)
    tried, opened = 0, []

    for address in addresses_of_objects():
        kind = kind_of(address)
        if kind == "preview" and person in EDITORS:
            continue
        url = address.filled(parameters(kind, things))
        for answer in (client.get(url), client.post(url, {"note": "x", "reason": "x", "text": "x", "confirm": "1"})):
            tried += 1
            seen = CANARY in body(answer)
            # To the door, or nothing there. Of an application everybody has his own.
            shut = answer.status_code in {302, 403, 404, 405} if kind != "own" else answer.status_code < 500
            if seen or not shut:
                opened.append((url, answer.status_code))

    assert opened == []
    assert tried >= 2 * len([kind for kind in ROWS.values() if kind != "preview"])
    assert state_of(things) == before


def test_signed_in_people_are_told_that_it_does_not_exist(client: Client, things: dict[str, str]) -> None:
    for kind in ("citizen", "clerk of another office", "auditor of another office", "editor"):
        client.force_login(PEOPLE[kind]())  # type: ignore[arg-type]  # these are signed in
        for name in ("my_requests:detail", "my_requests:received", "my_requests:reply", "my_requests:file"):
            address = next(each for each in addresses_of_objects() if each.name == name)
            assert client.get(address.filled(parameters(ROWS[name], things))).status_code == 404, (kind, name)


def test_the_owner_opens_the_same_addresses(client: Client, things: dict[str, str]) -> None:
    """The control: what the others are refused is there."""
    request = ServiceRequest.objects.get()
    client.force_login(request.applicant)
    seen = 0
    for address in addresses_of_objects():
        if address.name.startswith("my_requests:") and ROWS[address.name] in {"request", "file"}:
            seen += CANARY in body(client.get(address.filled(parameters(ROWS[address.name], things))))
    assert seen >= 2
