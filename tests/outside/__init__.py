"""What stands outside the portal, for tests: a gateway for text messages in a process of its own, a mail server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from pytest_django import Settings

from scripts import servers
from tests.outside.mail_server import MailServer
from tests.waiting import wait_for

BODY = {"to": "{recipient}", "text": "{text}", "from": "{sender}", "reference": "{reference}"}


class Gateway:
    """The process, and what is asked of it beside messages."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/messages"
        self.process: subprocess.Popen[bytes] | None = None
        self._side = urllib3.PoolManager()

    def start(self) -> None:
        program = Path(__file__).parent / "gateway.py"
        self.process = subprocess.Popen([sys.executable, str(program), str(self.port)])
        wait_for(self._answers, "the gateway answers")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def is_today(self, mode: str, seconds: float = 30.0) -> None:
        self._side.request("POST", f"http://127.0.0.1:{self.port}/mode", json={"mode": mode, "seconds": seconds})

    @property
    def sent(self) -> dict[str, dict[str, Any]]:
        """What reached telephones, by reference."""
        return dict(self._told()["sent"])

    @property
    def asked(self) -> dict[str, int]:
        """How often it was asked to send each reference."""
        return dict(self._told()["asked"])

    @property
    def drips(self) -> bool:
        """Whether anybody still holds a line on which it answers letter by letter."""
        return bool(self._told()["dripping"])

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = self._side.request("GET", f"http://127.0.0.1:{self.port}/sent").json()
        return told

    def _answers(self) -> bool:
        try:
            return self._side.request("GET", f"http://127.0.0.1:{self.port}/sent", retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    """It takes what it is given, until told otherwise."""
    started = Gateway(servers.free_port())
    started.start()
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "URL": started.url, "BODY": json.dumps(BODY)}
    yield started
    started.stop()


@pytest.fixture
def impatient(settings: Settings, gateway: Gateway) -> Gateway:
    """The same; the portal waits for no more than a second."""
    settings.SMS_GATEWAY = {**settings.SMS_GATEWAY, "SECONDS": 1}
    return gateway


@pytest.fixture
def mail_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """It takes what it is given, until told otherwise; the portal has little patience."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        settings.EMAIL_TIMEOUT = 0.3
        monkeypatch.setattr("cms.letters.SECONDS", 0.6)
        yield server
