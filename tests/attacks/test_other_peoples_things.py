"""Other people's requests, files, drafts, imports and notices, by every address that leads to one.

The addresses come from the resolver: a new one with an object and no row here fails. Whoever knows the key of
something (of a session, a document asked for, what was put aside) and sends it in a form finds nothing either.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from home.accounts.establishments import delegating
from home.accounts.establishments.models import Delegation, Establishment, Invitation
from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import MessageKind, User
from home.accounts.outbox import tell_by_sms
from service_requests.casework.asking import Wanted, place_of
from service_requests.casework.models import AskedDocument, Inspection, InternalNote, SavedFilter
from service_requests.documents.codes import new_code
from service_requests.documents.models import IssuedDocument
from service_requests.exchange.models import ImportRun
from service_requests.feedback.models import Rating
from service_requests.notices.models import Notice, NoticeText
from service_requests.notices.outbox import announce
from service_requests.records.models import Attachment, Message, Reading, ServiceRequest
from service_requests.wizard.links import link_of
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.offers import office_slug
from service_requests.workflow.actions import ask_citizen, take
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
    # Without the letter, whose key follows from the password, it says so.
    "account_reset_password_from_key": "own",
    "account_email_confirm": "own",
}
# What everybody reads, by its name or else its module; Wagtail asks for the rest.
PUBLIC = {
    "cms.media",
    "services_catalog.rendered",
    "wagtail_serve",
    "wagtaildocs_serve",
    "wagtaildocs_authenticate_with_password",
    "wagtailcore_authenticate_with_password",
}


def _delegate(**when: bool) -> User:
    """Somebody who once acted for the establishment, or will."""
    person: User = DelegationFactory(establishment=Establishment.objects.get(), **when).person
    return person


def _sender_who_was_ended() -> User:
    """Whose files they were, and whose hands typed it: what is the establishment's stays there."""
    sender = ServiceRequest.objects.get().applicant
    delegating.end(Delegation.objects.get(person=sender))
    # His own name stands on his pages.
    sender.full_name = "sender"
    sender.save()
    return sender


PEOPLE: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "citizen": lambda: UserFactory(citizen=True),
    "guest of another session": lambda: DraftFactory(applicant=UserFactory(guest=True)).applicant,
    "guest of another session who has sent something": lambda: (
        ServiceRequestFactory(applicant=UserFactory(guest=True)).applicant
    ),
    "delegate whom the owner has ended": lambda: _delegate(ended=True),
    "delegate whose days are over": lambda: _delegate(over=True),
    "delegate whose days have not begun": lambda: _delegate(later=True),
    "delegate who has sent it himself, and was ended": _sender_who_was_ended,
    "delegate of another office": lambda: DelegationFactory().person,
    "owner of another establishment": lambda: DelegationFactory(owner=True).person,
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
MOBILE = "+966507700222"
# What nobody else may read: words, numbers as they are kept and as they are shown.
SECRETS = (CANARY, MOBILE, "0507700222", "0507700111", "1077700117")


def come_in(client: Client, somebody: User | None) -> None:
    """As an account, or as a guest whose session this is."""
    if somebody is not None and somebody.is_guest:
        session = client.session
        session[IN_THE_SESSION] = str(somebody.public_id)
        session.save()
    elif somebody is not None:
        client.force_login(somebody)


def kind_of(address: Address) -> str:
    """The steps of a preview, and those at the service window, have the names of those of an application."""
    if "<window:" in address.route:
        return "sitting"
    if "<office:" in address.route:
        return "office"
    return "preview" if "<preview:" in address.route else ROWS[address.name]


def addresses_of_objects() -> list[Address]:
    return [each for each in every_address() if {"<", "("} & set(each.route) and _is_ours(each)]


def _is_ours(address: Address) -> bool:
    """All that citizens reach, whoever wrote the view; of the admin what is about requests."""
    if not address.route.startswith("admin/"):
        return not PUBLIC & {address.name, address.module}
    spaces = ("requests:", "exchange:", "notices_modeladmin", "window_")
    return address.name.startswith(spaces) or address.module.startswith("service_requests.")


