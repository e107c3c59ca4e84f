"""Waiting for something that another thread or process does, with an end to patience."""

import threading
from collections.abc import Callable
from time import monotonic

PATIENCE_SECONDS = 60.0


def wait_for(happened: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> None:
    """Return as soon as `happened()` is true; fail with `what` when it does not become true in time."""
    pause = threading.Event()
    deadline = monotonic() + patience
    while not happened():
        if monotonic() > deadline:
            raise AssertionError(f"Waited {patience:.0f} s in vain: {what}.")
        pause.wait(0.05)
