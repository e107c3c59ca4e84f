"""`column__any_of=keys`: as `__in`, but on PostgreSQL the keys are one parameter, however many. Registered by the app.

A placeholder for each of ten thousand keys has to be written, read and planned, in every statement anew.
"""

from typing import Any

from django.db.models import IntegerField
from django.db.models.lookups import In


@IntegerField.register_lookup
class AnyOf(In):
    """Takes whole numbers only: a queryset belongs into `__in`. Best a set: Django looks into lists and tuples."""

    lookup_name = "any_of"

    def get_prep_lookup(self) -> list[int]:
        # A key is neither an expression nor in need of its column's conversion: Django looks for both in each.
        return [int(key) for key in self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """One array of the type of a key, written out: of a list the driver looks at each number."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*parameters, f"{{{','.join(map(str, self.rhs))}}}")
