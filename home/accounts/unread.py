"""A port: how many messages wait for a person, for the header of every page he is signed in on.

The app above that keeps messages registers its answer in its `ready()`; without one nothing waits.
"""

from collections.abc import Callable

from home.accounts.models import User

Counter = Callable[[User], int]
_COUNTERS: list[Counter] = []


def register(counter: Counter) -> None:
    """Ask `counter` whenever the header is drawn for somebody; one query at the most."""
    _COUNTERS.append(counter)


def unread_of(person: User) -> int:
    """How many messages he has not read."""
    return sum(counter(person) for counter in _COUNTERS)
