"""In the account: the row itself is what he reads, so nothing is handed over."""

from django.utils.translation import gettext_lazy

from service_requests.notices.channels.base import Channel, Envelope
from service_requests.records.models import ServiceRequest


class AccountChannel(Channel):
    """To the applicant, when he signs in (service_requests.notices.account)."""

    key = "account"
    label = gettext_lazy("In the account")
    is_handed_over = False

    def recipient_of(self, request: ServiceRequest) -> str:
        return str(request.applicant_id)

    def deliver(self, envelope: Envelope) -> str:
        return ""

    def masked(self, recipient: str) -> str:
        return ""
