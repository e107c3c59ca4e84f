"""Counting no further than somebody reads: to count a million rows takes longer than to show twenty of them."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator


class CountUpTo(Subquery):
    """The number of rows of a queryset as a value of another query, or `most` where there are as many or more.

    Some of them in one statement cost little more than one.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: "QuerySet[Any]", most: int) -> None:
        super().__init__(rows.order_by().values("pk")[:most])


class BoundedPaginator(WagtailPaginator):
    """Pages of the first `most` rows. What lies beyond is found by a filter, by search, or in the other order.

    Nobody turns five hundred pages, and a database would pass over every row of all of them.
    """

    most = 10_000

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.most)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that no page shows."""
        return self._counted > self.most

    @cached_property
    def _counted(self) -> int:
        return int(self.object_list.order_by()[: self.most + 1].count())

    @cached_property
    def items_count_label(self) -> str:
        return _("More than %(most)s") % {"most": grouped(self.most)} if self.has_more else super().items_count_label


def grouped(number: int) -> str:
    """A large number as it is read: 10,000."""
    return f"{number:,}"
