"""The edition of the site: a number that grows whenever anything public changes.

What is costly to make (a whole page, the frame around it) is kept in the cache under the edition
it was made from, so nothing ever has to be thrown away: a change makes a new edition, and the old
copies are never asked for again. Asking for the edition is one query on one row, so it holds for
any number of processes without Redis.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db.models import F, Model
from django.db.models.signals import post_delete, post_save

from services_catalog.models import Edition

T = TypeVar("T")
_ONLY = 1
_DAY = 24 * 60 * 60


def current() -> int:
    """The number of the edition that readers see now."""
    return Edition.objects.filter(pk=_ONLY).values_list("number", flat=True).first() or 0


def begin() -> None:
    """Something public changed: what was kept of the edition before is not shown any more."""
    if not Edition.objects.filter(pk=_ONLY).update(number=F("number") + 1):
        Edition.objects.get_or_create(pk=_ONLY, defaults={"number": 1})


def kept(name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once per edition."""
    key = f"edition:{current()}:{name}"
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, _DAY)
    return cast(T, found)


def begins_with_changes_of(*models: type[Model]) -> None:
    """Rows of these models stand on public pages: saving or deleting one begins a new edition.

    Signals, because there are many doors (publish, schedule, import, admin) and each of them ends
    in save or delete.
    """
    for model in models:
        post_save.connect(_row_changed, sender=model, dispatch_uid=f"edition:{model._meta.label}")
        post_delete.connect(_row_changed, sender=model, dispatch_uid=f"edition:{model._meta.label}")


def _row_changed(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        begin()