@pytest.fixture
def things() -> dict[str, str]:
    """One of each kind, all of one person and one office; the request is an establishment's."""
    owner = DelegationFactory(owner=True, establishment__name={"ar": CANARY, "en": CANARY})
    applicant = UserFactory(citizen=True, full_name=CANARY, mobile=MOBILE, email=f"{CANARY}@example.com")
    DelegationFactory(person=applicant, establishment=owner.establishment)
    request: ServiceRequest = ServiceRequestFactory(
        answers={"subject": CANARY}, applicant=applicant, acting_for=owner.establishment
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
    ServicePage.objects.filter(pk=request.service_id).update(who_applies="both")
    told = delegating.Invited("national_id", national_id(7770011), "+966507700111")
    delegating.invite(owner.establishment, told, by=owner.person)
    guests = DraftFactory(applicant=UserFactory(guest=True, full_name=CANARY))
    # Of a person the request's applicant is, so that a banner with his name would be seen.
    sitting: Draft = DraftFactory(applicant=request.applicant, service=request.service, registered_by=clerk)
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text=CANARY, documents=[Wanted(CANARY, CANARY)])
    asked = AskedDocument.objects.get()
    waits = Attachment(owner=applicant, field_key=place_of(asked), name=CANARY, content_type="application/pdf", size=4)
    waits.file.save("x", ContentFile(b"%PDF" + CANARY.encode()))
    aside = Stash.objects.create(
        person=applicant,
        service=request.service,
        step_key=f"reply.{request.public_id}",
        typed={"text": [CANARY], "reason": [CANARY]},
    )
    browser = Client()
    browser.force_login(applicant)
    browser.get("/ar/account/sessions/")
    tell_by_sms(MessageKind.MOBILE_CAME, MOBILE)
    return {
        "asked": str(asked.public_id),
        "waiting_file": str(waits.public_id),
        "aside": str(aside.public_id),
        "session": str(UserSession.objects.get(user=applicant).pk),
        "delegation": str(owner.pk),
        "establishment_key": str(owner.establishment_id),
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
        "notice": str(Notice.objects.filter(channel="sms").earliest("pk").pk),
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
        Message.objects.count() + Rating.objects.count(),
        list(AskedDocument.objects.values_list("pk", "reply", "answered_at")),
        list(Stash.objects.filter(public_id=things["aside"]).values_list("pk", "typed")),
        list(UserSession.objects.filter(pk=things["session"]).values_list("pk")),
    ]


def reads_nothing(answer: Any) -> bool:
    """None of what is another person's stands in it."""
    shown = body(answer)
    return not any(secret in shown for secret in SECRETS)


# To the door, refused, or nothing there; a script is sent to the door by a header.
SHUT, FAULT = {302, 403, 404, 405}, 500
IN_PASSING = {"hx-request": "true"}
# What presses every button that there is.
POSTED = {"note": "x", "reason": "x", "text": "x", "confirm": "1", "stars": "5", "do": "accept"}


def test_every_address_with_an_object_has_a_row() -> None:
    assert {address.name for address in addresses_of_objects()} == set(ROWS)


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_not_ones_own_is_not_there(person: str, client: Client, things: dict[str, str]) -> None:
    come_in(client, PEOPLE[person]())
    before = state_of(things)
    tried, opened = 0, []

    for address in addresses_of_objects():
        kind = kind_of(address)
        if kind == "preview" and person in EDITORS:
            continue
        url = address.filled(parameters(kind, things))
        posted = POSTED | {"delegation": things["delegation"]}
        for answer in (client.get(url), client.post(url, posted), client.post(url, posted, headers=IN_PASSING)):
            tried += 1
            # To the door, or nothing there. Of an application everybody has his own.
            shut = answer.status_code in SHUT or "HX-Redirect" in answer.headers or kind == "own"
            shut = shut and answer.status_code < FAULT
            if not reads_nothing(answer) or not shut:
                opened.append((url, answer.status_code))

    assert opened == []
    assert tried >= 3 * len([kind for kind in ROWS.values() if kind != "preview"])
    assert state_of(things) == before


def test_the_kinds_of_person_are_those_of_the_quality_book() -> None:
    """A delegate of today is none of them: what he sees and does not is the test after the next."""
    assert len(PEOPLE) == 16


