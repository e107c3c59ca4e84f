"""Python beside a portal, in its settings and on its database: `Portal.shell` hands it one piece of code after another.

One process for all of them, because Django takes seconds to load. It reads JSON lines with code and writes JSON lines
with what the code printed, and what went wrong.
"""

import io
import json
import os
import subprocess
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Shell:
    """The process, from the first piece of code on."""

    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """What it printed."""
        process = self.process = self.process or self._started()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        printed, error = json.loads(process.stdout.readline() or '["", "The shell ended."]')
        assert not error, f"{code}\n{printed}\n{error}"
        return str(printed)

    def end(self) -> None:
        if self.process:
            self.process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.shell"],
            cwd=PROJECT,
            env={**self.environment, "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "requests")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def answer(asked: TextIO, told: TextIO) -> None:
    """Run every line; nothing of one is left to the next, and no lock of the database either."""
    import django
    from django.db import connections

    django.setup()
    for line in asked:
        printed, error = io.StringIO(), ""
        try:
            with redirect_stdout(printed):
                exec(json.loads(line), {})
        except Exception:
            error = traceback.format_exc()
        connections.close_all()
        told.write(json.dumps([printed.getvalue(), error]) + "\n")
        told.flush()


if __name__ == "__main__":
    answer(sys.stdin, sys.stdout)
