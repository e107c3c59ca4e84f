"""Whom the provider of the tests knows, and a person who walks through its pages."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.http import HttpResponse
from django.test import Client

NOURA = {
    "identity_type": "national_id",
    "identity_number": "1000000008",
    "name": "نورة محمد سالم اليامي",
    "phone_number": "+966501234567",
    "phone_number_verified": True,
    "email": "noura@state.example",
    "email_verified": True,
}
PEOPLE: dict[str, dict[str, Any]] = {
    "noura": NOURA,
    "omar": {"identity_number": "2000000006", "name": "عمر خالد"},
    "unnamed": {"identity_type": "national_id", "identity_number": "1000000016"},
    "numberless": {"name": "بلا رقم"},
    "mistyped": {"identity_type": "national_id", "identity_number": "1000000009", "name": "رقم خاطئ"},
    "unvouched": {
        "identity_number": "1000000024",
        "name": "سعد بن علي",
        "phone_number": "+966501234567",
        "phone_number_verified": False,
        "email": "somebody@else.example",
    },
}
START = "/ar/account/national/"


def begin(client: Client, next_url: str = "", start: str = START) -> HttpResponse:
    return client.get(start, {"next": next_url} if next_url else {})


def at_the_provider(address: str, who: str, *, cancel: bool = False) -> str:
    """Sign in there in a browser of its own, and hold where it sends one back to."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=10)
        form = re.search(r'action="([^"]+)"', page.text)
        assert form, page.text
        told = {"sub": who, "do": "cancel" if cancel else "enter"}
        answer = browser.post(urljoin(page.url, form[1]), told, allow_redirects=False, timeout=10)
        while urlsplit(answer.headers["location"]).netloc == urlsplit(address).netloc:
            answer = browser.get(answer.headers["location"], allow_redirects=False, timeout=10)
        return answer.headers["location"]


def way_back(client: Client, who: str, next_url: str = "", start: str = START) -> str:
    """Through the provider's pages: the address it sends this browser back to."""
    address = at_the_provider(begin(client, next_url, start)["location"], who)
    return address.removeprefix("http://testserver")


def sign_in_nationally(client: Client, who: str = "noura", next_url: str = "") -> HttpResponse:
    return client.get(way_back(client, who, next_url))
