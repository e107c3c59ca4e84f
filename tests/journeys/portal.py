"""A portal as `make demo` starts it: its own process, its own database, the demo content and people.

Journeys see it through a browser only. The database is a fresh one beside DATABASE_URL, or an SQLite
file when there is none. JOURNEYS_DIR=folder keeps that file for the next run, which then begins sooner.
`python -m tests.journeys.portal FOLDER` prepares one for every process of a run to copy, which JOURNEYS_PORTAL names,
and leaves its database as it was before the demo beside it.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from scripts.run_tests import MIGRATED
from tests.journeys.shell import PROJECT, Shell

PREPARED = "prepared"
FILE = "journeys.sqlite3"
DATABASE = "diwan_journeys"
START_SECONDS = 180
DEMO_PASSWORD = "diwan-demo"
SIGN_IN = "/ar/account/login/"
# Typed into a form: the code that the outbox page shows for this mobile.
CODE_FOR = "code for "
OUTBOX = "/ar/outbox/"
_SESSION = """
from django.test import Client
from tests.journeys.portal import CODE_FOR, OUTBOX, code_on
client = Client(SERVER_NAME="127.0.0.1")
def text_of(text):
    if not text.startswith(CODE_FOR):
        return text
    return code_on(client.get(OUTBOX).content.decode(), text.removeprefix(CODE_FOR))
for address, typed in {posts!r}:
    typed = {{name: text_of(text) for name, text in typed.items()}}
    answer = client.post(address, typed)
    assert answer.status_code == 302, f"{{address}}: {{answer.status_code}}"
print(client.cookies["sessionid"].value)
"""


@dataclass(frozen=True)
class Portal:
    """Where it answers, and how to run one of its commands, or Python, on its database."""

    url: str
    environment: dict[str, str]
    log: Path
    python: Shell

    @classmethod
    def at(cls, folder: Path, address: str, port: int) -> "Portal":
        environment = _environment(folder, address, port)
        return cls(f"http://127.0.0.1:{port}", environment, folder / "server.log", Shell(environment))

    def manage(self, *arguments: str) -> str:
        """Run a management command against the portal's database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def session(self, *posts: tuple[str, dict[str, str]]) -> str:
        """The session of whoever posts these forms, address and what is typed, one after the other."""
        return self.shell(_SESSION.format(posts=posts)).strip()

    def shell(self, code: str) -> str:
        """Run Python against the portal's database; what it printed."""
        return self.python.run(code)


def code_on(outbox: str, mobile: str) -> str:
    """The latest code for this mobile (in E.164) on the outbox page."""
    within = r"(?:(?!</li>).)*?"
    found = re.search(rf'{re.escape(mobile)}\b{within}"message__text"[^>]*>\D*(\d{{6}})\b', outbox, re.DOTALL)
    assert found, f"no code for {mobile} in the outbox"
    return found.group(1)


def link_on(outbox: str, address: str) -> str:
    """Where the latest link to this e-mail address leads, on the outbox page."""
    found = re.search(rf"{re.escape(address)}(?:(?!</li>).)*?(/\w+/account/email/[\w-]+/[\w-]+/)", outbox, re.DOTALL)
    assert found, f"no link for {address} in the outbox"
    return found.group(1)


@contextmanager
def served(folder: Path, worker: str, ready: Path | None = None) -> Iterator[Portal]:
    """Serve a portal with what the demo loads until the block ends.

    Args:
        folder: where its database and files lie.
        worker: names its database on a server.
        ready: a folder that several processes share. The first of them prepares an SQLite portal there,
            the others take a copy.
    """
    with database(folder, worker) as address:
        port = _free_port()
        portal = Portal.at(folder, address, port)
        if not (folder / PREPARED).exists():
            if ready and address == _file_in(folder):
                with _alone(ready):
                    prepare(ready)
                shutil.copytree(ready, folder, dirs_exist_ok=True)
            else:
                _prepare(folder, address)
        with _running(portal, port):
            yield portal


def prepare(folder: Path) -> None:
    """An SQLite portal in this folder, unless it stands there."""
    if not (folder / PREPARED).exists():
        _prepare(folder, _file_in(folder))


def _environment(folder: Path, address: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "DATABASE_URL": address,
        "DATA_DIR": str(folder / "data"),
        "REDIS_URL": "",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(folder: Path, address: str) -> None:
    """What `make demo` does before it serves."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    portal = Portal.at(folder, address, 0)
    portal.manage("migrate", "--verbosity=0")
    if address == _file_in(folder):
        shutil.copy(folder / FILE, folder / MIGRATED)
    portal.manage("demo")
    (folder / PREPARED).touch()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file_in(folder: Path) -> str:
    return f"sqlite:///{folder / FILE}"


@contextmanager
def database(folder: Path, worker: str) -> Iterator[str]:
    """A database of our own: its address, as DATABASE_URL writes it."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield _file_in(folder)
        return
    name = f"{DATABASE}_{worker}_{os.getpid()}"
    parts = urlsplit(address)
    server = urlunsplit((*parts[:2], "/postgres", *parts[3:]))
    _on_server(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit((*parts[:2], f"/{name}", *parts[3:]))
    finally:
        _on_server(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _on_server(address: str, statement: sql.Composed) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _running(portal: Portal, port: int) -> Iterator[None]:
    with portal.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=PROJECT,
            env=portal.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(portal, process)
            yield
        finally:
            portal.python.end()
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(portal: Portal, process: subprocess.Popen[bytes]) -> None:
    deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
    while time.monotonic() < deadline:
        assert process.poll() is None, f"The server stopped at once:\n{portal.log.read_text()}"
        with (
            suppress(URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{portal.url}/healthz/ready", timeout=5),
        ):
            return
        pause.wait(0.1)
    raise AssertionError(f"The server did not answer within {START_SECONDS} seconds:\n{portal.log.read_text()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
