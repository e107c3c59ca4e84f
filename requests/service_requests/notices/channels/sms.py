"""Text messages. The gateway behind them is the transport; the demo's only keeps them in the outbox."""

from abc import ABC, abstractmethod
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from cms.phones import masked
from service_requests.notices.channels.base import Channel, Envelope, register
from service_requests.records.models import ServiceRequest


class Transport(ABC):
    """A gateway for text messages."""

    @abstractmethod
    def send(self, envelope: Envelope) -> None:
        """Hand one message to the gateway, with the envelope's reference as its own.

        Raises:
            DeliveryFailed: when the gateway did not take it.
        """


class OutboxTransport(Transport):
    """Sends nothing: the notice itself, marked as sent, is what the outbox page shows."""

    def send(self, envelope: Envelope) -> None:
        return None


@register
class SmsChannel(Channel):
    """Text messages to the mobile number stored with the request."""

    key = "sms"
    label = _("Text message")
    transport: ClassVar[Transport] = OutboxTransport()

    def recipient_of(self, request: ServiceRequest) -> str:
        return request.applicant_mobile

    def deliver(self, envelope: Envelope) -> None:
        self.transport.send(envelope)

    def masked(self, recipient: str) -> str:
        return masked(recipient)
