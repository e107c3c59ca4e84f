"""Write history rows for requests that were just changed by UPDATE. Called by actions and by import.

`queryset.update()` alone writes no history. The rows are copied inside the database, so that one
statement serves any number of requests and records what the database holds, not what an instance
in memory believes.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast

from service_requests.records.models import ServiceRequest

CHANGED = "~"


def record_changes(
    ids: Collection[int], *, by: Any, reason: str = "", outcome: str = "", at: datetime | None = None
) -> None:
    """One history row for each of these requests as it now stands, dated by its `updated_at` unless told otherwise.

    `by` is nobody where the clock did it.

    `outcome` is the key of the outcome that was chosen by this change; without one nobody chose any, whatever was
    chosen on the request before (`chosen_before` reads it again).

    Raises:
        TransactionManagementError: outside a transaction, where the change could stand without its history.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("History is written in the transaction of the change.")
    if ids:
        changed = ServiceRequest.objects.filter(pk__any_of=frozenset(ids))
        record_all(changed, by=by, reason=reason, outcome=outcome, at=at)


def record_all(
    requests: "models.QuerySet[ServiceRequest]",
    *,
    by: Any,
    reason: str = "",
    outcome: str = "",
    at: datetime | None = None,
) -> None:
    """The same for all of these rows, however many: they are read where they are written.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("History is written in the transaction of the change.")
    historical = ServiceRequest.history.model
    columns = [field.attname for field in historical.tracked_fields if field.name != "last_outcome"]
    added = {
        # By names of their own: an annotation may not be called like a column of the request.
        "last_outcome": _constant(outcome, models.CharField()),
        "history_date": _constant(at, models.DateTimeField()) if at else F("updated_at"),
        "history_type": _constant(CHANGED, models.CharField()),
        "history_change_reason": _constant(reason, models.TextField()),
        "history_user_id": _constant(by.pk if by else None, models.BigIntegerField()),
    }
    told = {f"told_{name}": value for name, value in added.items()}
    rows = requests.order_by().annotate(**told).values_list(*columns, *told)
    select, parameters = rows.query.sql_with_params()
    quote = connection.ops.quote_name
    names = [historical._meta.get_field(name).column for name in [*columns, *added]]
    into = f"INSERT INTO {quote(historical._meta.db_table)} ({', '.join(map(quote, names))}) "
    with connection.cursor() as cursor:
        cursor.execute(into + select, parameters)


def chosen_before(ids: Collection[int], outcomes: Collection[str], *, by: Any) -> dict[int, set[str]]:
    """Which of these outcomes this person chose on these requests; one query, none where none is asked about."""
    found: dict[int, set[str]] = defaultdict(set)
    if ids and outcomes:
        rows = ServiceRequest.history.filter(id__any_of=ids, history_user=by, last_outcome__in=outcomes)
        for request, outcome in rows.order_by().values_list("id", "last_outcome"):
            found[request].add(outcome)
    return found


def _constant(value: Any, field: "models.Field[Any, Any]") -> models.expressions.Combinable:
    # PostgreSQL cannot guess the type of a bare parameter in a SELECT list.
    return Cast(Value(value, output_field=field), field)
