"""Template tags and filters that every page of the portal may use: `{% load diwan %}`."""

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cms.hijri import hijri_text
from cms.icons import POINTING, SHAPES
from cms.languages import Texts, in_language

register = template.Library()


@register.simple_tag
def ltr(value: Any) -> SafeString | str:
    """A number, identity or phone, kept left-to-right inside right-to-left text."""
    if value is None or value == "":
        return ""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter(name="ltr")
def ltr_filter(value: Any) -> SafeString | str:
    """`ltr` as a filter, for values handed to a component."""
    return ltr(value)


@register.filter
def unbroken(text: str, number: str) -> SafeString | str:
    """A text in which this number is never torn apart at the end of a line, nor turned round."""
    if not number or number not in text:
        return text
    return format_html_join(ltr(number), "{}", ((part,) for part in text.split(number)))


# What is read as one: `NJR-1448-000067`, `+966501234567`, `2026-11-22`, `10:30`, an address.
_WHOLE = re.compile(r"https?://\S+[\w/]|[A-Z]{2,8}(?:-\d+)+|\+?\d+(?:[-/:.]\d+)*")


@register.filter
def numbers_whole(text: str) -> SafeString:
    """A text in which no number is torn apart at the end of a line, and no number or address turned round."""
    parts: list[tuple[str]] = []
    at = 0
    for found in _WHOLE.finditer(text):
        # An address may be longer than a phone is wide.
        looks = "breaks" if found[0].startswith("http") else "whole"
        whole = format_html('<bdi dir="ltr" class="{}">{}</bdi>', looks, found[0])
        parts += [(text[at : found.start()],), (whole,)]
        at = found.end()
    return format_html_join("", "{}", [*parts, (text[at:],)])


@register.simple_tag
def icon(name: str, modifier: str = "") -> SafeString:
    """An icon of cms.icons; beside words, so it is hidden from screen readers.

    Raises:
        KeyError: for a name that is not drawn.
    """
    classes = "icon" + (" icon--points" if name in POINTING else "") + (f" icon--{modifier}" if modifier else "")
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(SHAPES[name]),
    )


@register.filter
def texts(value: Texts | None, language: str | None = None) -> str:
    """A `Texts` value in the reader's language."""
    return in_language(value, language) if value else ""


def _as_date(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


@register.filter
def hijri(value: date | datetime | None) -> str:
    """The Hijri date alone."""
    return hijri_text(_as_date(value), (get_language() or "ar").split("-")[0]) if value else ""


@register.filter
def both_dates(value: date | datetime | None) -> SafeString | str:
    """A day in both calendars, the reader's usual one first.

    `10 جمادى الآخرة 1448هـ (20 نوفمبر 2026م)`, `20 November 2026 (10 Jumada II 1448 AH)`.
    """
    if not value:
        return ""
    day = _as_date(value)
    gregorian, in_hijri = date_format(day, "j F Y"), hijri(day)
    if (get_language() or "ar").startswith("ar"):
        gregorian += "م"
        words = f"{in_hijri} ({gregorian})" if in_hijri else gregorian
    else:
        words = f"{gregorian} ({in_hijri})" if in_hijri else gregorian
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


@register.simple_tag
def trail(*words_and_addresses: str) -> list[tuple[str, str]]:
    """A breadcrumb's trail from words and addresses in turn: `{% trail words address words address as above %}`."""
    return list(zip(words_and_addresses[::2], words_and_addresses[1::2], strict=True))
