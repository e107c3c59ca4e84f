"""When an organisation works: its hours of a week, those of Ramadan, and the days on which it is closed.

`working_time_of` is what everything that counts in working time asks. An organisation without a calendar
has the week of its country.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import holidays
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from wagtail import blocks

from cms.blocks import LocalisedTextBlock, texts_of
from cms.fields import ContentField
from cms.languages import Texts, in_language
from cms.week import WEEKDAYS, Span
from cms.working_time import WorkingTime
from services_catalog.organisations.hours import HoursField

if TYPE_CHECKING:
    from services_catalog.organisations.models import Organisation

Week = dict[str, list[str]]

# Where nobody has said anything else.
_HOURS = "08:00-15:00"
_WEEKEND = frozenset({5, 6})
NO_HOURS = _("Write the hours of at least one weekday: without them nothing could become due.")


@dataclass(frozen=True)
class Closure:
    """A day on which an office does not work; `estimated` where the moon has the last word."""

    day: date
    name: Texts = field(default_factory=dict)
    estimated: bool = False

    def __str__(self) -> str:
        name = in_language(self.name)
        words = f"{self.day.isoformat()} {name}".strip()
        return _("%(day)s (estimated)") % {"day": words} if self.estimated else words

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> "Closure":
        """From a content file.

        Raises:
            ValidationError: when its day is none.
        """
        try:
            return cls(date.fromisoformat(value["day"]), dict(value.get("name", {})), bool(value.get("estimated")))
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError(_("Write the day of each closure as 2026-12-31.")) from error

    def as_record(self) -> dict[str, Any]:
        """As a content file writes it."""
        return {"day": self.day.isoformat(), "name": dict(self.name), "estimated": self.estimated}


class ClosureBlock(blocks.StructBlock):
    """One closed day, as staff write it."""

    day = blocks.DateBlock(label=_("Day"))
    name = LocalisedTextBlock(max_length=120, label=_("Name"))
    estimated = blocks.BooleanBlock(
        required=False,
        label=_("Estimated"),
        help_text=_("The day is calculated; it is settled when the moon is seen. Untick it once it is announced."),
    )

    class Meta:
        label = _("Closed day")
        label_format = "{day}"
        icon = "date"


class ClosuresBlock(blocks.StreamBlock):
    closure = ClosureBlock()

    class Meta:
        required = False


class ClosuresField(ContentField):
    """Closed days; in the history of a calendar they are told in the order of the days."""

    def in_words(self, value: Any) -> str:
        return "; ".join(map(str, _closures(value)))


class WorkingCalendar(models.Model):
    """The working time of one organisation. Due dates are counted in it, and counted again when it changes."""

    organisation = models.OneToOneField(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="working_calendar",
        verbose_name=_("organisation"),
    )
    hours = HoursField(
        _("working hours"), help_text=_("By the clock of the organisation, such as 08:00-14:30. Empty: a day off.")
    )
    ramadan_hours = HoursField(
        _("working hours in Ramadan"),
        blank=True,
        help_text=_("From the first to the last day of Ramadan by the Umm al-Qura calendar. All empty: the same."),
    )
    closures = ClosuresField(
        ClosuresBlock(), blank=True, verbose_name=_("closed days"), help_text=_("Public holidays and the like.")
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["organisation"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def closed(self) -> list[Closure]:
        """Its closed days in their order."""
        return _closures(self.closures)

    def close_on(self, closures: Collection[Closure]) -> int:
        """Add those days that are not closed yet; how many that were."""
        there = {closure.day for closure in self.closed}
        new = [closure for closure in closures if closure.day not in there]
        self.closures = _written([*self.closed, *new])
        return len(new)

    def clean(self) -> None:
        """Nothing can be promised in an office that never works."""
        super().clean()
        if not any((self.hours or {}).values()):
            raise ValidationError({"hours": NO_HOURS})

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            tell_of_change(self.organisation_id)

    @property
    def working_time(self) -> WorkingTime:
        """It as a value."""
        return WorkingTime(
            zone=self.organisation.zone,
            hours=_spans(self.hours),
            ramadan=_spans(self.ramadan_hours or {}),
            closed=frozenset(closure.day for closure in self.closed),
        )


def working_times(organisations: Iterable["Organisation"]) -> dict[int, WorkingTime]:
    """The working time of each of these, by its key; one query, and none where they came with their calendars."""
    organisations = list(organisations)
    relation = WorkingCalendar._meta.get_field("organisation").remote_field
    calendars: dict[int, Any] = {
        office.pk: relation.get_cached_value(office) for office in organisations if relation.is_cached(office)
    }
    others = [office.pk for office in organisations if office.pk not in calendars]
    if others:
        calendars |= {row.organisation_id: row for row in WorkingCalendar.objects.filter(organisation__in=others)}
    return {office.pk: _working_time(office, calendars.get(office.pk)) for office in organisations}


def working_time_of(organisation: "Organisation") -> WorkingTime:
    """Its calendar's; the week of its country where it has none."""
    return working_times([organisation])[organisation.pk]


