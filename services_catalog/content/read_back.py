"""From a page to what stands in its content file: the other way round of `written`.

Ids that follow from their place, and parts that are as a new block has them, are left out, so that
the file reads as a person would have written it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from wagtail.blocks import (
    BaseStructBlock,
    Block,
    CharBlock,
    ChooserBlock,
    FieldBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    TextBlock,
)

from cms.blocks import LocalisedTextBlock, texts_of
from services_catalog.content.places import id_at, names_of
from services_catalog.content.rich_text import written as rich_text
from services_catalog.content.written import default_of

# What an entry stores in each language, the source first; None where a language lacks it.
_Raws = Mapping[str, Any]


@dataclass
class ReadBack:
    """Reads the blocks of one page in all its languages.

    Attributes:
        source: the language whose page carries ids, and everything that is no words.
        name_of: the name of a document or page, by the chooser and its id.
        ids: filled in while reading: the ids that do not follow from their place.
    """

    page: str
    source: str
    name_of: Callable[[Block, int], str]
    ids: dict[str, str] = field(default_factory=dict)

    def written(self, block: Block, raws: _Raws, place: str) -> Any:
        """What a content file says at `place` for what is stored there. One language alone: words stay plain."""
        own = raws[self.source]
        if isinstance(block, StreamBlock):
            return self._stream(block, raws, place)
        if isinstance(block, ListBlock):
            return self._entries([(block.child_block, "", entry) for entry in own], raws, place)
        if isinstance(block, LocalisedTextBlock):
            return dict(texts_of(own))
        if isinstance(block, BaseStructBlock):
            return self._struct(block, raws, place)
        if isinstance(block, ChooserBlock):
            return self.name_of(block, int(own)) if own else None
        if isinstance(block, RichTextBlock):
            return self.rich_texts(raws, place)
        if isinstance(block, CharBlock | TextBlock):
            return self.texts(raws)
        return plain(block.get_prep_value(block.to_python(own))) if isinstance(block, FieldBlock) else own

    def texts(self, raws: _Raws) -> Any:
        """A text in its languages; as it stands where there is one only."""
        if len(raws) == 1:
            return raws[self.source]
        own = raws[self.source] or ""
        return {code: text for code, text in raws.items() if text and (code == self.source or _differs(text, own))}

    def rich_texts(self, raws: _Raws, place: str) -> Any:
        key = f"{self.page}.{place}"
        return self.texts({code: rich_text(text or "", key, self.name_of) for code, text in raws.items()})

    def _stream(self, block: StreamBlock, raws: _Raws, place: str) -> list[Any]:
        own = [entry for entry in raws[self.source] if entry["type"] in block.child_blocks]
        is_mixed = len(block.child_blocks) > 1
        children = [(block.child_blocks[entry["type"]], entry["type"], entry) for entry in own]
        values = self._entries(children, raws, place)
        if not is_mixed:
            return values
        return [_typed(kind, child, value) for (child, kind, _raw), value in zip(children, values, strict=True)]

    def _entries(self, children: Sequence[tuple[Block, str, Any]], raws: _Raws, place: str) -> list[Any]:
        names = names_of([raw["value"] if isinstance(child, BaseStructBlock) else None for child, _k, raw in children])
        others = {code: {entry["id"]: entry["value"] for entry in raw or ()} for code, raw in raws.items()}
        found = []
        for (child, _kind, raw), name in zip(children, names, strict=True):
            here = f"{place}.{name}"
            if raw["id"] != id_at(self.page, here):
                self.ids[here] = raw["id"]
            found.append(self.written(child, {code: entries.get(raw["id"]) for code, entries in others.items()}, here))
        return found

    def _struct(self, block: BaseStructBlock, raws: _Raws, place: str) -> dict[str, Any]:
        own = raws[self.source]
        found: dict[str, Any] = {}
        for name, child in block.child_blocks.items():
            if name not in own or own[name] == default_of(child):
                continue
            parts = {code: (raw or {}).get(name) for code, raw in raws.items()}
            found[name] = self.written(child, parts, f"{place}.{name}")
        return found


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _typed(kind: str, child: Block, value: Any) -> dict[str, Any]:
    return {"type": kind, **value} if isinstance(child, BaseStructBlock) else {"type": kind, "value": value}


def _differs(text: str, own: str) -> bool:
    """A translation that repeats words of the source is none yet; numbers and Latin names are the same in both."""
    return text != own or text.isascii()
