"""How long a service promises to take, as working time of the office that answers for it.

The day of receipt does not count, and the clock stands while the office waits for others: so a promise is
turned once, when the request comes, into the working time it grants.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from cms.working_time import WorkingTime
from services_catalog.models import DurationUnit, ServicePage


@dataclass(frozen=True)
class Promise:
    """So many working hours, working days, calendar days or minutes; or at once."""

    amount: int
    unit: DurationUnit

    def total(self, office: WorkingTime, start: datetime) -> timedelta:
        """The working time it grants, counted from `start`.

        Minutes pass while the office works. Calendar days end with the last working hour in them, or with the
        next working day where they hold none; what is promised at once is due by the end of the working day.

        Raises:
            NoWorkingTime: when the office has no hours to count in.
        """
        if self.unit == DurationUnit.MINUTES:
            return timedelta(minutes=self.amount)
        if self.unit == DurationUnit.HOURS:
            return timedelta(hours=self.amount)
        if self.unit == DurationUnit.WORKING_DAYS:
            return office.between(start, office.end_of_working_day(start, self.amount))
        days = self.amount if self.unit == DurationUnit.DAYS else 0
        local = start.astimezone(office.zone)
        midnight = datetime.combine(local.date() + timedelta(days=days + 1), time.min, office.zone)
        return office.between(start, midnight) or office.between(start, office.end_of_working_day(start, 1))


def promises(services: Collection[int]) -> dict[int, Promise]:
    """What each of these services promises, by its key; those that promise nothing are left out. One query."""
    pages = ServicePage.objects.filter(pk__in=services).values_list("pk", "duration", "duration_unit")
    return {pk: promise for pk, amount, unit in pages.order_by() if (promise := promise_of(amount, unit))}


def promise_of(amount: int | None, unit: str) -> Promise | None:
    """What an editor wrote as a promise; None where nothing is promised."""
    if unit == DurationUnit.IMMEDIATE:
        return Promise(0, DurationUnit.IMMEDIATE)
    return Promise(amount, DurationUnit(unit)) if amount else None
