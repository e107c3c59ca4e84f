"""Texts that carry every content language side by side.

A *Texts* value is a plain dict, language code → text: `{"ar": "الاسم", "en": "Name"}`.
Forms, departments, categories and stages keep their words this way, so that keys and
values never depend on a language and adding a language is a setting.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]


def content_languages() -> list[tuple[str, str]]:
    """(code, name) of each content language, the default one first."""
    return [(code, str(name)) for code, name in settings.WAGTAIL_CONTENT_LANGUAGES]


def in_language(texts: Texts, language: str | None = None) -> str:
    """The text in the reader's language; where it is missing, in the first language that has one."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    if texts.get(wanted):
        return texts[wanted]
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        if texts.get(code):
            return texts[code]
    return ""
