"""A port: apps above say how many requests run on a version. Workflows themselves know no requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services_catalog.processes.models import WorkflowVersion


@dataclass(frozen=True)
class Usage:
    """How many requests stand on a version, and how many of them are still open."""

    requests: int = 0
    open: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.requests + other.requests, self.open + other.open)


# Digests of versions → what runs on them; what nothing runs on may be left out. With a person only what is of his
# bodies: a shared workflow is followed by others too.
Counter = Callable[[list[str], Any], Mapping[str, Usage]]
_COUNTERS: list[Counter] = []
# Whether a person may move requests to another version.
Judge = Callable[[Any], bool]
_MOVERS: list[Judge] = []


def register(counter: Counter) -> Counter:
    """Ask `counter` wherever versions are listed, from an app's `ready()`."""
    if counter not in _COUNTERS:
        _COUNTERS.append(counter)
    return counter


def register_mover(judge: Judge) -> Judge:
    """An app above moves requests to the newest version, at the address named `workflows_move`."""
    if judge not in _MOVERS:
        _MOVERS.append(judge)
    return judge


def may_move(user: Any) -> bool:
    return any(judge(user) for judge in _MOVERS)


def usage_of(versions: Iterable[WorkflowVersion], *, told_to: Any = None) -> dict[str, Usage]:
    """By digest, for each of them: everywhere, or in the bodies of the person who is told."""
    counted = {version.pk: Usage() for version in versions}
    for counter in _COUNTERS:
        for digest, usage in counter(list(counted), told_to).items():
            counted[digest] += usage
    return counted
