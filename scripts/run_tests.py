"""The whole suite, as `make test` and CI run it: checks, then tests on SQLite and PostgreSQL, then a browser.

Run with the Python that has the development requirements: `python -m scripts.run_tests [checks]`.
Servers are started for the run and stopped at its end. The first part that fails ends it.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from scripts import machine, servers

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = "tests/journeys"
PYTHON = sys.executable


@dataclass(frozen=True)
class Part:
    """One command of the run, and what it adds to the environment."""

    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def checks(data_dir: Path) -> list[Part]:
    """What needs no server."""
    tests = {"DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    return [
        Part("Style", (PYTHON, "-m", "ruff", "check", ".")),
        Part("Format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
        Part("Types", (PYTHON, "-m", "mypy"), tests),
        Part("Templates", (PYTHON, "-m", "djlint", "templates", "--lint", "--quiet")),
        Part("Migrations are complete", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"), tests),
        Part("System checks", (PYTHON, "manage.py", "check", "--fail-level", "WARNING"), tests),
        Part(
            "System checks of a deployment",
            (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            production(data_dir),
        ),
    ]


def tests(database_url: str, redis_url: str, chromium: Path) -> list[Part]:
    """The test suite on both databases; journeys on SQLite, which the demo they look at runs on."""
    servers_of = {"REDIS_URL": redis_url, "CHROMIUM": str(chromium)}
    # Each process has a database of its own, and in the journeys a portal and a browser.
    processes = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "worksteal")
    pytest = (PYTHON, "-m", "pytest", "-q", "--create-db", *processes)
    without_browser = (*pytest, f"--ignore={BROWSER_TESTS}")
    return [
        # Races need real row locks; SQLite has one writer at a time.
        Part("Tests on SQLite", (*without_browser, "-m", "not postgresql"), {**servers_of, "DATABASE_URL": ""}),
        Part(
            "Journeys in a browser, on the demo (SQLite)", (*pytest, BROWSER_TESTS), {**servers_of, "DATABASE_URL": ""}
        ),
        # Rules that never meet a database had their run already.
        Part("Tests on PostgreSQL", (*without_browser, "-m", "database"), {**servers_of, "DATABASE_URL": database_url}),
    ]


def production(data_dir: Path) -> dict[str, str]:
    """An environment as production wants it; nothing is connected to."""
    return {
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example.org",
        "BASE_URL": "https://portal.example.org",
        "DATABASE_URL": "postgres://diwan@127.0.0.1:1/diwan",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_HOST": "127.0.0.1",
        "DATA_DIR": str(data_dir),
    }


def main() -> None:
    only_checks = sys.argv[1:] == ["checks"]
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        data_dir = Path(tempfile.mkdtemp(prefix="diwan-tests-"))
        stack.callback(shutil.rmtree, data_dir, ignore_errors=True)
        # Found, installed or complained about before anything else takes its time.
        programs = None if only_checks else machine.programs()
        run(checks(data_dir), data_dir)
        if programs:
            database_url = stack.enter_context(servers.postgresql(programs))
            redis_url = stack.enter_context(servers.redis(programs.redis_server))
            run(tests(database_url, redis_url, programs.chromium), data_dir)


def run(parts: list[Part], data_dir: Path) -> None:
    """Each part in turn; stop at the first that fails."""
    for part in parts:
        print(f"\n=== {part.title}", flush=True)
        started = time.monotonic()
        environment = {**clean_environment(), "DATA_DIR": str(data_dir), **part.environment}
        code = subprocess.run(part.command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            print(f"\nFailed: {part.title} ({' '.join(part.command)})", file=sys.stderr)
            sys.exit(1)
        if "pytest" not in part.command:
            print(f"    done in {time.monotonic() - started:.0f} s", flush=True)


def clean_environment() -> dict[str, str]:
    """What this machine's own installation is told must not decide a test."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
