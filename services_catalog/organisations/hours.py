"""Opening hours and closed days as columns of a calendar, and as staff write them."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.arabic import clean, digits
from cms.week import WEEKDAYS, Span

NAMES = {
    "sun": gettext_lazy("Sunday"),
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
}


def read_spans(text: str) -> list[str]:
    """`8:00-12:00, 13:00-15:00` as it is stored.

    Raises:
        ValidationError: saying how to write it.
    """
    plain = digits(clean(text)).replace(" ", "").replace("،", ",").replace("–", "-")
    try:
        spans = sorted((Span.read(part) for part in plain.split(",") if part), key=lambda span: span.opens)
    except ValueError as error:
        raise ValidationError(
            _("Write opening and closing time as 08:00-14:30; several with commas between."), code="hours"
        ) from error
    if any(later.opens < earlier.closes for earlier, later in pairwise(spans)):
        raise ValidationError(_("These hours overlap: write each hour once."), code="overlap")
    return [str(span) for span in spans]


def check_hours(value: Any) -> None:
    """What a content file or a form gives as hours.

    Raises:
        ValidationError: saying what is wrong.
    """
    if not isinstance(value, Mapping) or set(value) - set(WEEKDAYS):
        raise ValidationError(_("Write the hours by weekday: %(days)s."), params={"days": ", ".join(WEEKDAYS)})
    for spans in value.values():
        if not isinstance(spans, list) or read_spans(",".join(map(str, spans))) != spans:
            raise ValidationError(_("Write opening and closing time as 08:00-14:30; several with commas between."))


def check_days(value: Any) -> None:
    """What a content file or a form gives as closed days.

    Raises:
        ValidationError: naming the entry that is no day.
    """
    if not isinstance(value, list):
        raise ValidationError(_("Write the days as a list."))
    for text in value:
        read_day(text)


def read_day(text: Any) -> str:
    try:
        return date.fromisoformat(digits(clean(str(text)))).isoformat()
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is no day. Write each day on a line of its own as 2026-12-31."), params={"text": text}
        ) from error


class WeekWidget(forms.MultiWidget):
    """One input for each weekday; empty on days without appointments."""

    template_name = "cms/widgets/week.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Not an example of hours: on a closed day it would be read as hours.
        single = {"dir": "ltr", "placeholder": _("closed")}
        super().__init__({day: forms.TextInput(attrs=single) for day in NAMES}, attrs)

    def decompress(self, value: Mapping[str, list[str]] | None) -> list[str]:
        return [", ".join((value or {}).get(day, ())) for day in NAMES]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for day, widget in zip(NAMES.values(), context["widget"]["subwidgets"], strict=True):
            widget["day"] = day
        return context


class WeekFormField(forms.MultiValueField):
    """Cleaned to spans by weekday."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", WeekWidget())
        super().__init__([forms.CharField(required=False) for _day in NAMES], require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        # Django hands over nothing at all where every input is empty.
        for (day, name), text in zip(NAMES.items(), data_list or [""] * len(NAMES), strict=True):
            try:
                spans = read_spans(text or "")
            except ValidationError as error:
                raise ValidationError(
                    _("%(day)s: %(message)s"), params={"day": name, "message": error.messages[0]}
                ) from error
            if spans:
                found[day] = spans
        return found


class DaysFormField(forms.CharField):
    """Days, each on a line of its own."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4, "dir": "ltr", "placeholder": "2026-12-31"})
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        return sorted({read_day(line) for line in str(super().clean(value) or "").split()})


class HoursField(models.JSONField):
    """Opening hours by weekday: `{"sun": ["08:00-12:00", "13:00-15:00"]}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        check_hours(value)

    def formfield(self, **kwargs: Any) -> Any:
        return WeekFormField(label=self.verbose_name, help_text=self.help_text, required=not self.blank)

    def in_words(self, value: Mapping[str, list[str]]) -> str:
        """For the history of a calendar."""
        return "; ".join(f"{name} {', '.join(value[day])}" for day, name in NAMES.items() if value.get(day))


class DaysField(models.JSONField):
    """Days, as a list of ISO dates."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        check_days(value)

    def formfield(self, **kwargs: Any) -> Any:
        return DaysFormField(label=self.verbose_name, help_text=self.help_text, required=not self.blank)

    def in_words(self, value: list[str]) -> str:
        """For the history of a calendar."""
        if len(value) > 5:
            shown = ", ".join(value[:5])
            return ngettext("%(days)s and %(number)s more day", "%(days)s and %(number)s more days", len(value) - 5) % {
                "days": shown,
                "number": len(value) - 5,
            }
        return ", ".join(value)
