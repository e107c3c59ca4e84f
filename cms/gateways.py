"""The gateway for text messages: what leaves the house for a telephone goes through it.

Below everything, because codes of sign-in (home.accounts) and notices of requests (service_requests.notices)
are sent by the same one. Which one, the environment says (.env.example, SMS_GATEWAY_…): an address that takes
a message by HTTP, in whatever words its owner chose. Without one nothing is sent, which production refuses.
"""

import json
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import socket
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cms.deadlines import in_time
from cms.placeholders import filled, words_in

METHODS = ("POST", "PUT")
FORMATS = ("json", "form")
# What a body template may name. Some gateways want the number without its +.
WORDS = ("recipient", "recipient_digits", "text", "reference", "sender")
NEEDED = ("text", "reference")
# An answer is a few words; what is longer is not read.
LONGEST_ANSWER = 64 * 1024
SHORTEST_SECRET = 32
# In seconds; whoever sends holds what he sends for longer than one attempt may take (notices.outbox.LEASE).
LONGEST_WAIT = 30


class GatewayRefused(Exception):
    """The gateway did not take the message; another attempt may succeed.

    `reason` is one of few words and never repeats what the gateway said: that may quote number and text.
    """

    def __init__(self, reason: str = "refused") -> None:
        super().__init__(reason)
        self.reason = reason


class GatewayAway(GatewayRefused):
    """Nobody answered, in time or at all: other messages would fare no better now. It may have been taken."""


class MessageRefused(GatewayRefused):
    """The gateway takes other messages but not this one: trying again changes nothing."""


@dataclass(frozen=True)
class TextMessage:
    """One text message. `recipient` is E.164; `reference` is the same for every attempt, so that the other side
    recognises a repeated one. `sender` is the name it comes from; empty: the one of the settings."""

    reference: str
    recipient: str
    text: str
    sender: str = ""


class SmsGateway(ABC):
    """A way to send text messages."""

    @abstractmethod
    def send(self, message: TextMessage) -> str:
        """Hand one message over; what the gateway calls it, empty where it does not say.

        Raises:
            GatewayRefused: when it was not taken.
        """


class NothingIsSent(SmsGateway):
    """For the demo: what would have been sent is read on the outbox page."""

    def send(self, message: TextMessage) -> str:
        return ""


@dataclass(frozen=True)
class HttpGateway(SmsGateway):
    """Sends by one HTTP request to one address. It follows no redirect and believes no certificate that is not good.

    Attributes:
        body: what is sent, by names of fields; `{text}` and its like stand in its strings.
        accepted: path in the answer and the value that stands there when a message was taken; empty: the status says.
        id_path: where in the answer the gateway's own name for the message stands; empty: nowhere.
        seconds: how long one attempt may take in all.
    """

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    form: bool = False
    accepted: tuple[str, str] = ("", "")
    id_path: str = ""
    sender: str = ""
    seconds: float = 10

    def send(self, message: TextMessage) -> str:
        values = {
            "recipient": message.recipient,
            "recipient_digits": message.recipient.removeprefix("+"),
            "text": message.text,
            "reference": message.reference,
            "sender": message.sender or self.sender,
        }
        status, answer = self._ask(_with(self.body, values))
        if not 200 <= status < 300:
            # These two say that the message is wrong; any other that something is wrong around it.
            raise (MessageRefused if status in {400, 422} else GatewayRefused)(f"status_{status}")
        path, wanted = self.accepted
        if path and _at(answer, path) != wanted:
            raise GatewayRefused("not_accepted")
        return _at(answer, self.id_path)[:100] if self.id_path else ""

    def _ask(self, body: Any) -> tuple[int, bytes]:
        """The status and the beginning of the answer, within the time there is for all of it."""
        data = urlencode(body) if self.form else json.dumps(body, ensure_ascii=False)
        deadline = monotonic() + self.seconds
        lines: list[socket] = []
        try:
            return in_time(partial(self._exchange, data.encode(), deadline, lines), self.seconds, lines)
        except TimeoutError:
            raise GatewayAway("no_answer") from None
        except (HTTPException, OSError):
            raise GatewayAway("unreachable") from None

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "http":
            return HTTPConnection(parts.hostname or "", parts.port, timeout=self.seconds)
        context = ssl.create_default_context()
        return HTTPSConnection(parts.hostname or "", parts.port, timeout=self.seconds, context=context)

    def _exchange(self, data: bytes, deadline: float, lines: list[socket]) -> tuple[int, bytes]:
        """Ask once. The line is never used again: what it has not said yet would be read as the next answer."""
        connection, parts = self._connection(), urlsplit(self.url)
        kind = "application/x-www-form-urlencoded" if self.form else "application/json"
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Accept": "application/json",
            "User-Agent": "Diwan",
            "Connection": "close",
            **self.headers,
        }
        try:
            connection.connect()
            lines.append(connection.sock)
            if monotonic() > deadline:
                # Nobody waits any more: what was given up is not sent behind his back.
                raise TimeoutError
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(self.method, path, data, headers)
            with connection.getresponse() as answer:
                return answer.status, answer.read(LONGEST_ANSWER)
        finally:
            connection.close()


