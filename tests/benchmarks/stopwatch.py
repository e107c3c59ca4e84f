"""Runs contenders in turns and keeps what each call took, and how many queries it made."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection

Turn = Callable[[], object]


@dataclass
class Timing:
    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def typical(self) -> float:
        return median(self.seconds)

    @property
    def slowest(self) -> float:
        """The 99th percentile."""
        return quantiles(self.seconds, n=100)[98]


def race(
    contenders: Mapping[str, Turn], *, turns: int, warm_up: int = 3, between: Turn = lambda: None
) -> dict[str, Timing]:
    """Everybody's turn after everybody's turn, so that a busy moment of the machine hits all alike.

    Args:
        between: done before each turn, and not timed.
    """
    for contender in contenders.values():
        for _turn in range(warm_up):
            contender()
    timings = {name: Timing() for name in contenders}
    gc.collect()
    gc.disable()
    try:
        for _turn in range(turns):
            for name, contender in contenders.items():
                between()
                # To count takes about a microsecond a query, of whoever makes it.
                with counted() as queries:
                    started = time.perf_counter()
                    contender()
                    timings[name].seconds.append(time.perf_counter() - started)
                timings[name].queries = len(queries)
    finally:
        gc.enable()
    return timings


@contextmanager
def counted() -> Iterator[list[str]]:
    """The queries made inside the block."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
