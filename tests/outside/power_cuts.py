"""What becomes of work whose process dies at the worst moment."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

from django.db import connection


def cut_off(work: Callable[[], object], owner: Any, name: str, *, after: bool) -> None:
    """Do this work in a process that is killed when it calls `owner.name`: right after that, or before it does any."""

    def child() -> None:
        real = getattr(owner, name)

        def die(*args: Any, **kwargs: Any) -> None:
            if after:
                real(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        # In this process only.
        setattr(owner, name, die)
        work()

    # The process must open a connection of its own.
    connection.close()
    process = get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
