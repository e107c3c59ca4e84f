"""A port: apps above say why a service page must stay. The catalogue itself knows no requests."""

from collections.abc import Callable, Iterable

from wagtail.models import Page

from services_catalog.models import ServicePage

# Of the given pages, those that must stay: page → the reason, in words.
Keeper = Callable[[list[ServicePage]], Iterable[str]]
_KEEPERS: list[Keeper] = []


def register(keeper: Keeper) -> Keeper:
    """Ask `keeper` before service pages are deleted, from an app's `ready()`."""
    if keeper not in _KEEPERS:
        _KEEPERS.append(keeper)
    return keeper


def reason_to_keep(page: Page) -> str:
    """Why this page, or a service below it or in another language, must stay; empty when it may go."""
    below = page.get_descendants(inclusive=True).values_list("translation_key", flat=True)
    services = list(ServicePage.objects.filter(translation_key__in=below))
    return next((reason for keeper in _KEEPERS for reason in keeper(services)), "")
