"""How a test asks for a code and reads it, as its owner would."""

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from home.accounts.models import AccountMessage, MessageKind, OneTimeCode

MOBILE = "+966501234567"


def browser(address: str = "10.0.0.1", session: SessionStore | None = None) -> HttpRequest:
    """A request from this address, with a session of its own."""
    http = RequestFactory(REMOTE_ADDR=address).get("/")
    http.session = session or SessionStore()
    return http


def latest_code() -> str:
    """The digits that were sent last."""
    return OneTimeCode.objects.latest("id").digits


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def codes_for(mobile: str) -> int:
    """How many messages with a code were written to this mobile for somebody."""
    return AccountMessage.objects.filter(kind=MessageKind.CODE, recipient=mobile, code__reaches=True).count()