def _working_time(organisation: "Organisation", calendar: WorkingCalendar | None) -> WorkingTime:
    if calendar is None:
        return WorkingTime(organisation.zone, _spans(default_week(organisation.country)), {})
    calendar.organisation = organisation
    return calendar.working_time


@cache
def default_week(country: str) -> Week:
    """The days that are no weekend there, at the hours of most offices."""
    try:
        weekend = frozenset(holidays.country_holidays(country).weekend)
    except NotImplementedError:
        weekend = _WEEKEND
    return {day: [_HOURS] for number, day in enumerate(WEEKDAYS) if number not in weekend}


def public_holidays(country: str, year: int, languages: Collection[str]) -> list[Closure]:
    """The public holidays of a year; none for a country that nothing is known of.

    Days of the Hijri calendar are calculated, however sure the library is of them: they are marked as estimated.
    """
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return []
    by_language = {
        language: holidays.country_holidays(country, years=year, language=name, islamic_show_estimated=False)
        for language in languages
        if (name := _of_library(language, known.supported_languages))
    }
    of_moon = holidays.country_holidays(country, years=year, language="en_US", islamic_show_estimated=True)
    plain = holidays.country_holidays(country, years=year, language="en_US", islamic_show_estimated=False)
    return [
        # Two holidays of one day come with a semicolon between them.
        Closure(
            day,
            {language: names[day].replace("; ", " / ") for language, names in by_language.items()},
            of_moon[day] != plain[day],
        )
        for day in sorted(plain)
        if day.year == year
    ]


def _of_library(language: str, known: tuple[str, ...]) -> str:
    """What the library calls a language of ours, such as `en_US`; empty when it does not speak it."""
    return next((name for name in known if name.split("_")[0] == language), "")


def _spans(week: Mapping[str, list[str]]) -> dict[str, list[Span]]:
    return {day: [Span.read(span) for span in spans] for day, spans in week.items() if spans}


def _closures(value: Any) -> list[Closure]:
    found = [
        Closure(child.value["day"], texts_of(child.value["name"]), bool(child.value["estimated"]))
        for child in value or []
        if child.value["day"]
    ]
    return sorted(found, key=lambda closure: closure.day)


def _written(closures: Collection[Closure]) -> Any:
    field = WorkingCalendar._meta.get_field("closures")
    ordered = sorted(closures, key=lambda closure: closure.day)
    return field.stream_block.to_python([{"type": "closure", "value": closure.as_record()} for closure in ordered])


# Who wants to know that the working time of an organisation changed: a port for the apps above.
Listener = Callable[[int], None]
_LISTENERS: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Call `listener` with the key of the organisation, in the transaction of the change."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


def tell_of_change(organisation: int) -> None:
    for listener in _LISTENERS:
        listener(organisation)
