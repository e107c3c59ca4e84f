"""A port: apps above that want to know that a service promises another duration register here.

`ServicePage.save` tells them, in the transaction in which the page goes live.
"""

from collections.abc import Callable

Listener = Callable[[int], None]
_LISTENERS: list[Listener] = []


def on_new_promise(listener: Listener) -> Listener:
    """Call `listener` with the key of the source page."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


def tell_of_new_promise(service: int) -> None:
    for listener in _LISTENERS:
        listener(service)
