"""How a test reads a page and types into it."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD

SIGN_IN = "/ar/account/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, *, door: str = SIGN_IN, **more: Any) -> HttpResponse:
    return client.post(door, {"login": login, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def summary(response: HttpResponse) -> str:
    """The words of the error summary, or nothing."""
    found = re.search(r'<div class="error-summary".*?</ul>', response.content.decode(), re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group())).split()) if found else ""


def field_errors(response: HttpResponse) -> list[str]:
    found = re.findall(r'<p class="field__error">(.*?)</p>', response.content.decode(), re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<span class=\"visually-hidden\">.*?</span>|<[^>]+>", " ", each)).split())
        for each in found
    ]


def title(response: HttpResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found
    return unescape(" ".join(found.group(1).split()))
