"""From what stands in a content file to what a StreamField stores.

A file is written for people: words as `{"ar": …, "en": …}` in their place, entries without ids, files
and pages by name. The block definitions say what is meant where, so any block can be written.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wagtail.blocks import Block, ChooserBlock, ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.rich_text import RichText

from cms.blocks import LocalisedTextBlock
from cms.languages import content_languages
from services_catalog.content.folders import ContentError

_NAMESPACE = uuid.UUID("5d5f8c4e-6c52-4f0e-9a5c-0d1a7c0de0a1")


@dataclass
class Words:
    """Words of the source language with what they are in the others."""

    source: str
    pairs: list[dict[str, str]] = field(default_factory=list)

    def read(self, value: Any) -> Any:
        """The text in the source language; the other languages are remembered."""
        if not _is_texts(value):
            return value
        self.pairs.append(value)
        return value.get(self.source, "")


@dataclass
class Writer:
    """Writes the raw value of one page's blocks. `chosen` finds the row a chooser's name stands for."""

    page: str
    words: Words
    chosen: Callable[[Block, str], int]

    def raw(self, block: Block, value: Any, place: str) -> Any:
        """The raw value that `block` stores for what was written at `place`."""
        if isinstance(block, StreamBlock):
            return [self._entry(block, entry, f"{place}.{_name(entry, at)}") for at, entry in enumerate(value)]
        if isinstance(block, ListBlock):
            return [
                {
                    "type": "item",
                    "value": self.raw(block.child_block, entry, f"{place}.{_name(entry, at)}"),
                    "id": self._id(f"{place}.{_name(entry, at)}"),
                }
                for at, entry in enumerate(value)
            ]
        if isinstance(block, LocalisedTextBlock):
            return value
        if isinstance(block, StructBlock):
            return self._struct(block, value, place)
        if isinstance(block, ChooserBlock):
            return self.chosen(block, value) if value else None
        text = self.words.read(value)
        if isinstance(block, RichTextBlock):
            return with_block_keys(text.source if isinstance(text, RichText) else text, f"{self.page}.{place}")
        return text

    def _entry(self, block: StreamBlock, entry: Any, place: str) -> dict[str, Any]:
        kinds = list(block.child_blocks)
        kind = kinds[0] if len(kinds) == 1 else entry.get("type", "")
        child = block.child_blocks.get(kind)
        if child is None:
            raise ContentError(f"{self.page}, {place}: there is no block “{kind}”; there are {', '.join(kinds)}")
        value = entry
        if len(kinds) > 1:
            parts = {name: part for name, part in entry.items() if name != "type"}
            value = parts if isinstance(child, StructBlock) else entry["value"]
        return {"type": kind, "value": self.raw(child, value, place), "id": self._id(place)}

    def _struct(self, block: StructBlock, value: Any, place: str) -> dict[str, Any]:
        unknown = set(value) - set(block.child_blocks)
        if unknown:
            raise ContentError(f"{self.page}, {place}: {', '.join(sorted(unknown))} is not known here")
        return {
            name: self.raw(child, value[name], f"{place}.{name}") if name in value else _default(child)
            for name, child in block.child_blocks.items()
        }

    def _id(self, place: str) -> str:
        # The same place has the same id each time, so loading again changes nothing and translations stay.
        return str(uuid.uuid5(_NAMESPACE, f"{self.page}.{place}"))


def with_block_keys(html: str, place: str) -> str:
    """Rich text with a key on each paragraph, as the editor stores it.

    Without keys the editor makes some up when the page is opened, and saves a draft nobody asked for.
    """
    keys = (uuid.uuid5(_NAMESPACE, f"{place}.{at}").hex[:5] for at in range(len(html)))
    return re.sub(r"<(p|li|h[2-6])>", lambda tag: f'<{tag[1]} data-block-key="{next(keys)}">', html)


def _default(block: Block) -> Any:
    return block.get_prep_value(block.get_default())


def _name(entry: Any, at: int) -> str:
    """An entry's key names it, so that it keeps its id when others are put before it."""
    key = entry.get("key") or entry.get("value") if isinstance(entry, dict) else None
    return key if isinstance(key, str) else str(at)


def _is_texts(value: Any) -> bool:
    codes = {code for code, _name_ in content_languages()}
    return isinstance(value, dict) and bool(value) and set(value) <= codes
