"""Production does not start with unsafe values, and says which; with safe ones Django finds nothing to say."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms import PROJECT_ROOT
from cms.settings import environment
from cms.settings.safety import refuse_unsafe
from scripts.run_tests import clean_environment, production

SAFE: dict[str, Any] = {
    "SECRET_KEY": "k8Zr-2vQm_0xYt7Lw9Nc4Hs6Bd1Ff3Gj5Kp8Rq2Tu4Vy6Wz0Ae9Ci7Dl",
    "ALLOWED_HOSTS": ["portal.example.org"],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "REDIS_URL": "redis://127.0.0.1/0",
    "EMAIL_HOST": "127.0.0.1",
    "WAGTAILADMIN_BASE_URL": "https://portal.example.org",
    "DEBUG": False,
    "SMS_GATEWAY": {
        "URL": "https://sms.example.org/messages",
        "BODY": '{"to": "{recipient}", "text": "{text}", "reference": "{reference}"}',
    },
    "STAFF_SECOND_FACTOR": True,
    "NATIONAL_STAND_IN": False,
    "NATIONAL_SIGN_IN": {"issuer": "https://state.example.org", "client_id": "diwan", "client_secret": "s"},
}


def test_safe_values_are_accepted() -> None:
    refuse_unsafe(SAFE, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "for-development-only" * 5),
        ("SECRET_KEY", "django-insecure-" + "k8Zr2vQm0xYt7Lw9Nc4Hs6Bd1Ff3Gj5Kp8Rq2Tu4Vy6Wz0Ae9Ci7Dl"),
        ("ALLOWED_HOSTS", []),
        ("ALLOWED_HOSTS", ["portal.example.org", "*"]),
        ("DATABASE_URL", {"default": {"ENGINE": "django.db.backends.sqlite3"}}),
        ("REDIS_URL", ""),
        ("EMAIL_HOST", ""),
        ("BASE_URL", "http://portal.example.org"),
        ("DEBUG", True),
        ("STAFF_SECOND_FACTOR", False),
        ("NATIONAL_STAND_IN", True),
        ("NATIONAL_ISSUER", {**SAFE["NATIONAL_SIGN_IN"], "issuer": "http://state.example.org"}),
        ("NATIONAL_CLIENT_SECRET", {**SAFE["NATIONAL_SIGN_IN"], "client_secret": ""}),
    ],
)
def test_each_unsafe_value_is_refused_by_its_name(name: str, value: object) -> None:
    stands_in = {"DATABASE_URL": "DATABASES", "BASE_URL": "WAGTAILADMIN_BASE_URL"}
    key = stands_in.get(name, "NATIONAL_SIGN_IN" if name.startswith("NATIONAL_") and isinstance(value, dict) else name)

    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_unsafe({**SAFE, key: value}, {})


def test_debug_in_the_environment_is_refused_though_production_ignores_it() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        refuse_unsafe(SAFE, {"DEBUG": "1"})


def test_everything_unsafe_is_said_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe({**SAFE, "SECRET_KEY": "", "ALLOWED_HOSTS": [], "REDIS_URL": ""}, {})

    assert len(str(refusal.value).splitlines()) == 4


def test_production_settings_really_refuse(tmp_path: Path) -> None:
    checked = _check(tmp_path, SECRET_KEY="for-tests-only", DATABASE_URL="")

    assert checked.returncode != 0
    assert "SECRET_KEY" in checked.stderr
    assert "DATABASE_URL" in checked.stderr


def test_a_deployment_has_nothing_to_complain_about(tmp_path: Path) -> None:
    checked = _check(tmp_path)

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_an_environment_variable_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_PORT", "many")
    monkeypatch.setenv("EMAIL_USE_TLS", "maybe")

    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT is 'many'"):
        environment.number("EMAIL_PORT", 587)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_USE_TLS is 'maybe'"):
        environment.flag("EMAIL_USE_TLS", True)


def test_the_example_names_every_variable_that_is_read() -> None:
    source = "".join(file.read_text() for file in (PROJECT_ROOT / "cms" / "settings").glob("*.py"))
    example = (PROJECT_ROOT / ".env.example").read_text()
    read = set(re.findall(r'env\.(?:text|flag|number|words)\("(\w+)"', source))

    # PORT is the demo's own, given to `make demo`.
    assert [name for name in sorted(read - {"PORT"}) if name not in example] == []


def _check(data_dir: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT_ROOT,
        env={**clean_environment(), **production(data_dir), **changes},
        capture_output=True,
        text=True,
        check=False,
    )
