"""Requests in the words of the office. Start from `records.scope.visible_to`, then narrow with these."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from services_catalog.processes.statuses import CLOSED, OPEN, Status

# The office's own time: what waits for the citizen, a payment or another party stands still.
RUNNING = OPEN - {Status.WAITING_CITIZEN, Status.WAITING_PAYMENT, Status.OTHER_PARTY}

if TYPE_CHECKING:
    from home.accounts.models import User
    from service_requests.records.models import ServiceRequest  # noqa: F401 -- names the rows of the QuerySet


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def closed(self) -> Self:
        return self.filter(status__in=CLOSED)

    def waiting_first(self) -> Self:
        """What the citizen has to do something for stands above the rest, the newest on top of each."""
        waits = models.Q(status=Status.WAITING_CITIZEN)
        return self.order_by(models.Case(models.When(waits, then=0), default=1), "-submitted_at", "-id")

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def assigned_to(self, person: "User") -> Self:
        return self.filter(assignee=person)

    def late(self, now: datetime) -> Self:
        """What should have been done by now; while somebody else is waited for, nothing is late."""
        overdue = models.Q(due_at__lt=now) | models.Q(stage_due_at__lt=now)
        return self._running().filter(overdue)

    def due_today(self, now: datetime) -> Self:
        """What is due before the day of the portal's clock ends, and not late yet."""
        end = _end_of(timezone.localtime(now).date())
        soon = models.Q(due_at__range=(now, end)) | models.Q(stage_due_at__range=(now, end))
        overdue = models.Q(due_at__lt=now) | models.Q(stage_due_at__lt=now)
        return self._running().filter(soon).exclude(overdue)

    def _running(self) -> Self:
        # What runs is not closed: said so that the indexes of what is due, which hold open requests only, serve.
        return self.filter(status__in=RUNNING, closed_at=None)

    def oldest_due_first(self) -> Self:
        """What is due first, whatever its clock; without a promise by the day it came, after the others."""
        return self.order_by(_nearer_due().asc(nulls_last=True), "submitted_at", "id")

    def by_due(self, *, descending: bool = False) -> Self:
        """By the nearer of the two dates; what is not due, or closed, stands at the end."""
        of_open = models.Case(models.When(closed_at=None, then=_nearer_due()), output_field=models.DateTimeField())
        order = of_open.desc(nulls_last=True) if descending else of_open.asc(nulls_last=True)
        return self.order_by(order, "-id" if descending else "id")

    def submitted_between(self, first: date | None, last: date | None) -> Self:
        """Submitted from the first day to the last one, both included, by the portal's clock."""
        chosen = self
        if first:
            chosen = chosen.filter(submitted_at__gte=_start_of(first))
        if last:
            chosen = chosen.filter(submitted_at__lte=_end_of(last))
        return chosen

    def for_listing(self) -> Self:
        """What a row of a list shows, in one query; never the answers, which may be large.

        Services are named by `records.services`: a page carries its whole form.
        """
        return self.defer("answers", "search_text", "outcome_note").select_related("department", "assignee")


def _nearer_due() -> models.Func:
    # LEAST of SQLite is NULL where one of both is.
    return Least(Coalesce("due_at", "stage_due_at"), Coalesce("stage_due_at", "due_at"))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
