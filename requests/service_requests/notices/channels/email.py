"""E-mail: the same few words as a text message, and a way to the request. What it contains stands in the account."""

import uuid
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cms.letters import Letter, send_letter
from service_requests.notices.channels.base import Channel, Envelope
from service_requests.records.models import ServiceRequest

# Stands where the id of a request will: thousands of addresses differ in that alone.
NOBODYS = uuid.UUID(int=0)


@lru_cache(maxsize=16)
def _path_of(language: str) -> str:
    return reverse("my_requests:detail", args=[NOBODYS])


class EmailChannel(Channel):
    """To the address of the applicant's account."""

    key = "email"
    label = gettext_lazy("E-mail")
    has_subject = True
    before_closing = "\n\n"

    def closing(self, request: ServiceRequest) -> str:
        url = settings.WAGTAILADMIN_BASE_URL + _path_of(get_language() or "").replace(
            str(NOBODYS), str(request.public_id)
        )
        return _("The request in your account: %(url)s\nNobody reads answers to this e-mail.") % {"url": url}

    def recipient_of(self, request: ServiceRequest) -> str:
        return request.applicant.email

    def deliver(self, envelope: Envelope) -> str:
        send_letter(Letter(envelope.reference, envelope.recipient, envelope.subject, envelope.text, envelope.language))
        return ""

    def masked(self, recipient: str) -> str:
        name, _at, domain = recipient.partition("@")
        return f"{name[:1]}…@{domain}"
