"""What every answer carries, and what stays where it is without a language in front."""

import pytest
from django.test import Client
from pytest_django import Settings

from home.accounts.models import User

pytestmark = pytest.mark.django_db
POLICY = "Content-Security-Policy"


@pytest.mark.parametrize(
    "path", ["/admin/nothing/", "/api/nothing", "/healthz/nothing", "/documents/9/x", "/static/x.css"]
)
def test_a_missing_address_without_a_language_is_a_404_and_no_redirect(client: Client, path: str) -> None:
    client.force_login(User.objects.create_superuser("root"))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/nothing/", "/services/"])
def test_a_page_without_its_language_is_looked_for_under_one(client: Client, path: str) -> None:
    """The exemption above is not for pages."""
    answer = client.get(path, headers={"accept-language": "ar"})

    assert (answer.status_code, answer["Location"]) == (302, f"/ar{path}")


@pytest.mark.parametrize("path", ["/ar/", "/en/services/", "/ar/nothing/"])
def test_the_public_site_runs_no_inline_script_and_no_inline_style(client: Client, path: str) -> None:
    policy = client.get(path)[POLICY]

    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_admin_allows_what_wagtail_needs_and_no_more(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))

    policy = client.get("/admin/")[POLICY]

    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "unsafe-eval" not in policy
    assert "nonce" not in policy


def test_the_api_describes_itself(client: Client) -> None:
    description = client.get("/api/openapi.json").json()

    assert description["openapi"].startswith("3.1")
    assert client.get("/api/about").json()["name"] == "Diwan"


def test_cookies_are_not_sent_to_other_sites(settings: Settings) -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Lax"}
