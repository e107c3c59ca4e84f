"""A PostgreSQL and a Redis of one's own, for the time of a `with` block. Called by run_tests and bench.

They live in a temporary folder, listen where nobody else does, and are stopped by their process id
whatever happens in the block.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.machine import Programs

WAIT_SECONDS = 60.0
# Nothing here outlives the run, so nothing waits for the disk.
POSTGRES_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "listen_addresses=",
)


@contextmanager
def postgresql(programs: Programs) -> Iterator[str]:
    """Start PostgreSQL on a socket in a private folder; yields its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="diwan-pg-"))
    person = _server_user()
    if person:
        # The server refuses to run as root, and wants to own its folder.
        os.chown(folder, person.pw_uid, person.pw_gid)
    data = folder / "data"
    try:
        _run_as(
            person,
            [programs.postgres_bin / "initdb", "-D", data, "-U", "diwan", "-A", "trust", "-E", "UTF8", "--no-locale"],
            folder,
        )
        settings = [part for setting in POSTGRES_SETTINGS for part in ("-c", setting)]
        command = [str(programs.postgres_bin / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **_as_user(person)
            )
        with _stopped_afterwards(server):
            probe = [str(programs.postgres_bin / "pg_isready"), "-q", "-h", str(folder), "-U", "diwan"]
            _wait_until(lambda: subprocess.run(probe, check=False).returncode == 0, server, folder / "log")
            yield f"postgres://diwan@{quote(str(folder), safe='')}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(redis_server: Path, port: int | None = None) -> Iterator[str]:
    """Start Redis on the given or on a free port; yields its REDIS_URL."""
    folder = Path(tempfile.mkdtemp(prefix="diwan-redis-"))
    port = port or free_port()
    command = [str(redis_server), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    try:
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        with _stopped_afterwards(server):
            _wait_until(lambda: _listens(port), server, folder / "log")
            yield f"redis://127.0.0.1:{port}/0"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _stopped_afterwards(server: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        # To this process alone, not to its group: PostgreSQL's children follow it. An interrupt does not
        # wait for clients, as a termination would.
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until(ready: Callable[[], bool], server: "subprocess.Popen[bytes]", log: Path) -> None:
    pause = threading.Event()
    for _try in range(int(WAIT_SECONDS / 0.1)):
        if ready():
            return
        if server.poll() is not None:
            break
        pause.wait(0.1)
    raise RuntimeError(f"{server.args!r} did not come up:\n{log.read_text(errors='replace')[-2000:]}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _server_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _as_user(person: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []} if person else {}


def _run_as(person: pwd.struct_passwd | None, command: list[Path | str], folder: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False, **_as_user(person)
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
