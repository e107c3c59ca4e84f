"""E-mail: the same few words as a text message, and a way to the request. What it contains stands in the account."""

import smtplib
import uuid
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cms.gateways import GatewayAway, GatewayRefused, MessageRefused
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
        # One name for every attempt: mail servers and programs show a repeated message once.
        name = f"<{envelope.reference}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or 'localhost'}>"
        headers = {"Message-ID": name, "Content-Language": envelope.language, "Auto-Submitted": "auto-generated"}
        mail = EmailMessage(envelope.subject, envelope.text, to=[envelope.recipient], headers=headers)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _words in error.recipients.values()}
            # 5xx: this address is none; 4xx: not now.
            raise (MessageRefused if min(codes, default=400) >= 500 else GatewayRefused)("no_such_address") from None
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
            raise GatewayAway("unreachable") from None
        except smtplib.SMTPException:
            raise GatewayRefused("not_accepted") from None
        except TimeoutError:
            raise GatewayAway("no_answer") from None
        except OSError:
            raise GatewayAway("unreachable") from None
        return ""

    def masked(self, recipient: str) -> str:
        name, _at, domain = recipient.partition("@")
        return f"{name[:1]}…@{domain}"
