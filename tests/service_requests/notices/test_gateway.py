"""Text messages by a real gateway in another process: slow, failing, hanging, dropping, late."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from cms.gateways import (
    GatewayAway,
    GatewayRefused,
    HttpGateway,
    MessageRefused,
    NothingIsSent,
    TextMessage,
    faults_of,
    gateway_from,
    sms_gateway,
)
from tests.outside import BODY, Gateway
from tests.waiting import wait_for

MESSAGE = TextMessage("ref-1", "+966501234567", 'رقم "طلبك" {sender} \\ 7', sender="Najran")
GOOD = {"URL": "https://sms.example.org/", "BODY": json.dumps(BODY)}


def test_a_message_arrives_as_it_is_with_its_reference_and_sender(gateway: Gateway) -> None:
    sms_gateway().send(MESSAGE)

    assert gateway.sent == {
        "ref-1": {"to": MESSAGE.recipient, "text": MESSAGE.text, "from": "Najran", "reference": "ref-1"}
    }


def test_a_gateway_that_wants_a_form_without_a_plus_gets_one(gateway: Gateway, settings: Settings) -> None:
    body = json.dumps({**BODY, "to": "{recipient_digits}"})
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "FORMAT": "form", "BODY": body, "SENDER": "Portal"}

    sms_gateway().send(replace(MESSAGE, sender=""))

    sent = gateway.sent["ref-1"]
    assert (sent["to"], sent["text"], sent["from"]) == ("966501234567", MESSAGE.text, "Portal")


def test_what_the_gateway_calls_it_is_kept(gateway: Gateway, settings: Settings) -> None:
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "ACCEPTED": "status=queued", "ID_PATH": "data.id"}

    assert sms_gateway().send(MESSAGE) == "ref-1"


@pytest.mark.parametrize("answer", [b"[" * 60_000, b"\xff", b"", b"[]", b'{"status": {"id": null}}'])
def test_an_answer_that_says_nothing_is_no_acceptance(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    gateway = gateway_from({**GOOD, "ACCEPTED": "status=queued"})
    monkeypatch.setattr(HttpGateway, "_ask", lambda *_given: (200, answer))

    with pytest.raises(GatewayRefused, match="not_accepted"):
        gateway.send(MESSAGE)


@pytest.mark.parametrize(
    ("mode", "refusal", "reason"),
    [
        ("failing", GatewayRefused, "status_500"),
        ("busy", GatewayRefused, "status_429"),
        ("refusing", MessageRefused, "status_400"),
        ("hanging", GatewayAway, "no_answer"),
        ("late", GatewayAway, "no_answer"),
        ("dripping", GatewayAway, "no_answer"),
        ("dripping_headers", GatewayAway, "no_answer"),
        ("dropping", GatewayAway, "unreachable"),
        ("away_to", GatewayRefused, "status_307"),
        ("no", GatewayRefused, "not_accepted"),
    ],
)
def test_each_way_not_to_take_a_message_is_told_apart(
    impatient: Gateway, settings: Settings, mode: str, refusal: type[GatewayRefused], reason: str
) -> None:
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "ACCEPTED": "status=queued"}
    impatient.is_today(mode)

    with pytest.raises(GatewayRefused) as refused:
        sms_gateway().send(MESSAGE)

    assert (type(refused.value), refused.value.reason) == (refusal, reason)
    assert MESSAGE.recipient not in str(refused.value)
    # A redirect is not followed: what would have gone there stays here.
    assert list(impatient.asked) == ["ref-1"]
    impatient.is_today("well")


@pytest.mark.parametrize("mode", ["dripping", "dripping_headers"])
def test_one_that_drips_is_waited_for_no_longer_than_allowed_and_its_line_is_cut(
    impatient: Gateway, settings: Settings, mode: str
) -> None:
    impatient.is_today(mode)
    begun = monotonic()

    with pytest.raises(GatewayAway, match="no_answer"):
        sms_gateway().send(MESSAGE)

    assert monotonic() - begun < 3
    wait_for(lambda: not impatient.drips, "its line is cut", patience=5)
    impatient.is_today("well")


def test_a_slow_gateway_is_waited_for(gateway: Gateway) -> None:
    gateway.is_today("slow", seconds=0.3)

    sms_gateway().send(MESSAGE)

    assert list(gateway.sent) == ["ref-1"]


def test_a_gateway_that_is_switched_off_is_away(gateway: Gateway) -> None:
    gateway.stop()

    with pytest.raises(GatewayAway, match="unreachable"):
        sms_gateway().send(MESSAGE)


class Answering(BaseHTTPRequestHandler):
    """Takes whatever it is given."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def behind_tls(folder: Path, name: str) -> Iterator[tuple[HTTPServer, Path]]:
    """A gateway with a certificate of its own making for this name, and the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, whole = folder / "certificate.pem", folder / "whole.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    whole.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.asked = 0  # type: ignore[attr-defined]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server, pem
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "is_known", "is_believed"),
    [("localhost", True, True), ("localhost", False, False), ("sms.example.org", True, False)],
)
def test_only_a_gateway_with_a_good_certificate_for_its_name_is_told_anything(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, *, is_known: bool, is_believed: bool
) -> None:
    with behind_tls(tmp_path, name) as (server, certificate):
        if is_known:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        url = f"https://localhost:{server.server_address[1]}/messages"
        settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "URL": url, "BODY": json.dumps(BODY)}

        with nullcontext() if is_believed else pytest.raises(GatewayAway, match="unreachable"):
            sms_gateway().send(MESSAGE)

        assert server.asked == int(is_believed)  # type: ignore[attr-defined]


def test_without_an_address_nothing_is_sent() -> None:
    assert isinstance(gateway_from({"URL": "", "METHOD": "POST", "SECONDS": 10}), NothingIsSent)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"URL": ""}, "SMS_GATEWAY_BODY is set and SMS_GATEWAY_URL is not"),
        ({"URL": "sms.example.org"}, "SMS_GATEWAY_URL"),
        ({"URL": "https://name:word@sms.example.org/"}, "SMS_GATEWAY_URL"),
        ({"METHOD": "GET"}, "SMS_GATEWAY_METHOD"),
        ({"FORMAT": "xml"}, "SMS_GATEWAY_FORMAT"),
        ({"BODY": ""}, "SMS_GATEWAY_BODY"),
        ({"BODY": "{recipient} {text}"}, "SMS_GATEWAY_BODY"),
        ({"BODY": json.dumps({**BODY, "reference": "1"})}, "{reference}"),
        ({"BODY": json.dumps({**BODY, "to": "+966"})}, "{recipient}"),
        ({"BODY": json.dumps({**BODY, "x": "{name}"})}, "{name}"),
        ({"FORMAT": "form", "BODY": json.dumps({**BODY, "x": ["{text}"]})}, "SMS_GATEWAY_BODY"),
        ({"HEADERS": "Authorization: x"}, "SMS_GATEWAY_HEADERS"),
        ({"HEADERS": '{"X": 1}'}, "SMS_GATEWAY_HEADERS"),
        ({"ACCEPTED": "queued"}, "SMS_GATEWAY_ACCEPTED"),
        ({"SECONDS": 0}, "SMS_GATEWAY_SECONDS"),
        ({"REPORT_SECRET": "short"}, "SMS_GATEWAY_REPORT_SECRET"),
    ],
)
def test_half_a_configuration_is_refused_by_its_name(change: dict[str, object], named: str) -> None:
    assert list(faults_of(GOOD)) == []

    faults = list(faults_of({**GOOD, **change}))

    assert any(named in fault for fault in faults)
    with pytest.raises(ImproperlyConfigured):
        gateway_from({**GOOD, **change})