def _with(template: Any, values: Mapping[str, str]) -> Any:
    """The template with its words replaced, inside its strings: no text can become more than a text."""
    if isinstance(template, str):
        return filled(template, values)
    if isinstance(template, Mapping):
        return {key: _with(part, values) for key, part in template.items()}
    if isinstance(template, list):
        return [_with(part, values) for part in template]
    return template


def _at(answer: bytes, path: str) -> str:
    """What stands at `data.messages.0.id` of an answer in JSON; empty where nothing does."""
    try:
        found: Any = json.loads(answer)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else json.dumps(found)


# --- Settings -----------------------------------------------------------------------------------------


def faults_of(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with SMS_GATEWAY, each with the name of the variable; nothing where none of it is set."""
    named = [name for name in ("BODY", "HEADERS", "ACCEPTED", "ID_PATH", "REPORT_SECRET") if values.get(name)]
    if not values.get("URL"):
        for name in named:
            yield f"SMS_GATEWAY_{name} is set and SMS_GATEWAY_URL is not. Write the address, or remove both."
        return
    parts = urlsplit(values["URL"])
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        yield "SMS_GATEWAY_URL is no address. Write https://host/path; a password belongs into SMS_GATEWAY_HEADERS."
    if values.get("METHOD", "POST") not in METHODS:
        # A GET would put telephone numbers into the logs of whoever stands between.
        yield f"SMS_GATEWAY_METHOD is {values['METHOD']}. Write one of {', '.join(METHODS)}."
    if values.get("FORMAT", "json") not in FORMATS:
        yield f"SMS_GATEWAY_FORMAT is {values['FORMAT']}. Write one of {', '.join(FORMATS)}."
    yield from _faults_of_body(values)
    headers = _object(values.get("HEADERS") or "{}")
    if headers is None or not all(isinstance(value, str) for value in headers.values()):
        yield 'SMS_GATEWAY_HEADERS is no JSON object of texts. Write {"Authorization": "Bearer …"}'
    if values.get("ACCEPTED") and "=" not in values["ACCEPTED"]:
        yield "SMS_GATEWAY_ACCEPTED is no path=value. Write, for example, data.status=Queued"
    if not 1 <= values.get("SECONDS", 10) <= LONGEST_WAIT:
        yield f"SMS_GATEWAY_SECONDS is not between 1 and {LONGEST_WAIT}."
    secret = values.get("REPORT_SECRET") or ""
    if secret and len(secret) < SHORTEST_SECRET:
        yield f"SMS_GATEWAY_REPORT_SECRET is too easy to guess: at least {SHORTEST_SECRET} characters."


def _faults_of_body(values: Mapping[str, Any]) -> Iterator[str]:
    body = _object(values.get("BODY") or "")
    if body is None:
        yield 'SMS_GATEWAY_BODY is no JSON object. Write {"to": "{recipient}", "text": "{text}", "id": "{reference}"}'
        return
    words = words_in_all(body)
    for missing in [word for word in NEEDED if word not in words]:
        yield f"SMS_GATEWAY_BODY does not say {{{missing}}}."
    if not words & {"recipient", "recipient_digits"}:
        yield "SMS_GATEWAY_BODY does not say {recipient}."
    for unknown in sorted(words - set(WORDS)):
        yield f"SMS_GATEWAY_BODY says {{{unknown}}}, which means nothing."
    if values.get("FORMAT") == "form" and any(isinstance(part, dict | list) for part in body.values()):
        yield "SMS_GATEWAY_BODY has parts within parts, which a form cannot send."


def words_in_all(template: Any) -> set[str]:
    """Every word in curly brackets, wherever in a body it stands."""
    if isinstance(template, str):
        return set(words_in(template))
    parts = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return {word for part in parts for word in words_in_all(part)}


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def gateway_from(values: Mapping[str, Any]) -> SmsGateway:
    """The gateway that SMS_GATEWAY describes; without an address none.

    Raises:
        ImproperlyConfigured: naming what is wrong with it.
    """
    faults = list(faults_of(values))
    if faults:
        raise ImproperlyConfigured("\n".join(faults))
    if not values.get("URL"):
        return NothingIsSent()
    path, _equals, wanted = (values.get("ACCEPTED") or "").partition("=")
    return HttpGateway(
        url=values["URL"],
        body=_object(values["BODY"]) or {},
        headers=_object(values.get("HEADERS") or "{}") or {},
        method=values.get("METHOD", "POST"),
        form=values.get("FORMAT") == "form",
        accepted=(path, wanted),
        id_path=values.get("ID_PATH") or "",
        sender=values.get("SENDER") or "",
        seconds=values.get("SECONDS", 10),
    )


def sms_gateway() -> SmsGateway:
    """The gateway that the settings name.

    Raises:
        ImproperlyConfigured: naming what is wrong with the settings.
    """
    return gateway_from(settings.SMS_GATEWAY)
