"""Where attempts are counted: a cache in the database, so that a restart forgives nobody.

Named by the settings as the default cache, because allauth counts there.
"""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class CounterCache(DatabaseCache):
    """A database cache that makes room by dropping what has expired, and only that.

    The stock class also drops live entries once there are many: whoever fills the table would wipe
    the count of his own failed attempts.
    """

    _table: str

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        operations = connections[db].ops
        table, expires = operations.quote_name(self._table), operations.quote_name("expires")
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [operations.adapt_datetimefield_value(now)])
