"""An end to waiting for another machine, however it passes the time."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def in_time(work: Callable[[], T], seconds: float, lines: Sequence[socket.socket]) -> T:
    """What this work comes to, if it does so in time; when this returns, nothing more can be said on its lines.

    The time limit of a socket begins anew with every byte that comes: one that drips is never late. So the work is
    done by a thread, which is waited for no longer than this; cutting its lines then ends it as well.

    Args:
        lines: the sockets that the work speaks through; it adds them once it has them.

    Raises:
        TimeoutError: the time is up.
        Exception: whatever else the work raises.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # it is raised where it is waited for
            outcome.set_exception(error)

    Thread(target=run, name="in-time", daemon=True).start()
    try:
        return outcome.result(timeout=seconds)
    finally:
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
