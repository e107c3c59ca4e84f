"""Calendars, their slots, and bookings. `booking` alone writes slots and bookings."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.languages import in_language
from cms.week import Span
from service_requests.appointments.slots import Opening, is_start, overlapped
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.hours import DaysField, HoursField
from services_catalog.organisations.models import Organisation


def _between(least: int, most: int) -> list[Any]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class AppointmentCalendar(models.Model):
    """When and where an office receives people, and how many at a time. Its clock is the organisation's."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="calendars", verbose_name=_("organisation")
    )
    key = models.SlugField(_("key"), unique=True, help_text=_("Stable name used by forms and content files."))
    name = TextsField(_("name"))
    place = TextsField(
        pgettext_lazy("of an appointment", "place"), blank=True, help_text=_("Where people come to, as they read it.")
    )
    hours = HoursField(
        _("opening hours"),
        help_text=_("By the clock of the organisation, such as 08:00-14:30. Empty: no appointments."),
    )
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes per appointment"), default=30, validators=_between(5, 480)
    )
    capacity = models.PositiveSmallIntegerField(
        _("appointments at a time"), default=1, validators=_between(1, 1_000),
        help_text=_("Where more are booked already, these stay and no more are taken."),
    )  # fmt: skip
    lead_hours = models.PositiveSmallIntegerField(
        _("bookable until, in hours before"), default=24, validators=_between(0, 24 * 60)
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("bookable for, in days ahead"), default=30, validators=_between(1, 180)
    )
    closed_days = DaysField(
        _("closed days"), blank=True, help_text=_("Public holidays and the like: a day on each line, as 2026-12-31.")
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("appointment calendar")
        verbose_name_plural = _("appointment calendars")
        ordering = ["organisation", "key"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return in_language(self.name) or self.key

    @property
    def zone(self) -> ZoneInfo:
        return self.organisation.zone

    @property
    def opening(self) -> Opening:
        """When it takes appointments, as a value."""
        return Opening(
            zone=self.zone,
            hours={day: [Span.read(span) for span in spans] for day, spans in self.hours.items()},
            length=timedelta(minutes=self.slot_minutes),
            closed=frozenset(date.fromisoformat(day) for day in self.closed_days),
            lead=timedelta(hours=self.lead_hours),
            horizon=self.horizon_days,
        )

    def clean(self) -> None:
        """Nobody is given a time that runs into one that is booked already."""
        super().clean()
        if self.pk is None:
            return
        opening = self.opening
        for slot in self.slots.filter(starts_at__gt=timezone.now(), taken__gt=0):
            if overlapped(opening, slot.starts_at, timedelta(minutes=slot.minutes)):
                raise ValidationError(
                    _(
                        "On %(day)s at %(time)s appointments are booked that the new hours run into. "
                        "Close that day, or make a new calendar for the new hours."
                    ),
                    params={
                        "day": _local(slot, self).strftime("%Y/%m/%d"),
                        "time": _local(slot, self).strftime("%H:%M"),
                    },
                )

    def stranded(self) -> int:
        """How many booked appointments lie outside of its hours, because these were changed."""
        opening = self.opening
        later = self.slots.filter(starts_at__gt=timezone.now(), taken__gt=0)
        return sum(slot.taken for slot in later if not is_start(opening, slot.starts_at))

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            # Less room than is booked: what is booked stays, and nothing is added.
            coming = self.slots.filter(starts_at__gt=timezone.now())
            coming.update(capacity=Greatest(F("taken"), Value(self.capacity)))
            coming.filter(taken=0).update(minutes=self.slot_minutes)


class Slot(models.Model):
    """One time at which a calendar receives people. Its row is made when somebody wants it first."""

    calendar = models.ForeignKey(AppointmentCalendar, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["calendar", "starts_at"], name="one_slot_per_calendar_and_time"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_is_never_overbooked"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.starts_at.isoformat()}"


class Booking(models.Model):
    """One place in a slot: held for an application that is being written, then confirmed for a request.

    `holder` is what the wizard calls the application by, `field_key` the question it answers. Every row
    that is held or confirmed counts in `Slot.taken`.
    """

    class State(models.TextChoices):
        HELD = "held", _("Held")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    holder = models.CharField(max_length=64)
    field_key = models.CharField(max_length=200)
    request = models.ForeignKey(
        ServiceRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField()
    held_until = models.DateTimeField()

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "field_key"], condition=~Q(state="cancelled"), name="one_booking_per_question"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(request__isnull=False), name="confirmed_booking_has_a_request"
            ),
        ]
        # The sweep looks for holds that have run out.
        indexes = [models.Index(fields=["held_until"], condition=Q(state="held"), name="booking_held_until")]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.state}"

    @property
    def starts_at(self) -> datetime:
        """By the clock of the place."""
        return _local(self.slot, self.slot.calendar)

    @property
    def clock(self) -> str:
        return self.starts_at.strftime("%H:%M")


def _local(slot: Slot, calendar: AppointmentCalendar) -> datetime:
    return slot.starts_at.astimezone(calendar.zone)
