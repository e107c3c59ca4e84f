"""What the test run needs of the machine: PostgreSQL, Redis, Chromium and node. Called by run_tests.

Each is looked for; as root on Debian or Ubuntu what is missing is installed; elsewhere the run stops
and says what to install. Nothing is left out silently.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
# The shell is the same browser without the frame that nobody sees, which costs as much as a page at every window.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_ON_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


@dataclass(frozen=True)
class Need:
    """A program, and how to get it."""

    name: str
    debian: str
    homebrew: str


POSTGRESQL = Need("PostgreSQL", "postgresql", "postgresql@16")
REDIS = Need("Redis", "redis-server", "redis")
CHROMIUM = Need("Chromium", "chromium-headless-shell", "--cask chromium")
NODE = Need("node", "nodejs", "node")
NPM = Need("npm", "npm", "node")


@dataclass(frozen=True)
class Programs:
    """Where everything was found."""

    postgres_bin: Path
    redis_server: Path
    chromium: Path


def programs() -> Programs:
    """Find everything, installing what is missing where that is allowed; otherwise say so and stop."""
    missing = [need for need, place in _look().items() if place is None]
    if missing and _may_install():
        _install(missing)
        missing = [need for need, place in _look().items() if place is None]
    if missing:
        sys.exit(_instructions(missing))
    found = _look()
    return Programs(*(Path(str(found[need])) for need in (POSTGRESQL, REDIS, CHROMIUM)))


def _look() -> dict[Need, Path | None]:
    return {
        POSTGRESQL: _postgres_bin(),
        REDIS: _on_path("redis-server"),
        CHROMIUM: chromium(),
        NODE: _on_path("node"),
        NPM: _on_path("npm"),
    }


def _postgres_bin() -> Path | None:
    """The folder of the newest installed server; only a folder with `initdb` is one."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    folders = [folder for pattern in POSTGRES_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    servers = [folder for folder in folders if (folder / "initdb").exists()]
    return max(servers, key=_version_of, default=None)


def _version_of(folder: Path) -> int:
    digits = "".join(letter for letter in folder.parent.name if letter.isdigit())
    return int(digits or 0)


def chromium() -> Path | None:
    """The browser that CHROMIUM names, or the first that is found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).exists() else None
    on_mac = Path(CHROMIUM_ON_MAC)
    return next(filter(None, map(_on_path, CHROMIUM_NAMES)), on_mac if on_mac.exists() else None)


def _on_path(name: str) -> Path | None:
    place = shutil.which(name)
    return Path(place) if place else None


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(missing: list[Need]) -> None:
    packages = [need.debian for need in missing]
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )


def _instructions(missing: list[Need]) -> str:
    return "\n".join(
        [
            f"The test suite needs {', '.join(need.name for need in missing)}, which is not installed.",
            f"  Debian, Ubuntu:  sudo apt-get install {' '.join(need.debian for need in missing)}",
            *(f"  macOS:           brew install {need.homebrew}" for need in missing),
            "A browser in another place is named by CHROMIUM=/path/to/it.",
        ]
    )
