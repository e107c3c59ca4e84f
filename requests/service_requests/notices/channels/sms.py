"""Text messages, by the gateway of the portal (cms.gateways)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.gateways import TextMessage, sms_gateway
from cms.phones import masked
from cms.segments import for_telephones
from service_requests.notices.channels.base import Channel, Envelope
from service_requests.records.models import ServiceRequest


class SmsChannel(Channel):
    """To the mobile number stored with the request."""

    key = "sms"
    label = gettext_lazy("Text message")

    def fitted(self, text: str) -> str:
        return for_telephones(text)

    def closing(self, request: ServiceRequest) -> str:
        # Plain signs: one curly quotation mark makes three messages of what is one.
        if request.is_of_a_guest:
            # No longer than the other, by which editors are told how many parts their text makes.
            return _("See: Follow a request, on the portal. You cannot reply by text message.")
        return _("Details: My requests, in your account. You cannot reply by text message.")

    def recipient_of(self, request: ServiceRequest) -> str:
        return request.applicant_mobile

    def deliver(self, envelope: Envelope) -> str:
        return sms_gateway().send(
            TextMessage(envelope.reference, envelope.recipient, envelope.text, sender=envelope.sender)
        )

    def masked(self, recipient: str) -> str:
        return masked(recipient)
