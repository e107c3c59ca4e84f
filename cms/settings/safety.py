"""What production refuses to start with. Each refusal says which variable, why, and what to write."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from cms.gateways import faults_of

SHORTEST_SECRET = 50
FEWEST_LETTERS = 5
KNOWN_SECRETS = ("for-development-only", "for-tests-only", "django-insecure-", "changeme", "change-me")


def refuse_unsafe(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Say everything that is wrong at once.

    Raises:
        ImproperlyConfigured: with one line for each fault.
    """
    faults = [
        *_secret(settings),
        *_hosts(settings),
        *_servers(settings),
        *_addresses(settings, environment),
        *_gateway(settings["SMS_GATEWAY"]),
        *_sign_in(settings),
    ]
    if faults:
        raise ImproperlyConfigured("Production refuses to start:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _secret(settings: Mapping[str, Any]) -> Iterator[str]:
    secret = settings["SECRET_KEY"]
    make_one = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    if not secret:
        yield f"SECRET_KEY is not set. {make_one}"
    elif any(known in secret.lower() for known in KNOWN_SECRETS):
        yield f"SECRET_KEY is one that everybody knows. {make_one}"
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        yield f"SECRET_KEY is too easy to guess: at least {SHORTEST_SECRET} random characters. {make_one}"


def _hosts(settings: Mapping[str, Any]) -> Iterator[str]:
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts:
        yield "ALLOWED_HOSTS is empty. Write the names people type, for example services.example.org"
    if "*" in hosts:
        yield "ALLOWED_HOSTS is *: links in letters could be made to point anywhere. Write the names people type."


def _servers(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["DATABASES"]["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield "DATABASE_URL does not name a PostgreSQL database. Write postgres://user:password@host:5432/name"
    if not settings["REDIS_URL"]:
        yield "REDIS_URL is not set: jobs inside one web process are for demonstrations. Write redis://host:6379/0"
    if not settings["EMAIL_HOST"]:
        yield "EMAIL_HOST is not set: letters, such as for a forgotten password, would reach nobody."


def _addresses(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    base_url = settings["WAGTAILADMIN_BASE_URL"]
    if not base_url.startswith("https://"):
        yield f"BASE_URL is {base_url}. Write the public address of the portal, beginning with https://"
    if settings["DEBUG"] or environment.get("DEBUG", "").strip().lower() not in {"", "false", "0"}:
        yield "DEBUG is on: error pages would show settings and personal data. Remove DEBUG from the environment."


def _gateway(values: Mapping[str, Any]) -> Iterator[str]:
    yield from faults_of(values)
    url = values.get("URL") or ""
    if not url:
        yield "SMS_GATEWAY_URL is not set: codes and notices would reach nobody. Write the address of your gateway."
    elif not url.startswith("https://"):
        yield "SMS_GATEWAY_URL does not begin with https://: anybody on the way could read numbers and codes."


def _sign_in(settings: Mapping[str, Any]) -> Iterator[str]:
    if not settings["STAFF_SECOND_FACTOR"]:
        yield "STAFF_SECOND_FACTOR is off: a stolen password would open the desk. Remove it from the settings."
    national = settings["NATIONAL_SIGN_IN"]
    if settings["NATIONAL_STAND_IN"]:
        yield "NATIONAL_STAND_IN is on: everybody could sign in as anybody. Remove it from the settings."
    if not national["issuer"]:
        return
    if not national["issuer"].startswith("https://"):
        yield f"NATIONAL_ISSUER is {national['issuer']}. Write the provider's address, beginning with https://"
    if not (national["client_id"] and national["client_secret"]):
        yield "NATIONAL_ISSUER is set without NATIONAL_CLIENT_ID and NATIONAL_CLIENT_SECRET. The provider gives both."
