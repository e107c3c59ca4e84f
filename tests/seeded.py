"""Putting a database back to what stood in it when the tests began, after a test whose commits were real.

Django's own way empties each of some two hundred tables and then sends the signal after migrations: seconds a test
on PostgreSQL. Rows alone are deleted and copied back here, in one transaction, with the keys they had.
"""

from django.db import connection, transaction

_COPY = "seed_of_"


def remember() -> None:
    """Copy every table that holds rows; what an earlier run on the same database left is replaced."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            copy = _quoted(_COPY + table)
            cursor.execute(f"DROP TABLE IF EXISTS {copy}")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {_quoted(table)})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {copy} AS SELECT * FROM {_quoted(table)}")


def put_back() -> None:
    """Delete all rows and copy those back. Foreign keys are checked at its end, so any order will do."""
    tables, there = _tables(), set(connection.introspection.table_names())
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {_quoted(table)}")
        for table in tables:
            if _COPY + table in there:
                cursor.execute(f"INSERT INTO {_quoted(table)} SELECT * FROM {_quoted(_COPY + table)}")


def _tables() -> list[str]:
    named = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    return sorted(named - _virtual())


def _virtual() -> set[str]:
    """What SQLite keeps by triggers beside a table, like the index of its full-text search."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'", [])
        return {name for (name,) in cursor.fetchall()}


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
