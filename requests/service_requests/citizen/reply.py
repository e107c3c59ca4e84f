"""The citizen's answer to a question of the office: a text and one file.

The file is stored the moment it arrives and waits for the text: until the answer is sent it belongs
to the person alone, under a place that names the request. What comes from a page that can no longer
be trusted is put aside like a step of an application, and shown again to the same person.
"""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.arabic import storable
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.wizard import stashing
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import uuid_of
from service_requests.wizard.tickets import Ticket
from services_catalog.processes.statuses import Status

KINDS = ("pdf", "jpg", "png")
MAX_BYTES = 5 * 1024 * 1024
LONGEST = 5000


class ReplyForm(forms.Form):
    """Only the text: the file is looked at before it."""

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": _("Write your answer"),
            "max_length": _("Shorten your answer to 5,000 characters"),
        },
    )


def _place(request: ServiceRequest) -> str:
    return f"reply.{request.public_id}"


def waiting_file(request: ServiceRequest, person: User) -> Attachment | None:
    """The file that was uploaded for the answer and not sent yet."""
    return Attachment.objects.filter(owner=person, field_key=_place(request), request=None, message=None).last()


def keep(request: ServiceRequest, person: User, uploaded: "UploadedFile[Any]") -> str:
    """Store the file of the answer in place of an earlier one; returns why it was refused, or nothing."""
    earlier = waiting_file(request, person)
    try:
        keep_file(uploaded, place=_place(request), kinds=KINDS, max_bytes=MAX_BYTES, by=person)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    if earlier:
        delete_file(earlier)
    return ""


def forget(request: ServiceRequest, person: User) -> None:
    """Delete the waiting file."""
    waiting = waiting_file(request, person)
    if waiting:
        delete_file(waiting)


def ticket_for(request: ServiceRequest, person: User) -> str:
    """Signed into the page: to whom the form was shown."""
    return Ticket(person=person.pk, service=request.service_id, version=request.form_version_id).signed()


def shown_to(http: HttpRequest, public_id: uuid.UUID) -> tuple[User, ServiceRequest] | None:
    """Whom the page was shown to that is sent now, and his request; None when somebody else sits there."""
    ticket = Ticket.read(http.POST.get("ticket", ""))
    now = at_the_keyboard(http)
    if ticket is None or (now is not None and now.pk != ticket.person):
        return None
    person = stashing.shown_to(ticket)
    request = person and own_requests(person).filter(public_id=public_id, status=Status.WAITING_CITIZEN).first()
    return (person, request) if person and request else None


def put_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep an answer that cannot be sent now; None when the page was shown to somebody else."""
    shown = shown_to(http, public_id)
    if shown is None:
        return None
    person, request = shown
    for uploaded in http.FILES.getlist("file")[:1]:
        keep(request, person, uploaded)
    return Stash.objects.create(
        person=person,
        service_id=request.service_id,
        step_key=_place(request),
        typed={"text": [storable(http.POST.get("text", ""))]},
    )


def text_put_aside(request: ServiceRequest, person: User, stash: str) -> str:
    """What the person had typed, by the mark in the address."""
    mark = uuid_of(stash)
    if mark is None:
        return ""
    kept = Stash.objects.filter(public_id=mark, person=person, step_key=_place(request)).first()
    return str(kept.typed["text"][0]) if kept else ""


def clear_put_aside(request: ServiceRequest, person: User) -> None:
    """The answer is sent: what was kept for it is no longer needed."""
    Stash.objects.filter(person=person, step_key=_place(request)).delete()
