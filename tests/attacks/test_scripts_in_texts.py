"""Markup that people type stays text wherever it is shown."""

import pytest
from django.test import Client
from django.urls import reverse

from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import ask_citizen, take
from tests.factories import ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAYLOADS = [
    "<script>alert(7331)</script>",
    "<img src=x onerror=alert(7331)>",
    '"><svg onload=alert(7331)>',
    "'-alert(7331)-'",
    "</title><script>alert(7331)</script>",
    "javascript:alert(7331)",
    "{{ 7331 }}{% debug %}",
    "<a href='javascript:alert(7331)'>x</a>",
    "\u202e<iframe srcdoc='<script>alert(7331)</script>'>",
    "<!--<img src='--><img src=x onerror=alert(7331)//'>",
]
LIVE = ["<script>alert", "<img src=x", "<svg onload", "<iframe srcdoc", 'href="javascript:', "href='javascript:"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_text_on_every_page_that_shows_it(payload: str, client: Client) -> None:
    person = UserFactory(citizen=True, full_name=payload)
    request: ServiceRequest = ServiceRequestFactory(
        applicant=person, answers={"subject": payload, "details": payload}, search_text=payload
    )
    clerk = UserFactory(supervisor=True, full_name=payload, departments=[request.department])
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text=payload)
    pages = {
        clerk: [
            reverse("requests:list"),
            reverse("requests:list") + "?q=" + payload.replace("&", "").replace("#", ""),
            reverse("requests:inspect", args=[request.public_id]),
            reverse("requests:history", args=[request.public_id]),
            "/admin/notices/",
            "/admin/",
        ],
        person: [
            "/ar/requests/",
            f"/ar/requests/{request.public_id}/",
            f"/ar/requests/{request.public_id}/received/",
            "/ar/account/",
            "/ar/services/?q=" + payload.replace("&", "").replace("#", ""),
        ],
    }
    shown = 0
    for reader, urls in pages.items():
        client.force_login(reader)
        for url in urls:
            answer = client.get(url)
            html = answer.content.decode()
            shown += "7331" in html
            assert [live for live in LIVE if live in html] == [], url
    assert shown >= 5


def test_public_pages_allow_no_inline_script_and_no_frame(client: Client) -> None:
    client.force_login(UserFactory(citizen=True))
    for url in ("/ar/", "/en/services/", "/ar/account/", "/ar/requests/", "/ar/nothing/"):
        headers = client.get(url).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "where", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("door", ["/ar/account/login/", "/admin/login/", "/ar/_util/login/"])
def test_no_door_leads_to_another_site(door: str, where: str, client: Client) -> None:
    UserFactory(username="somebody")

    answer = client.post(door, {"login": "somebody", "password": "diwan-tests", "next": where})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]
