"""A port: apps above say how much depends on a version of a form. The catalogue itself knows no requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from forms_builder.models import FormVersion


@dataclass(frozen=True)
class Usage:
    """How many applications are being written with a version, and how many requests were sent with it."""

    drafts: int = 0
    requests: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.drafts + other.drafts, self.requests + other.requests)


# Keys of versions → what depends on them; what nothing depends on may be left out.
Counter = Callable[[list[int]], Mapping[int, Usage]]
_COUNTERS: list[Counter] = []


def register(counter: Counter) -> Counter:
    """Ask `counter` wherever versions are listed, from an app's `ready()`."""
    if counter not in _COUNTERS:
        _COUNTERS.append(counter)
    return counter


def usage_of(versions: Iterable[FormVersion]) -> dict[int, Usage]:
    """By key of version, for each of them."""
    counted = {version.pk: Usage() for version in versions}
    for counter in _COUNTERS:
        for key, usage in counter(list(counted)).items():
            counted[key] += usage
    return counted
