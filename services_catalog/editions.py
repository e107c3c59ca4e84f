"""The edition of the site: a number that is drawn anew whenever anything public changes.

What is costly to make (a whole page, the frame around it) is kept in the cache under the edition
it was made from, so nothing ever has to be thrown away: a change makes a new edition, and the old
copies are never asked for again. Asking for the edition is one query on one row, so it holds for
any number of processes without Redis. The number is drawn by lot, so that a change that is rolled
back, or a restored backup, never meets copies of something else.
"""

from collections.abc import Callable
from secrets import randbits
from typing import Any, TypeVar, cast

from django.core.cache import caches
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from services_catalog.models import Edition

T = TypeVar("T")
# The alias of the cache in the settings: memory of this process, for copies that are cheap to lose.
CACHE = "pages"
_ONLY = 1
_ASK = f"SELECT number FROM {Edition._meta.db_table} WHERE id = %s"
_DAY = 24 * 60 * 60


def current() -> int:
    """The number of the edition that readers see now."""
    # Asked for by every anonymous page: composing the query anew took longer than the answer.
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [_ONLY])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def begin() -> None:
    """Something public changed: what was kept of the edition before is not shown any more."""
    Edition.objects.update_or_create(pk=_ONLY, defaults={"number": randbits(62)})


def kept(name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once per edition."""
    key = f"edition:{current()}:{name}"
    cache = caches[CACHE]
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
