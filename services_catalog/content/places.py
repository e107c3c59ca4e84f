"""Where an entry of a list stands, and the ids that follow from it.

A content file writes no ids: the same place has the same id each time, so loading again changes
nothing and translations stay. Used in both directions: files into blocks, blocks into files.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

_NAMESPACE = uuid.UUID("5d5f8c4e-6c52-4f0e-9a5c-0d1a7c0de0a1")
_BLOCK_TAG = re.compile(r"<(p|li|h[2-6])((?:\s[^>]*)?)>")
_KEY = re.compile(r'\s*data-block-key="([^"]*)"')


def names_of(values: Sequence[Any]) -> list[str]:
    """A name for each entry of a list: its key, so that it keeps its id when others are put before it."""
    names: list[str] = []
    for at, value in enumerate(values):
        key = value.get("key") or value.get("value") if isinstance(value, dict) else None
        name = key if isinstance(key, str) else str(at)
        # Of two entries with one key the second is a fault; it still needs an id of its own.
        names.append(name if name not in names else f"{name}~{at}")
    return names


def id_at(page: str, place: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{page}.{place}"))


def translation_key_of(slug: str) -> uuid.UUID:
    """What all translations of a service share, wherever its file is loaded."""
    return uuid.uuid5(_NAMESPACE, f"service:{slug}")


def with_block_keys(html: str, place: str) -> str:
    """Rich text with a key on each paragraph, as the editor stores it.

    Without keys the editor makes some up when the page is opened, and saves a draft nobody asked for.
    """
    keys = _keys(place)

    def keyed(tag: re.Match[str]) -> str:
        key = next(keys)
        return tag[0] if _KEY.search(tag[2]) else f'<{tag[1]} data-block-key="{key}"{tag[2]}>'

    return _BLOCK_TAG.sub(keyed, html)


def without_block_keys(html: str, place: str) -> str:
    """The other way round: only keys that somebody else gave stay."""
    keys = _keys(place)

    def bare(tag: re.Match[str]) -> str:
        key, found = next(keys), _KEY.search(tag[2])
        return f"<{tag[1]}{_KEY.sub('', tag[2])}>" if found and found[1] == key else tag[0]

    return _BLOCK_TAG.sub(bare, html)


def _keys(place: str) -> Iterator[str]:
    at = 0
    while True:
        yield uuid.uuid5(_NAMESPACE, f"{place}.{at}").hex[:5]
        at += 1
