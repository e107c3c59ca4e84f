"""The whole suite, as `make test` and CI run it: checks, tests on SQLite, a browser, tests on PostgreSQL.

Run with the Python that has the development requirements: `python -m scripts.run_tests [checks]`.
Servers are started for the run and stopped at its end. The first part that fails ends it.

Every migration is run once from nothing on each database, beside the checks; each process of the tests takes a copy.
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from scripts import machine, servers

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = "tests/journeys"
MIGRATED = "migrated.sqlite3"
PYTHON = sys.executable


@dataclass(frozen=True)
class Part:
    """One command of the run, what it adds to the environment, and where it is run."""

    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT


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


def preparations(database_url: str, portal: Path) -> list[Part]:
    """Both databases from nothing by every migration; the one on SQLite becomes the portal that journeys look at."""
    # PostgreSQL copies `template1` for every database that is made on the server after.
    template = database_url.removesuffix("/postgres") + "/template1"
    return [
        Part(
            "The provider of the national sign-in",
            ("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"),
            # Not `--prefix`, which would hide the machine's own settings of npm.
            folder=ROOT / "tests" / "provider",
        ),
        Part("The demo from nothing on SQLite", (PYTHON, "-m", "tests.journeys.portal", str(portal))),
        Part(
            "Migrations on PostgreSQL",
            (PYTHON, "manage.py", "migrate", "--verbosity", "0"),
            {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "DATABASE_URL": template},
        ),
    ]


def tests(database_url: str, redis_url: str, chromium: Path, portal: Path) -> list[Part]:
    """The test suite on both databases; journeys on SQLite, which the demo they look at runs on."""
    servers_of = {"REDIS_URL": redis_url, "CHROMIUM": str(chromium)}
    # Each process has a database of its own, and in the journeys a portal and a browser.
    processes = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "worksteal")
    pytest = (PYTHON, "-m", "pytest", "-q", *processes)
    without_browser = (*pytest, "--reuse-db", f"--ignore={BROWSER_TESTS}")
    return [
        # Races need real row locks, and SQLite has one writer at a time; who has workers has PostgreSQL.
        Part(
            "Tests on SQLite",
            (*without_browser, "-m", "not postgresql and not servers"),
            {**servers_of, "DATABASE_URL": "", "MIGRATED_SQLITE": str(portal / MIGRATED)},
        ),
        Part(
            "Journeys in a browser, on the demo (SQLite)",
            (*pytest, BROWSER_TESTS),
            {**servers_of, "DATABASE_URL": "", "JOURNEYS_PORTAL": str(portal)},
        ),
        # What has the same outcome on every database had its run already.
        Part(
            "Tests on PostgreSQL",
            (*without_browser, "-m", "database and not any_database"),
            {**servers_of, "DATABASE_URL": database_url},
        ),
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
        "SMS_GATEWAY_URL": "https://127.0.0.1:1/messages",
        "SMS_GATEWAY_BODY": '{"to": "{recipient}", "text": "{text}", "reference": "{reference}"}',
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
        if not programs:
            run_beside_each_other(checks(data_dir), data_dir)
            return
        database_url = stack.enter_context(servers.postgresql(programs))
        redis_url = stack.enter_context(servers.redis(programs.redis_server))
        portal = data_dir / "portal"
        run_beside_each_other([*preparations(database_url, portal), *checks(data_dir)], data_dir)
        for part in tests(database_url, redis_url, programs.chromium, portal):
            print(f"\n=== {part.title}", flush=True)
            if subprocess.run(part.command, cwd=part.folder, env=_environment(part, data_dir), check=False).returncode:
                _stop_at(part)


def run_beside_each_other(parts: list[Part], data_dir: Path) -> None:
    """As many parts at once as there are processors, told in their order; stop at the first that fails."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for part, (code, said, seconds) in zip(
            parts, pool.map(lambda part: _heard(part, data_dir), parts), strict=True
        ):
            print(f"\n=== {part.title}\n{said}    done in {seconds:.0f} s", flush=True)
            if code:
                pool.shutdown(wait=False, cancel_futures=True)
                _stop_at(part)


def _heard(part: Part, data_dir: Path) -> tuple[int, str, float]:
    started = time.monotonic()
    done = subprocess.run(
        part.command,
        cwd=part.folder,
        env=_environment(part, data_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - started


def _environment(part: Part, data_dir: Path) -> dict[str, str]:
    return {**clean_environment(), "DATA_DIR": str(data_dir), **part.environment}


def _stop_at(part: Part) -> NoReturn:
    print(f"\nFailed: {part.title} ({' '.join(part.command)})", file=sys.stderr)
    sys.exit(1)


def clean_environment() -> dict[str, str]:
    """What this machine's own installation is told must not decide a test."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE"}
    # Images of containers set it; then each of the many processes compiles every module again, seconds of work.
    slow = {"PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in ours | slow}


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
