"""Whatever is written into a form of a citizen: it is answered in words, and nothing breaks on any database."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import User
from service_requests.casework.asking import Wanted
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.workflow.actions import ask_citizen, take
from tests.attacks.addresses import every_address
from tests.factories import DelegationFactory, DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.answered import answered, contested_service, three_levels

pytestmark = pytest.mark.django_db

# By what they do: too much, what no database takes, what turns a line round, what is no number, what looks like code.
HOSTILE = {
    "50,000 letters": "ا" * 50_000,
    "NUL": "أ\x00\x00ب",
    "bidi": "\u202egnp.exe\u2066\u200f\u202c",
    "half a sign": "\ud800",
    "digits": "9" * 400,
    "other digits": "²₃①𝟘",
    "braces": "{0.__class__} %(x)s %s {number!r} {{ 7*7 }}",
    "mark-up": "<script>alert(1)</script>' OR 1=1 --",
    "lines": "a\r\nBcc: x@example.com\r\n\r\nb",
}
# Those would end the session that is tried here.
LEFT_OUT = ("logout", "leave/", "sessions/")


def request_of(person: User) -> ServiceRequest:
    request: ServiceRequest = ServiceRequestFactory(applicant=person)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text="?", documents=[Wanted("Deed")])
    return request


def signed_in(client: Client) -> User:
    person: User = UserFactory(citizen=True)
    client.force_login(person)
    return person


def guest(client: Client) -> User:
    person: User = UserFactory(guest=True)
    session = client.session
    session[IN_THE_SESSION] = str(person.public_id)
    session.save()
    return person


WHO: dict[str, Callable[[Client], User | None]] = {"nobody": lambda _: None, "citizen": signed_in, "guest": guest}


def pages_of(person: User | None) -> list[str]:
    """Every page of a citizen that the resolver knows, those of his own request, draft and establishment included."""
    # What stands before the language is written in that of the thread.
    with override("ar"):
        urls = {"/" + each.route for each in every_address() if each.route.startswith("ar/") and "<" not in each.route}
    urls = {url for url in urls if "(" not in url and not any(part in url for part in LEFT_OUT)}
    slug = ServicePageFactory().slug
    urls |= {f"/ar/apply/{slug}/{part}" for part in ("", "without-account/", "link/", "mobile/", "review/")}
    urls |= {reverse("page_helpful", args=[slug])}
    if person is not None:
        request = request_of(person)
        decided = answered(person, contested_service(three_levels()[0]))
        draft = DraftFactory(applicant=person)
        urls |= {f"/ar/requests/{request.public_id}/{part}" for part in ("reply/", "correct/", "cancel/", "read/", "")}
        urls |= {f"/ar/requests/{decided.public_id}/{part}" for part in ("object/", "rate/")}
        urls |= {f"/ar/apply/{draft.service.slug}/{part}" for part in ("steps/topic/", "review/", "submit/", "update/")}
    if person is not None and not person.is_guest:
        owned = DelegationFactory(person=person, owner=True).establishment
        urls |= {f"/ar/account/establishments/{owned.public_id}/{part}" for part in ("", "end/")}
    return sorted(urls)


def typed_into(html: str, text: str) -> dict[str, str]:
    """The same text in every field, except where a page recognises its own."""
    names = set(re.findall(r'name="([^"]+)"', html)) | {"text", "reason", "mobile", "next", "delegation", "digits"}
    return {name: text for name in names if name not in {"csrfmiddlewaretoken", "viewport"}}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", HOSTILE)
def test_no_form_breaks(who: str, what: str, client: Client, settings: dict[str, object]) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}  # type: ignore[attr-defined]  # pytest-django's
    client.raise_request_exception = False
    text, broken, tried = HOSTILE[what], [], 0
    sent = text.encode("utf-8", "surrogatepass")
    for url in pages_of(WHO[who](client)):
        html = client.get(url).content.decode(errors="replace")
        fields = typed_into(html, text)
        data = b"&".join(name.encode() + b"=" + _quoted(sent) for name in fields)
        form = "application/x-www-form-urlencoded"
        answers = [
            client.post(url, data, content_type=form, headers={"sec-fetch-site": "same-origin"}),
            client.get(f"{url}?" + "&".join(f"{name}={_quoted(sent[:2_000]).decode()}" for name in QUERIES)),
        ]
        tried += 1
        broken += [(url, answer.status_code) for answer in answers if answer.status_code >= 500]

    assert broken == []
    assert tried > 35


QUERIES = ("q", "show", "page", "next", "restore", "number", "code", "state", "service")


def _quoted(text: bytes) -> bytes:
    return b"".join(b"%%%02X" % each for each in text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("letter.pdf", b"MZ\x90\x00" + b"\x00" * 100),
        ("letter.pdf", b""),
        ("../../etc/passwd.png", b"\x89PNG"),
        ("a\x00.png", b"\x89PNG\r\n\x1a\n"),
        ("\u202egnp.exe", b"MZ\x90\x00"),
        ("x" * 400 + ".exe", b"MZ"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_kept_nowhere(name: str, content: bytes, client: Client) -> None:
    """In an answer, for a document that was asked for, and with an objection."""
    person = signed_in(client)
    request = request_of(person)
    decided = answered(person, contested_service(three_levels()[0]))
    asked = request.asked_documents.get()
    there = f"/ar/requests/{request.public_id}/reply/"

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content, content_type="image/png")

    answers = [
        client.post(there, {f"files-{asked.public_id}": file(), f"file-{asked.public_id}": file(), "keep": "1"}),
        client.post(there, {"files": file(), "text": "x", "keep": "1"}),
        client.post(f"/ar/requests/{decided.public_id}/object/", {"files": file(), "reason": ""}),
    ]

    assert all(answer.status_code < 500 for answer in answers)
    assert not Attachment.objects.exists()
