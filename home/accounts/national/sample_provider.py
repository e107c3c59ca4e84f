"""A real OpenID provider with sample people, for tests and the demonstration: tests/provider/server.js.

It is panva's oidc-provider, certified by the OpenID Foundation, run by node. Nothing of it serves anybody real.
"""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from home.accounts.national.claims import Confirmed

CLIENT_ID = "diwan"
CLIENT_SECRET = "sample-people-have-no-secrets"
_SECONDS_TO_STOP = 5


class DoesNotRun(Exception):
    """The provider did not start; the message says why."""


def folder() -> Path:
    """Where the provider and, after `npm ci`, what it needs lie."""
    return Path(settings.BASE_DIR) / "tests" / "provider"


def can_run() -> bool:
    """Whether this machine has node, and somebody has run `npm ci`."""
    return shutil.which("node") is not None and (folder() / "node_modules" / "oidc-provider").is_dir()


def claims_of(person: Confirmed) -> dict[str, Any]:
    """What the sample provider tells of a person, under the names that are ours unless the settings say otherwise."""
    told: dict[str, Any] = {
        "identity_type": str(person.identity_type),
        "identity_number": person.identity_number,
        "name": person.full_name,
    }
    if person.mobile:
        told |= {"phone_number": person.mobile, "phone_number_verified": True}
    if person.email:
        told |= {"email": person.email, "email_verified": True}
    return told


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    people: Iterable[Mapping[str, Any]], redirects: Sequence[str], *, issuer: str = "", port: int = 0
) -> Iterator[int]:
    """The provider, listening on the port that is yielded, until the block ends.

    `people` are objects with `sub` and `claims`; `redirects` the only addresses it sends anybody back to.

    Raises:
        DoesNotRun: node is not there, or what the provider needs is not.
    """
    told = {
        "issuer": issuer or f"http://127.0.0.1:{port}",
        "port": port,
        "client": {"id": CLIENT_ID, "secret": CLIENT_SECRET, "redirects": list(redirects)},
        "people": list(people),
    }
    try:
        process = subprocess.Popen(
            ["node", "server.js", json.dumps(told)],
            cwd=folder(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except OSError as error:
        raise DoesNotRun(f"node: {error.strerror}") from error
    with process:
        try:
            assert process.stdout is not None  # asked for above
            word, _space, at = process.stdout.readline().partition(" ")
            if word != "listening":
                raise DoesNotRun("node tests/provider/server.js ended. Has `npm ci` been run in tests/provider?")
            yield int(at)
        finally:
            process.terminate()
            process.wait(timeout=_SECONDS_TO_STOP)
