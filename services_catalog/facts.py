"""A port: what apps above know of a service and want told on its page.

An app registers a callable in its `ready()`; the catalogue knows nothing of drafts or requests.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest

if TYPE_CHECKING:
    from services_catalog.models import ServicePage


@dataclass(frozen=True)
class Fact:
    """Something to tell about a service.

    Attributes:
        place: `action` stands beside the start button (an address is needed), `key` in the box of key facts.
        words: what to say.
        value: the fact itself, for the box.
        address: where it leads.
        stars: how many of five are drawn before the value; none for 0.
    """

    place: Literal["action", "key"]
    words: str
    value: str = ""
    address: str = ""
    stars: int = 0


Teller = Callable[["ServicePage", HttpRequest], Iterable[Fact]]
_TELLERS: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Ask `teller` for facts whenever a service page is drawn.

    It is given the source page. On a page that is kept for everyone
    (`request.same_for_everyone`) it may tell only what is true for everyone.
    """
    if teller not in _TELLERS:
        _TELLERS.append(teller)
    return teller


def told_of(page: "ServicePage", request: HttpRequest) -> Iterator[Fact]:
    """Every fact that apps above tell of a service."""
    for teller in _TELLERS:
        yield from teller(page, request)
