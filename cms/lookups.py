"""`column__any_of=keys`: as `__in`, but on PostgreSQL the keys are one parameter, however many. Registered by the app.

A placeholder for each of ten thousand keys has to be written, read and planned, in every statement anew.
"""

from typing import Any

from django.db.models import IntegerField
from django.db.models.lookups import In


@IntegerField.register_lookup
class AnyOf(In):
    """Takes whole numbers only: a queryset belongs into `__in`."""

    lookup_name = "any_of"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """One array of the type of a key."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*parameters, list(self.rhs))
