"""What each person of an office did today, and what is late on his desk. Shown to who oversees (desk.people)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Max
from django.utils import timezone

from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet


@dataclass
class Today:
    """One person since midnight by the portal's clock.

    Attributes:
        changes: of requests, of whatever kind; each is a row of history.
        registered: requests taken in at the service window.
    """

    changes: int = 0
    last: datetime | None = None
    registered: int = 0


def today_of(seen: ServiceRequestQuerySet, departments: Collection[int]) -> dict[int, Today]:
    """By person: what was done in these departments, of the requests that whoever asks may see."""
    begun = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    found: dict[int, Today] = defaultdict(Today)
    changed = ServiceRequest.history.filter(
        history_date__gte=begun, history_user__isnull=False, department__in=departments
    )
    for person, number, last in (
        changed.order_by().values_list("history_user").annotate(Count("history_id"), Max("history_date"))
    ):
        found[person].changes, found[person].last = number, last
    registered = seen.filter(registered_by__isnull=False, submitted_at__gte=begun)
    for person, number in registered.order_by().values_list("registered_by").annotate(Count("pk")):
        found[person].registered = number
    return found


def late_work(seen: ServiceRequestQuerySet) -> dict[tuple[int, int | None], int]:
    """(department, person) → number of late requests he is in charge of there; nobody's under None."""
    late = seen.late(timezone.now()).order_by()
    rows = late.values_list("department", "assignee").annotate(number=Count("pk"))
    return {(department, person): number for department, person, number in rows}
