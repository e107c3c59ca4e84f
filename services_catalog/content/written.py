"""From what stands in a content file to what a StreamField stores.

A file is written for people: words as `{"ar": …, "en": …}` in their place, entries without ids, files
and pages by name. The block definitions say what is meant where, so any block can be written. A file
may come from anybody: what does not fit is refused with its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import (
    BaseStructBlock,
    Block,
    BooleanBlock,
    CharBlock,
    ChooserBlock,
    DecimalBlock,
    FieldBlock,
    FloatBlock,
    IntegerBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    TextBlock,
)

from cms.blocks import LocalisedTextBlock
from cms.languages import content_languages
from services_catalog.content.places import id_at, names_of
from services_catalog.content.refusal import ContentError
from services_catalog.content.rich_text import stored

_NUMBERS = (DecimalBlock, FloatBlock, IntegerBlock)


@dataclass(frozen=True)
class Pair:
    """One text in its languages, and its path as wagtail-localize writes it."""

    path: str
    texts: Mapping[str, str]
    is_rich: bool = False


@dataclass
class Words:
    """Words of the source language with what they are in the others."""

    source: str
    pairs: list[Pair] = field(default_factory=list)

    def read(self, value: Any, path: str = "", *, is_rich: bool = False) -> Any:
        """The text in the source language; the other languages are remembered."""
        if not is_texts(value):
            return value
        self.pairs.append(Pair(path, value, is_rich))
        return value.get(self.source, "")


@dataclass
class Writer:
    """Writes the raw value of one page's blocks.

    Attributes:
        chosen: finds the row that a name stands for, where a block chooses something.
        ids: ids of entries that do not follow from their place.
    """

    page: str
    words: Words
    chosen: Callable[[Block, str], int]
    ids: Mapping[str, str] = field(default_factory=dict)

    def raw(self, block: Block, value: Any, place: str, path: str = "") -> Any:
        """The raw value that `block` stores for what was written at `place`."""
        path = path or place
        if isinstance(block, StreamBlock):
            return self._stream(block, self._list(value, place), place, path)
        if isinstance(block, ListBlock):
            return self._items(block, self._list(value, place), place, path)
        if isinstance(block, LocalisedTextBlock):
            return self._texts(value, place)
        if isinstance(block, BaseStructBlock):
            return self._struct(block, value, place, path)
        if isinstance(block, ChooserBlock):
            if not isinstance(value, str | None):
                raise self._wrong(place, _("write the name of a file or page"))
            return self.chosen(block, value) if value else None
        if isinstance(block, RichTextBlock):
            return self._rich_text(block, value, place, path)
        return self._leaf(block, value, place, path)

    def _stream(self, block: StreamBlock, entries: list[Any], place: str, path: str) -> list[dict[str, Any]]:
        kinds = list(block.child_blocks)
        parts = [self._part(block, kinds, entry, f"{place}.{at}") for at, entry in enumerate(entries)]
        raws = []
        for (kind, value), name in zip(parts, names_of([value for _kind, value in parts]), strict=True):
            here = f"{place}.{name}"
            key = self._id(here)
            child = block.child_blocks[kind]
            raws.append({"type": kind, "value": self.raw(child, value, here, f"{path}.{key}"), "id": key})
        return raws

    def _part(self, block: StreamBlock, kinds: list[str], entry: Any, place: str) -> tuple[str, Any]:
        """The kind of an entry, and what is written for it."""
        if len(kinds) == 1:
            return kinds[0], entry
        if not isinstance(entry, dict):
            raise self._wrong(place, _("write an object with its type"))
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            known = ", ".join(kinds)
            raise self._wrong(
                place, _("there is no block “%(kind)s”; there are %(known)s") % {"kind": kind, "known": known}
            )
        if isinstance(block.child_blocks[kind], BaseStructBlock):
            return kind, {name: part for name, part in entry.items() if name != "type"}
        return kind, entry.get("value")

    def _items(self, block: ListBlock, entries: list[Any], place: str, path: str) -> list[dict[str, Any]]:
        raws = []
        for entry, name in zip(entries, names_of(entries), strict=True):
            here = f"{place}.{name}"
            key = self._id(here)
            value = self.raw(block.child_block, entry, here, f"{path}.{key}")
            raws.append({"type": "item", "value": value, "id": key})
        return raws

    def _struct(self, block: BaseStructBlock, value: Any, place: str, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(place, _("write an object here"))
        unknown = set(value) - set(block.child_blocks)
        if unknown:
            raise self._wrong(place, _("%(names)s is not known here") % {"names": ", ".join(sorted(unknown))})
        return {
            name: self.raw(child, value[name], f"{place}.{name}", f"{path}.{name}")
            if name in value
            else default_of(child)
            for name, child in block.child_blocks.items()
        }

    def _texts(self, value: Any, place: str) -> dict[str, str]:
        if not isinstance(value, dict) or not (is_texts(value) or not value):
            codes = ", ".join(code for code, _name in content_languages())
            raise self._wrong(place, _("write a text for each of the languages %(codes)s") % {"codes": codes})
        return value

    def _rich_text(self, block: RichTextBlock, value: Any, place: str, path: str) -> str:
        texts = self.rich_texts(value, block.features or [], place)
        return str(self.words.read(texts, path, is_rich=True) or "")

    def rich_texts(self, value: Any, features: list[str], place: str) -> Any:
        """Rich text in each of its languages as the editor would have stored it; anything else is taken out."""
        if not (isinstance(value, str | None) or is_texts(value)):
            raise self._wrong(place, _("write a text"))
        if is_texts(value):
            return {code: self.rich_texts(text, features, place) for code, text in value.items()}
        return stored(value or "", features, f"{self.page}.{place}", self.chosen, place)

    def _leaf(self, block: Block, value: Any, place: str, path: str) -> Any:
        is_text = isinstance(block, CharBlock | TextBlock)
        value = (self.words.read(value, path) or "") if is_text else value
        if not _fits(block, value, is_text=is_text):
            raise self._wrong(place, _("this value does not fit here"))
        try:
            block.to_python(value)
        except (ValidationError, ValueError, TypeError, ArithmeticError) as error:
            raise self._wrong(place, _("this value does not fit here")) from error
        return value

    def _list(self, value: Any, place: str) -> list[Any]:
        if not isinstance(value, list):
            raise self._wrong(place, _("write a list here"))
        return value

    def _wrong(self, place: str, message: str) -> ContentError:
        return ContentError(f"{self.page}, {place}: {message}")

    def _id(self, place: str) -> str:
        return self.ids.get(place) or id_at(self.page, place)


def _fits(block: Block, value: Any, *, is_text: bool) -> bool:
    """Whether a value is of the kind that the block reads, before anything tries to."""
    if value is None:
        return not is_text
    if is_text:
        return isinstance(value, str)
    if isinstance(block, BooleanBlock):
        return isinstance(value, bool)
    if isinstance(block, _NUMBERS):
        return isinstance(value, int | float | str) and not isinstance(value, bool)
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return isinstance(block, FieldBlock) and isinstance(value, str | int | float | bool)


def default_of(block: Block) -> Any:
    """What a block stores when nothing is written for it. A list is empty then, never one empty entry."""
    if isinstance(block, ListBlock | StreamBlock):
        return []
    if isinstance(block, BaseStructBlock):
        return {name: default_of(child) for name, child in block.child_blocks.items()}
    return block.get_prep_value(block.get_default())


def is_texts(value: Any) -> bool:
    """Whether a value is one text in several content languages."""
    codes = {code for code, _name in content_languages()}
    return (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= codes
        and all(isinstance(text, str) for text in value.values())
    )
