"""Read settings from the environment; nonsense is refused with the name of the variable."""

import json
import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """A variable that says `true` or `false`.

    Raises:
        ImproperlyConfigured: for any other word.
    """
    raw = text(name, str(default)).lower()
    if raw not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write true or false.")
    return raw == "true"


def number(name: str, default: int) -> int:
    """A whole number.

    Raises:
        ImproperlyConfigured: for anything else.
    """
    raw = text(name, str(default))
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number.") from None


def with_option(url: str, option: str) -> str:
    """An address with one more `name=value` behind its question mark."""
    return f"{url}{'&' if '?' in url else '?'}{option}"


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def mapping(name: str) -> dict[str, str]:
    """A JSON object of texts.

    Raises:
        ImproperlyConfigured: for anything else; its value is not repeated, it may hold a password.
    """
    try:
        found = json.loads(text(name, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ImproperlyConfigured(f'{name} is no JSON object of texts; write {{"key": "value"}}.')
    return found


def pairs(name: str) -> dict[str, str]:
    """A list of `name=value`, separated by commas.

    Raises:
        ImproperlyConfigured: for a part without `=`.
    """
    parts = [word.partition("=") for word in words(name)]
    if any(not sign for _key, sign, _value in parts):
        raise ImproperlyConfigured(f"{name} is {text(name)!r}; write name=value, separated by commas.")
    return {key.strip(): value.strip() for key, _sign, value in parts}
