"""Small pieces of words and markup that several field types show."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def left_to_right(text: str) -> SafeString:
    """A number or address, isolated from the direction of the text around it."""
    return format_html('<bdi dir="ltr">{}</bdi>', text) if text else SafeString()


def isolated(text: str) -> str:
    """The same where there is no markup, in the words of a list or a message."""
    return f"\u2066{text}\u2069"


def name_of_file(name: str) -> SafeString:
    """Left to right too, and torn apart at the end of a line: it may be longer than any screen is wide."""
    return format_html('<bdi dir="ltr" class="breaks">{}</bdi>', name)


def comma(language: str) -> str:
    return "، " if language == "ar" else ", "


def listed(texts: Iterable[str], language: str) -> str:
    return comma(language).join(text for text in texts if text)


def listed_html(parts: Iterable[str], language: str) -> SafeString:
    return format_html_join(comma(language), "{}", ((part,) for part in parts if part))


def megabytes(size: int) -> str:
    """A file's size as people read it: `312 KB`, `2.8 MB`."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