@pytest.mark.parametrize(
    "person",
    [
        "anonymous",
        "citizen",
        "guest of another session who has sent something",
        "delegate whom the owner has ended",
        "owner of another establishment",
        "clerk of another office",
    ],
)
def test_no_page_without_an_object_shows_another_persons(
    person: str, client: Client, things: dict[str, str], settings: Any
) -> None:
    """Lists, tabs, badges, profiles, sessions, the outbox: they show the own, and of others nothing."""
    settings.OUTBOX_FOR_EVERYONE = False
    come_in(client, PEOPLE[person]())
    urls = [
        "/" + each.route
        for each in every_address()
        if each.route.startswith("ar/") and not {"<", "("} & set(each.route) and "logout" not in each.route
    ]
    urls += [
        f"/ar/requests/?{urlencode({'show': tab, 'q': CANARY[-4:]})}" for tab in ("drafts", "messages", "finished")
    ]

    shown = [url for url in urls if CANARY in body(client.get(url))]

    assert len(urls) > 40
    assert shown == []


@pytest.mark.parametrize("person", ["citizen", "delegate whom the owner has ended", "owner of another establishment"])
def test_keys_of_others_in_a_form_do_nothing(person: str, client: Client, things: dict[str, str]) -> None:
    """From pages of his own, with what he has overheard of another's."""
    somebody = PEOPLE[person]()
    assert somebody is not None
    mine: ServiceRequest = ServiceRequestFactory(waiting=True, applicant=somebody)
    clerk = UserFactory(clerk=True, departments=[mine.department])
    own = DelegationFactory(person=somebody, owner=True)
    asked_of_me = AskedDocument.objects.create(
        request=mine,
        message=Message.objects.create(request=mine, author=clerk, text="?", written_at=timezone.now()),
        position=0,
        label="own",
    )
    client.force_login(somebody)
    before, there = state_of(things), f"/ar/requests/{mine.public_id}/"
    untouched = ServiceRequest.objects.get(public_id=things["request"]).updated_at
    tries = [
        ("/ar/account/sessions/", {"session": things["session"]}),
        (f"/ar/account/establishments/{own.establishment.public_id}/end/", {"delegation": things["delegation"]}),
        (there + "reply/", {f"reply-{things['asked']}": "x", "remove-file": things["waiting_file"], "do": "keep"}),
        (there + "reply/", {"remove": things["waiting_file"], "file": things["file"], "files": things["file"]}),
        (there + "object/", {"remove-file": things["waiting_file"], "reason": "x", "files": things["file"]}),
        (f"/ar/apply/{things['slug']}/submit/", {"acting_for": things["establishment_key"], "draft": things["draft"]}),
        (f"/ar/apply/{things['slug']}/update/", {"acting_for": things["establishment"], "draft": things["draft"]}),
    ]

    answers = [client.post(url, data) for url, data in tries]
    answers += [client.get(f"{there}{page}?restore={things['aside']}") for page in ("", "object/", "rate/", "correct/")]

    assert all(answer.status_code < 500 and reads_nothing(answer) for answer in answers)
    assert Attachment.objects.filter(public_id__in=[things["waiting_file"], things["file"]]).count() == 2
    assert ServiceRequest.objects.get(public_id=things["request"]).updated_at == untouched
    assert state_of(things)[3:8] == before[3:8]
    assert AskedDocument.objects.get(public_id=things["asked"]).reply == ""
    assert AskedDocument.objects.get(pk=asked_of_me.pk).request_id == mine.pk
    assert UserSession.objects.filter(pk=things["session"]).exists()
    assert Delegation.objects.get(pk=things["delegation"]).ended_at is None
    assert not ServiceRequest.objects.filter(applicant=somebody).exclude(acting_for=None).exists()


def test_a_delegate_of_today_sees_the_requests_of_his_office_and_not_its_people(
    client: Client, things: dict[str, str]
) -> None:
    client.force_login(_delegate())
    shut, seen = set(), set()
    for address in addresses_of_objects():
        kind = kind_of(address)
        if address.name == "my_requests:cancel" or kind == "office":
            continue
        answer = client.get(address.filled(parameters(kind, things)))
        body(answer)
        (shut if answer.status_code in {302, 404} else seen).add(address.name)

    requests = {name for name, kind in ROWS.items() if name.startswith("my_requests:") and kind == "request"}
    assert {"my_requests:detail", "my_requests:received", "my_requests:summary", "my_requests:file"} <= seen
    assert not seen & (set(ROWS) - requests - {"my_requests:file", "my_requests:paper"} - OPEN_TO_ALL)


OPEN_TO_ALL = {name for name, kind in ROWS.items() if kind == "own"}


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
