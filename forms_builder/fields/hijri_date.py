"""A day, entered in the Hijri calendar (Umm al-Qura) and stored as the Gregorian day it is."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.arabic import digits
from cms.hijri import hijri_parts, to_gregorian
from forms_builder.fields import base
from forms_builder.fields.date import Date, DateField, DateWidget, gregorian_text, read_day


class HijriWidget(DateWidget):
    """The same three inputs, with the parts of the Hijri date in them."""

    def decompress(self, value: Any) -> list[Any]:
        day = read_day(value) if isinstance(value, str) else None
        parts = hijri_parts(day) if day else None
        if parts is None:
            return [None, None, None]
        year, month, number = parts
        return [str(number), str(month), str(year)]


class HijriDateField(DateField):
    """Cleaned to the ISO date of the Gregorian day, or to the empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = HijriWidget()

    def clean(self, value: Any) -> str:
        # A whole date in one text comes from an import or a program: it is Gregorian where its year can be.
        day = read_day(value) if isinstance(value, str) else None
        if day is None:
            return super().clean(value)
        if hijri_parts(day) is None:
            # It could never be shown in these inputs again.
            raise self._no_such_day()
        self._check_limits(day)
        return day.isoformat()

    def _day(self, parts: list[str]) -> datetime.date:
        try:
            # Inside: a number of thousands of digits is a ValueError, too.
            day, month, year = (int(part) if part.isascii() and part.isdigit() else 0 for part in parts)
            return to_gregorian(year, month, day)
        except (ValueError, OverflowError) as error:
            raise self._no_such_day() from error

    def _no_such_day(self) -> ValidationError:
        words = _("Write %(question)s as a day of the Hijri calendar that exists, for example 10 6 1448")
        return ValidationError(words % {"question": self.question}, code="date")


@base.register
class HijriDate(Date):
    """A day of the Hijri calendar, from 1343 to 1500; shown in both calendars."""

    key = "hijri_date"
    label = gettext_lazy("Hijri date")

    field_class = HijriDateField

    def other_calendar(self, parts: Sequence[str], language: str) -> str:
        """The Gregorian date of what stands in the three inputs; empty until that is a day."""
        try:
            day, month, year = (int(digits(part).strip()) for part in parts)
            return gregorian_text(to_gregorian(year, month, day), language)
        except (ValueError, OverflowError):
            return ""
