"""Write history rows for requests that were just changed by UPDATE. Called by actions and by import.

`queryset.update()` alone writes no history. The rows are copied inside the database, so that one
statement serves any number of requests and records what the database holds, not what an instance
in memory believes.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast

from service_requests.records.models import ServiceRequest

CHANGED = "~"


def record_changes(ids: Collection[int], *, by: Any, reason: str = "") -> None:
    """One history row for each of these requests as it now stands, dated by its `updated_at`.

    Raises:
        TransactionManagementError: outside a transaction, where the change could stand without its history.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("History is written in the transaction of the change.")
    if ids:
        record_all(ServiceRequest.objects.filter(pk__in=ids), by=by, reason=reason)


def record_all(requests: "models.QuerySet[ServiceRequest]", *, by: Any, reason: str = "") -> None:
    """The same for all of these rows, however many: they are read where they are written.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("History is written in the transaction of the change.")
    historical = ServiceRequest.history.model
    columns = [field.attname for field in historical.tracked_fields]
    added = {
        "history_date": F("updated_at"),
        "history_type": _constant(CHANGED, models.CharField()),
        "history_change_reason": _constant(reason, models.TextField()),
        "history_user_id": _constant(by.pk, models.BigIntegerField()),
    }
    rows = requests.order_by().annotate(**added).values_list(*columns, *added)
    select, parameters = rows.query.sql_with_params()
    quote = connection.ops.quote_name
    names = [historical._meta.get_field(name).column for name in [*columns, *added]]
    into = f"INSERT INTO {quote(historical._meta.db_table)} ({', '.join(map(quote, names))}) "
    with connection.cursor() as cursor:
        cursor.execute(into + select, parameters)


def _constant(value: Any, field: "models.Field[Any, Any]") -> models.expressions.Combinable:
    # PostgreSQL cannot guess the type of a bare parameter in a SELECT list.
    return Cast(Value(value, output_field=field), field)
