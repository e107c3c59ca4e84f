"""An appointment: a free time in an office's calendar.

Days are laid out with their free times, one of which is chosen. A time is held by the wizard when it is
saved and confirmed when the form is sent; a form only asks which times there are (`forms_builder.ports`).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from wagtail import blocks

from cms.hijri import hijri_text
from cms.languages import in_language
from forms_builder import ports, wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Column, Context, FileUrl
from forms_builder.fields.date import gregorian_text
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.fields.showing import left_to_right, listed, listed_html
from forms_builder.spec import FieldSpec

NEAREST = 3
# How many days are laid out at once; the others are reached by their list.
DAYS_AT_ONCE = 7
NOON = 12
_KEYS = {"calendar", "slot", "minutes", "name", "place"}
# The error after which the nearest free times are offered.
TAKEN = "taken"


class AppointmentWidget(PartsWidget):
    """The time that is chosen; `day` is the one from which on days are shown."""

    def __init__(self) -> None:
        super().__init__({part: text_widget() for part in ("day", "time")})

    def decompress(self, value: Any) -> list[Any]:
        start = start_of(value)
        return [None, None] if start is None else [start.date().isoformat(), start.isoformat()]


class AppointmentField(TypedMixin, forms.Field):
    """Cleaned to the answer for a free time, or to None."""

    def __init__(self, *, question: str, calendar: str, holder: str, language: str, **kwargs: Any) -> None:
        self.question = question
        self.calendar = calendar
        self.holder = holder
        self.language = language
        super().__init__(widget=AppointmentWidget(), **kwargs)

    @cached_property
    def openings(self) -> ports.Openings:
        return ports.calendars().openings(self.calendar, self.holder)

    def clean(self, value: Any) -> Answer:
        written = value.get("slot") if isinstance(value, Mapping) else (value or ["", ""])[1]
        if not written:
            self._refuse_nothing()
            return None
        start = _moment(written)
        if start is None or start not in self.openings.free:
            raise ValidationError(_taken(self.question, none=not self.openings.free), code=TAKEN)
        return answer_of(self.openings, start)

    def _refuse_nothing(self) -> None:
        if not self.required:
            return
        if not self.openings.free:
            raise ValidationError(
                _("No time is free now: %(question)s. Save your application and come back later")
                % {"question": self.question},
                code="full",
            )
        raise ValidationError(self.error_messages["required"], code="required")


@dataclass(frozen=True)
class TimeChoice:
    """One time as a radio button."""

    id: str
    value: str
    label: str
    checked: bool = False


@dataclass(frozen=True)
class DayOfTimes:
    """A day with its free times, by morning and afternoon.

    Attributes:
        is_open: whether its times are in view from the start.
    """

    number: int
    name: str
    hijri: str
    periods: Sequence[tuple[str, Sequence[TimeChoice]]]
    is_open: bool

    @property
    def total(self) -> int:
        return sum(len(times) for _name, times in self.periods)


@dataclass(frozen=True)
class Picker:
    """What the template draws.

    Attributes:
        days: the days laid out; the one of the chosen time is among them.
        every_day: (value, name) of every day with free times, where there are more than are laid out.
        shown_from: the value in that list.
        nearest: times in place of one that is taken, with their days.
        held_until: by the clock of the place; empty while nothing is held.
    """

    days: Sequence[DayOfTimes] = ()
    every_day: Sequence[tuple[str, str]] = ()
    shown_from: str = ""
    nearest: Sequence[TimeChoice] = ()
    held_until: str = ""
    place: str = ""
    minutes: int = 0

    @property
    def first_id(self) -> str:
        """Id of the input to go to first; empty where there is none."""
        if self.nearest:
            return self.nearest[0].id
        opened = next((day for day in self.days if day.is_open), None)
        return opened.periods[0][1][0].id if opened else ""


@base.register
class Appointment(base.FieldType):
    """A time at which an office receives the citizen."""

    key = "appointment"
    label = pgettext_lazy("field type", "Appointment")
    icon = "calendar-check"
    menu = editing.DATES
    operators = ("answered", "not_answered")
    in_groups = False
    template = "components/fields/appointment.html"

    class Settings(base.Settings):
        calendar: str = ""
        # Key of the organisation that asks: it gives appointments in its own calendars only.
        organisation: str = ""

    def block(self) -> blocks.StructBlock:
        calendar = editing.PickBlock(
            choices=lambda: ports.calendars().choices(),
            required=True,
            label=gettext_lazy("Calendar"),
            help_text=gettext_lazy("Its hours decide which times are offered."),
        )
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu, main=[("calendar", calendar)])

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        if not settings.calendar:
            yield _("Choose the calendar in which the appointment is made.")
            return
        known = ports.calendars().calendar(settings.calendar)
        if known is None:
            yield _("There is no calendar “%(key)s”. Choose another.") % {"key": settings.calendar}
        elif settings.organisation not in ("", known.organisation):
            yield _("The calendar “%(key)s” belongs to another organisation. Choose one of your own.") % {
                "key": settings.calendar
            }

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return AppointmentField(
            required=required,
            question=wording.name_of(spec),
            calendar=self.settings(spec).calendar,
            holder=context.holder,
            language=context.language,
            error_messages={"required": wording.choose(spec)},
        )

    def fits(self, answer: Answer) -> bool:
        return (
            isinstance(answer, Mapping)
            and {"calendar", "slot", "minutes"} <= set(answer) <= _KEYS
            and start_of(answer) is not None
            and type(answer["minutes"]) is int
            and all(_is_texts(answer.get(part, {})) for part in ("name", "place"))
        )

    def check(self, spec: FieldSpec, answer: Answer, context: Context, *, required: bool) -> Answer:
        if self.fits(answer) and answer["calendar"] != self.settings(spec).calendar:
            raise ValidationError(wording.choose(spec), code="calendar")
        if self.fits(answer) and not context.holder:
            # Nobody who could hold it asks: an answer that was given before is looked at again.
            return dict(answer)
        return super().check(spec, answer, context, required=required)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        openings = ports.calendars().openings(self.settings(spec).calendar, context.holder)
        return answer_of(openings, openings.free[0]) if openings.free else None

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def picker(self, bound: AppointmentField, parts: Sequence[Any], id_: str, *, offers: bool) -> Picker:
        """What there is to choose from, in the language of the form."""
        openings, language = bound.openings, bound.language
        chosen = _moment(parts[1])
        by_day: dict[datetime.date, list[datetime.datetime]] = {}
        for start in openings.free:
            by_day.setdefault(start.date(), []).append(start)
        laid_out = _laid_out(list(by_day), str(parts[0] or ""), chosen)
        own = chosen.date() if chosen else None
        in_view = own if own in laid_out else next(iter(laid_out), None)
        held_until = openings.held.get(chosen) if chosen else None
        known = openings.calendar
        return Picker(
            days=[_day(day, by_day[day], chosen, id_, language, is_open=day == in_view) for day in laid_out],
            every_day=_days_by_name(by_day, language) if len(by_day) > len(laid_out) else (),
            shown_from=laid_out[0].isoformat() if laid_out else "",
            nearest=_offered_instead(openings.free, chosen, id_, language) if offers else (),
            held_until=held_until.astimezone(known_zone(openings)).strftime("%H:%M") if held_until else "",
            place=in_language(known.place, language) if known else "",
            minutes=known.minutes if known else 0,
        )

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        start = start_of(answer)
        if start is None:
            return ""
        when = listed([day_text(start.date(), language), _span(start, answer)], language)
        return listed([when, *_where(answer, language)], language)

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        start = start_of(answer)
        if start is None:
            return SafeString()
        day = day_text(start.date(), language)
        when = listed_html([day, left_to_right(_span(start, answer))], language)
        where = listed(_where(answer, language), language)
        # No <time> around it: that stays on one line, and this is too long for a phone.
        return format_html("{}<br>{}", when, where) if where else when

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        """Read-only: an import makes no appointments."""
        label = in_language(spec.label, language)
        with override(language):
            labels = {
                f"{spec.key}.calendar": _("%(question)s: calendar") % {"question": label},
                spec.key: label,
                f"{spec.key}.minutes": _("%(question)s: minutes") % {"question": label},
            }
        return [Column(key, words, writable=False) for key, words in labels.items()]

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        start = start_of(answer)
        if start is None:
            return ["", "", ""]
        return [str(answer["calendar"]), start.isoformat(sep=" ", timespec="minutes"), str(answer["minutes"])]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """What was chosen stays: an appointment is not made by an import."""
        return context.answers.get(spec.key)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        texts = {"type": "object", "additionalProperties": {"type": "string"}, "readOnly": True}
        return {
            "type": "object",
            "properties": {
                "calendar": {"const": self.settings(spec).calendar},
                "slot": {"type": "string", "format": "date-time"},
                "minutes": {"type": "integer", "minimum": 1},
                "name": texts,
                "place": texts,
            },
            "required": ["calendar", "slot", "minutes"],
            "additionalProperties": False,
        }


def answer_of(openings: ports.Openings, start: datetime.datetime) -> Answer:
    """Everything a reader needs later, whatever becomes of the calendar; the time by the clock of the place."""
    known = openings.calendar
    if known is None:
        return None
    return {
        "calendar": known.key,
        "slot": next(free for free in openings.free if free == start).isoformat(),
        "minutes": known.minutes,
        "name": dict(known.name),
        "place": dict(known.place),
    }


def start_of(answer: Answer) -> datetime.datetime | None:
    """When the appointment of an answer begins, by the clock of the place; None when there is none."""
    return _moment(answer.get("slot")) if isinstance(answer, Mapping) else None


def taken(spec: FieldSpec) -> str:
    """What is said when somebody else was faster."""
    return _taken(wording.name_of(spec), none=False)


def _taken(question: str, *, none: bool) -> str:
    if none:
        told = _("The time you chose is not free any more, and no other is: %(question)s. Come back later")
    else:
        told = _("The time you chose is not free any more: %(question)s. Choose one of the nearest, or another day")
    return told % {"question": question}


def nearest(free: Sequence[datetime.datetime], wanted: datetime.datetime | None) -> list[datetime.datetime]:
    """The free times closest to the one that is not to be had, in their order."""
    if wanted is None:
        return []
    return sorted(sorted(free, key=lambda start: (abs(start - wanted), start))[:NEAREST])


def day_text(day: datetime.date, language: str) -> str:
    """`Monday 23 November 2026 (13 Jumada II 1448 AH)`."""
    hijri = hijri_text(day, language)
    return f"{day_name(day, language)} ({hijri})" if hijri else day_name(day, language)


def day_name(day: datetime.date, language: str) -> str:
    """`Monday 23 November 2026`."""
    with override(language):
        return f"{date_format(day, 'l')} {gregorian_text(day, language)}"


def clock_text(start: datetime.datetime) -> str:
    return start.strftime("%H:%M")


def known_zone(openings: ports.Openings) -> datetime.tzinfo | None:
    """The clock of the place."""
    return openings.free[0].tzinfo if openings.free else None


def _laid_out(days: Sequence[datetime.date], shown_from: str, chosen: datetime.datetime | None) -> list[datetime.date]:
    first = next((place for place, day in enumerate(days) if day.isoformat() >= shown_from), 0)
    found = list(days[first : first + DAYS_AT_ONCE])
    own = chosen.date() if chosen else None
    return found if own is None or own in found or own not in days else sorted([own, *found])


def _day(
    day: datetime.date,
    starts: Sequence[datetime.datetime],
    chosen: datetime.datetime | None,
    id_: str,
    language: str,
    *,
    is_open: bool,
) -> DayOfTimes:
    times = [
        (start, TimeChoice(f"{id_}.{start:%Y%m%dT%H%M%z}", start.isoformat(), clock_text(start), start == chosen))
        for start in starts
    ]
    with override(language):
        halves = (
            (_("Morning"), [choice for start, choice in times if start.hour < NOON]),
            (_("Afternoon"), [choice for start, choice in times if start.hour >= NOON]),
        )
    periods = [(label, choices) for label, choices in halves if choices]
    return DayOfTimes(day.day, day_name(day, language), hijri_text(day, language), periods, is_open)


def _days_by_name(days: Iterable[datetime.date], language: str) -> list[tuple[str, str]]:
    return [(day.isoformat(), day_name(day, language)) for day in days]


def _offered_instead(
    free: Sequence[datetime.datetime], chosen: datetime.datetime | None, id_: str, language: str
) -> list[TimeChoice]:
    return [
        TimeChoice(
            f"{id_}.near-{place}",
            start.isoformat(),
            listed([day_text(start.date(), language), clock_text(start)], language),
        )
        for place, start in enumerate(nearest(free, chosen), start=1)
    ]


def _span(start: datetime.datetime, answer: Answer) -> str:
    end = start.astimezone(datetime.UTC) + datetime.timedelta(minutes=answer["minutes"])
    return f"{clock_text(start)}–{clock_text(end.astimezone(start.tzinfo))}"


def _where(answer: Answer, language: str) -> list[str]:
    return [in_language(answer.get(part) or {}, language) for part in ("name", "place")]


def _moment(text: Any) -> datetime.datetime | None:
    """An ISO time with its offset; None for anything else."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _is_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(part, str) for part in (*value, *value.values()))
