"""The citizen's answer to a question of the office: a text and one file.

The file is stored the moment it arrives and waits for the text: until the answer is sent it belongs
to the person alone, under a place that names the request.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from home.accounts.models import User
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.purge import delete_file
from service_requests.wizard.uploads import keep_file

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
