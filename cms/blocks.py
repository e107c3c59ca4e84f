"""Blocks that every app may build on."""

from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.arabic import visible
from cms.languages import Texts, content_languages


class _NeverNull:
    """wagtail-localize fails on a text that is None; an empty text is always \"\".

    A text of nothing but signs that nobody sees, such as a mark of direction, is empty too.
    """

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)

    def normalize(self, value: Any) -> str:
        return "" if value is None else str(value)

    def clean(self, value: Any) -> str:
        return super().clean(visible(value)) or ""  # type: ignore[misc]

    def get_default(self) -> str:
        return str(super().get_default() or "")  # type: ignore[misc]


class LineBlock(_NeverNull, blocks.CharBlock):
    """One line of text, never null."""


class LinesBlock(_NeverNull, blocks.TextBlock):
    """Several lines of text, never null."""


class CodeBlock(_NeverNull, blocks.RegexBlock):
    """A stable name for programs: wagtail-localize leaves a RegexBlock untranslated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget.attrs.update({"dir": "ltr", "spellcheck": "false"})


def _set_in(block: Any, language: str) -> Any:
    """The block with its input read in the direction of its language, whatever the language of the admin."""
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    block.field.widget.attrs.update({"lang": language, "dir": direction})
    return block


class LocalisedTextBlock(blocks.StructBlock):
    """The same text in every content language; the value is read as a `Texts` dict."""

    def __init__(
        self, *, required: bool = True, multiline: bool = False, max_length: int | None = None, **kwargs: Any
    ) -> None:
        block = LinesBlock if multiline else LineBlock
        extra = {"rows": 3} if multiline else {}
        children = [
            (code, _set_in(block(required=required, max_length=max_length, label=name, **extra), code))
            for code, name in content_languages()
        ]
        kwargs.setdefault("form_classname", "struct-block localised-text")
        super().__init__(children, **kwargs)

    class Meta:
        icon = "globe"
        label = _("Text")


def texts_of(value: Any) -> Texts:
    """A localised block's value as plain texts; languages without text are left out."""
    return {str(code): text for code, text in (value or {}).items() if isinstance(text, str) and text.strip()}
