"""A chat of staff, or whatever else apprise speaks to: the number of a new request, for whoever is to look.

Addresses hold passwords, so they stand in the environment (NOTICE_CHATS), and a notice names the body instead.
These services know no reference: a message whose worker died between sending and marking arrives twice.
"""

import apprise
from django.conf import settings
from django.utils.translation import gettext_lazy

from cms.gateways import GatewayAway, GatewayRefused
from service_requests.notices.channels.base import Channel, Envelope
from service_requests.notices.events import SUBMITTED
from service_requests.records.models import ServiceRequest

FOR_ALL = "*"


class ChatChannel(Channel):
    """To the chat of the request's body, or that of all."""

    key = "chat"
    label = gettext_lazy("Chat of staff")
    is_for_staff = True

    def tells(self, event: str) -> bool:
        return event == SUBMITTED

    def recipient_of(self, request: ServiceRequest) -> str:
        key = request.organisation.key
        return key if _address_of(key) else ""

    def deliver(self, envelope: Envelope) -> str:
        chat = apprise.Apprise()
        if not chat.add(_address_of(envelope.recipient)):
            raise GatewayRefused("no_such_chat")
        if not chat.notify(body=envelope.text):
            raise GatewayAway("unreachable")
        return ""

    def masked(self, recipient: str) -> str:
        return recipient


def _address_of(body: str) -> str:
    chats: dict[str, str] = settings.NOTICE_CHATS
    return chats.get(body, chats.get(FOR_ALL, ""))
