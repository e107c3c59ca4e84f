"""A browser without a network: calls the WSGI application, so that nothing but the portal is measured."""

import io
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler

from home.accounts.models import User

CSRF_SECRET = "b" * 32
_HIDDEN = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
_ATTRIBUTE = re.compile(r"(name|value)=\"([^\"]*)\"")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def hidden_inputs(self) -> dict[str, str]:
        """What the page's forms carry without being asked: versions, tokens, names of steps."""
        pairs = (dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(self.text))
        return {pair["name"]: pair.get("value", "") for pair in pairs if "name" in pair}


def expect(status: int, answer: Answer) -> Answer:
    """The answer, if it is the one that is being measured: an error page is quick, too."""
    if answer.status != status:
        raise AssertionError(f"{answer.status} instead of {status}: {answer.headers}\n{answer.text[:2000]}")
    return answer


@dataclass
class Visitor:
    """One person. `Visitor(application)` is anonymous; `Visitor(application, user)` is signed in."""

    application: WSGIHandler
    user: User | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.user is not None:
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = str(self.user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
            session.save()
            self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def get(self, address: str) -> Answer:
        return self._call("GET", address, b"")

    def post(self, address: str, values: dict[str, Any]) -> Answer:
        self.cookies.setdefault(settings.CSRF_COOKIE_NAME, CSRF_SECRET)
        token = self.cookies[settings.CSRF_COOKIE_NAME]
        return self._call("POST", address, urlencode({**values, "csrfmiddlewaretoken": token}, doseq=True).encode())

    def _call(self, method: str, address: str, body: bytes) -> Answer:
        parts = urlsplit(address)
        status: list[Any] = []

        def start(line: str, headers: list[tuple[str, str]], error: Any = None) -> None:
            status[:] = [int(line.split(" ", 1)[0]), headers]

        response = self.application(self._environment(method, parts.path, parts.query, body), start)
        content = b"".join(response)
        response.close()
        self._keep(value for name, value in status[1] if name == "Set-Cookie")
        return Answer(status[0], dict(status[1]), content)

    def _keep(self, lines: Any) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def _environment(self, method: str, path: str, query: str, body: bytes) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }
