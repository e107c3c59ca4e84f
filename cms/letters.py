"""Letters by e-mail: what leaves the house for an address goes through here, whoever writes it."""

import smtplib
from dataclasses import dataclass
from functools import partial
from socket import socket
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from cms.deadlines import in_time
from cms.gateways import GatewayAway, GatewayRefused, MessageRefused

# For all of one attempt; EMAIL_TIMEOUT is for each of its steps.
SECONDS = 30.0


@dataclass(frozen=True)
class Letter:
    """One letter. `reference` is the same for every attempt: mail servers and programs show a repeated one once."""

    reference: str
    recipient: str
    subject: str
    text: str
    language: str


def send_letter(letter: Letter) -> None:
    """Hand one letter to the mail server.

    Raises:
        GatewayRefused: it was not taken (cms.gateways says which kinds there are).
    """
    lines: list[socket] = []
    try:
        in_time(partial(_send, letter, monotonic() + SECONDS, lines), SECONDS, lines)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _words in error.recipients.values()}
        # 5xx: this address is none; 4xx: not now.
        raise (MessageRefused if min(codes, default=400) >= 500 else GatewayRefused)("no_such_address") from None
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        # What it says of a server that hangs, too.
        raise GatewayAway("no_answer" if isinstance(error.__context__, TimeoutError) else "unreachable") from None
    except smtplib.SMTPException:
        raise GatewayRefused("not_accepted") from None
    except TimeoutError:
        raise GatewayAway("no_answer") from None
    except OSError:
        raise GatewayAway("unreachable") from None


def _send(letter: Letter, deadline: float, lines: list[socket]) -> None:
    name = f"<{letter.reference}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or 'localhost'}>"
    headers = {"Message-ID": name, "Content-Language": letter.language, "Auto-Submitted": "auto-generated"}
    server = get_connection()
    # A name that was typed in two lines would have every letter that bears it refused for a day.
    subject = " ".join(letter.subject.split())
    mail = EmailMessage(subject, letter.text, to=[letter.recipient], headers=headers, connection=server)
    try:
        server.open()
        if line := getattr(getattr(server, "connection", None), "sock", None):
            lines.append(line)
        if monotonic() > deadline:
            # Nobody waits any more: what was given up is not sent behind his back.
            raise TimeoutError
        mail.send()
    finally:
        server.close()
