"""A time of day."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from cms.arabic import fold
from cms.blocks import CodeBlock
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import NumberTextField, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec

PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
_TYPED = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?::\d{2})?\s*(\D*)", re.ASCII)
_EXAMPLE = "09:00"
# As people write the halves of a day, folded.
_HALVES = {
    **dict.fromkeys(("am", "a.m.", "ص", "صباحا"), "am"),
    **dict.fromkeys(("pm", "p.m.", "م", "مساء", "مسا", "ظهرا"), "pm"),
}


def read_time(text: str) -> datetime.time | None:
    """`9:30`, `0930`, `14.30`, `2 pm`, `٩:٣٠ م`; None for anything else."""
    found = _TYPED.fullmatch(fold(text))
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3].strip()
    if half:
        if half not in _HALVES or not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if _HALVES[half] == "pm" else 0)
    elif found[2] is None:
        return None
    try:
        return datetime.time(hour, minute)
    except ValueError:
        return None


def _every_minute(earliest: str, latest: str) -> Iterator[str]:
    times = (f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60))
    return (time for time in times if (earliest or "00:00") <= time <= (latest or "23:59"))


class TimeField(NumberTextField):
    """Cleaned to `HH:MM`, or to the empty text."""

    def __init__(self, *, question: str, earliest: str, latest: str, **kwargs: Any) -> None:
        self.question = question
        self.earliest = earliest
        self.latest = latest
        super().__init__(**kwargs)
        self.shape = _("For example 09:30 or 14:00")

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        read = read_time(typed)
        if read is None:
            raise ValidationError(
                _("Write %(question)s as a time of day, for example 09:30") % {"question": self.question}, code="time"
            )
        time = f"{read:%H:%M}"
        if self.earliest and time < self.earliest:
            raise self._outside(_("Write a time from %(limit)s on: %(question)s"), self.earliest)
        if self.latest and time > self.latest:
            raise self._outside(_("Write a time up to %(limit)s: %(question)s"), self.latest)
        return time

    def _outside(self, message: str, limit: str) -> ValidationError:
        return ValidationError(message % {"limit": limit, "question": self.question}, code="limit")


@base.register
class Time(base.FieldType):
    """Hours and minutes, by the clock of the place; without a day."""

    key = "time"
    label = gettext_lazy("Time of day")
    icon = "time"
    menu = editing.DATES
    operators = ("answered", "not_answered", "equals", "not_equals")
    condition_input = "time"

    class Settings(base.Settings):
        earliest: str = Field(default="", pattern=rf"^$|{PATTERN}")
        latest: str = Field(default="", pattern=rf"^$|{PATTERN}")

    def block(self) -> blocks.StructBlock:
        wrong = {"invalid": gettext_lazy("Write hours and minutes, for example 08:00.")}
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[
                (name, CodeBlock(required=False, regex=PATTERN, label=label, help_text=told, error_messages=wrong))
                for name, label, told in (
                    (
                        "earliest",
                        gettext_lazy("Earliest time"),
                        gettext_lazy("For example 08:00. Empty: from midnight."),
                    ),
                    ("latest", gettext_lazy("Latest time"), gettext_lazy("For example 14:30. Empty: until midnight.")),
                )
            ],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        limits = self.settings(spec)
        if limits.earliest and limits.latest and limits.earliest > limits.latest:
            yield _("Set the latest time after the earliest time.")

    def condition_value(self, text: str) -> Answer:
        read = read_time(text)
        return text if read is None else f"{read:%H:%M}"

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        return re.match(PATTERN, str(value)) is not None

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        limits = self.settings(spec)
        return TimeField(
            question=wording.name_of(spec),
            earliest=limits.earliest,
            latest=limits.latest,
            required=required,
            error_messages={"required": wording.write(spec)},
            widget=text_widget(left_to_right=True, size="short", maxlength=20),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        limits = self.settings(spec)
        return limits.earliest or min(_EXAMPLE, limits.latest or _EXAMPLE)

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        limits = self.settings(spec)
        return [*values, *(time for time in _every_minute(limits.earliest, limits.latest) if time not in values)][
            : len(values) + 1
        ]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(str(answer or ""))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": PATTERN}
