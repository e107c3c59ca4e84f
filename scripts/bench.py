"""Ratios of one run: `make bench`. Starts a PostgreSQL for it, so that figures mean something."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import machine, servers

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    programs = machine.programs()
    data_dir = Path(tempfile.mkdtemp(prefix="diwan-bench-"))
    try:
        with servers.postgresql(programs) as database_url:
            code = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(data_dir)},
                check=False,
            ).returncode
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
