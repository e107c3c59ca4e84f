"""A day, entered in the Gregorian calendar and shown with its Hijri date."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from pydantic import Field
from wagtail import blocks

from cms.arabic import clean, digits
from cms.hijri import hijri_text
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.spec import FieldSpec

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
# A birth before this or a plan after it is a slip of the finger.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
_EXAMPLE = datetime.date(2026, 1, 15)


class DateWidget(PartsWidget):
    """Three inputs; in a row from left to right, as digits are read."""

    def __init__(self) -> None:
        super().__init__(
            {
                "day": text_widget(keypad="numeric", left_to_right=True, classes="input value", maxlength=4),
                "month": text_widget(keypad="numeric", left_to_right=True, classes="input value", maxlength=4),
                "year": text_widget(keypad="numeric", left_to_right=True, classes="input value", maxlength=6),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        found = _ISO.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return [None, None, None]
        year, month, day = found.groups()
        return [str(int(day)), str(int(month)), year]


class DateField(TypedMixin, forms.Field):
    """Cleaned to an ISO date, or to the empty text."""

    def __init__(
        self, *, question: str, earliest: datetime.date | None, latest: datetime.date | None, **kwargs: Any
    ) -> None:
        self.question = question
        self.earliest = earliest
        self.latest = latest
        super().__init__(widget=DateWidget(), **kwargs)

    def clean(self, value: Any) -> str:
        parts = _parts(value)
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        if not all(parts):
            raise ValidationError(self._incomplete(parts), code="incomplete")
        day = self._day(parts)
        self._check_limits(day)
        return day.isoformat()

    def _incomplete(self, parts: list[str]) -> str:
        missing = next(name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part)
        messages = {
            "day": _("Write the day too: %(question)s"),
            "month": _("Write the month too: %(question)s"),
            "year": _("Write the year too: %(question)s"),
        }
        return messages[missing] % {"question": self.question}

    def _day(self, parts: list[str]) -> datetime.date:
        try:
            day, month, year = (int(part) if part.isascii() and part.isdigit() else 0 for part in parts)
            if not EARLIEST_YEAR <= year <= LATEST_YEAR:
                raise ValueError(year)
            return datetime.date(year, month, day)
        except ValueError as error:
            raise ValidationError(
                _("Write %(question)s as a day that exists, for example 27 3 2026") % {"question": self.question},
                code="date",
            ) from error

    def _check_limits(self, day: datetime.date) -> None:
        if self.earliest and day < self.earliest:
            raise ValidationError(
                _("Write a day from %(day)s on: %(question)s")
                % {"day": _numeric(self.earliest), "question": self.question},
                code="too_early",
            )
        if self.latest and day > self.latest:
            raise ValidationError(
                _("Write a day up to %(day)s: %(question)s")
                % {"day": _numeric(self.latest), "question": self.question},
                code="too_late",
            )


def _numeric(day: datetime.date) -> str:
    # Slashes survive a right-to-left text, dashes do not.
    return day.strftime("%Y/%m/%d")


def _parts(value: Any) -> list[str]:
    """Day, month, year from three inputs, an ISO date or a date with the day first."""
    if isinstance(value, list | tuple):
        return [digits(clean(str(part or ""))) for part in value]
    text = digits(clean(str(value or "")))
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
        return [day, month, year]
    if day_first := _DAY_FIRST.fullmatch(text):
        return list(day_first.groups())
    return [text, text, text] if text else ["", "", ""]


@base.register
class Date(base.FieldType):
    """A day; its limits count from the day the form is filled in."""

    key = "date"
    label = gettext_lazy("Date")
    icon = "date"
    menu = editing.DATES
    operators = ("answered", "not_answered", "equals", "before", "on_or_before", "after", "on_or_after")
    condition_input = "date"
    template = "components/fields/date.html"
    field_class: ClassVar[type[DateField]] = DateField

    class Settings(base.Settings):
        earliest_days: int | None = Field(default=None, ge=-80_000, le=80_000)
        latest_days: int | None = Field(default=None, ge=-80_000, le=80_000)

    def block(self) -> blocks.StructBlock:
        days = gettext_lazy("Days from today: 0 is today, -30 thirty days ago. Empty: no limit.")
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[
                (
                    name,
                    blocks.IntegerBlock(
                        required=False, min_value=-80_000, max_value=80_000, label=label, help_text=days
                    ),
                )
                for name, label in (
                    ("earliest_days", gettext_lazy("Earliest day")),
                    ("latest_days", gettext_lazy("Latest day")),
                )
            ],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        limits = self.settings(spec)
        if None not in (limits.earliest_days, limits.latest_days) and limits.earliest_days > limits.latest_days:
            yield _("Set the latest day after the earliest day.")

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        try:
            datetime.date.fromisoformat(str(value))
        except ValueError:
            return False
        return True

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        settings = self.settings(spec)
        return self.field_class(
            required=required,
            question=wording.name_of(spec),
            earliest=_from_today(settings.earliest_days),
            latest=_from_today(settings.latest_days),
            error_messages={"required": wording.write(spec)},
        )

    def other_calendar(self, parts: Sequence[str], language: str) -> str:
        """The Hijri date of what stands in the three inputs; empty until that is a day."""
        day, month, year = (digits(part).strip() for part in parts)
        typed = read_day(f"{year:0>4}-{month:0>2}-{day:0>2}") if day and month and year else None
        return hijri_text(typed, language) if typed else ""

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        settings = self.settings(spec)
        earliest, latest = _from_today(settings.earliest_days), _from_today(settings.latest_days)
        day = max(earliest, _EXAMPLE) if earliest else _EXAMPLE
        return (min(day, latest) if latest else day).isoformat()

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        settings = self.settings(spec)
        limits = [_from_today(days) for days in (settings.earliest_days, settings.latest_days)]
        one = datetime.timedelta(days=1)
        around = [day + by for value in values if (day := read_day(value)) for by in (0 * one, -one, one)]
        return [day.isoformat() for day in (*around, *limits) if day]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        # Limits that count from today move on: what no day answers now, one may answer next year.
        settings = self.settings(spec)
        return settings.earliest_days is None and settings.latest_days is None

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        day = read_day(answer)
        if day is None:
            return ""
        gregorian = gregorian_text(day, language)
        hijri = hijri_text(day, language)
        return f"{hijri} ({gregorian})" if hijri else gregorian

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        text = self.as_text(spec, answer, language)
        return format_html('<time datetime="{}">{}</time>', answer, text) if text else SafeString()

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [str(answer or "")]

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


def _from_today(days: int | None) -> datetime.date | None:
    return None if days is None else timezone.localdate() + datetime.timedelta(days=days)


def gregorian_text(day: datetime.date, language: str) -> str:
    with override(language):
        return date_format(day, "j F Y") + ("م" if language == "ar" else "")


def read_day(answer: Answer) -> datetime.date | None:
    """The stored answer as a day; None when it is none."""
    try:
        return datetime.date.fromisoformat(answer) if answer else None
    except (TypeError, ValueError):
        return None
