"""System checks of the project's own conventions."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from cms import PROJECT_ROOT


@register()
def http_library_is_reachable(**kwargs: Any) -> list[CheckMessage]:
    """`requests/` is a source root; a package of that name would hide the HTTP library."""
    spec = find_spec("requests")
    if spec and spec.origin and PROJECT_ROOT / "requests" not in Path(spec.origin).parents:
        return []
    return [
        Error(
            "`import requests` does not reach the HTTP library.",
            hint="Delete requests/__init__.py, or install the library.",
            id="cms.E001",
        )
    ]


@register(Tags.database)
def postgresql_reads_what_is_committed(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Conditional updates and row locks settle our races only under READ COMMITTED."""
    faults: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            # What a transaction of this connection gets, and what one gets that says nothing about it.
            cursor.execute(
                "SELECT current_setting('transaction_isolation'), current_setting('default_transaction_isolation')"
            )
            unlike = [level for level in cursor.fetchone() if level != "read committed"]
        if unlike:
            faults.append(
                Error(
                    f"The database “{alias}” works with the isolation level “{unlike[0]}”.",
                    hint="Set default_transaction_isolation to 'read committed' for this database and role.",
                    id="cms.E002",
                )
            )
    return faults
