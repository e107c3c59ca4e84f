"""What the editor's browser sends for the blocks of a StreamField, read off the block definitions."""

from collections.abc import Iterator
from typing import Any

from wagtail.blocks import BaseStructBlock, BooleanBlock, ListBlock, StreamBlock


def inputs(name: str, value: Any) -> dict[str, str]:
    """Name → value of every input that the editor's page holds for this stream."""
    return dict(_inputs(value.stream_block, name, value))


def _inputs(block: Any, name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(block, StreamBlock | ListBlock):
        children = list(value) if isinstance(block, StreamBlock) else list(value.bound_blocks)
        yield f"{name}-count", str(len(children))
        for place, child in enumerate(children):
            entry = f"{name}-{place}"
            yield from ((f"{entry}-deleted", ""), (f"{entry}-order", str(place)), (f"{entry}-id", str(child.id or "")))
            if isinstance(block, StreamBlock):
                yield f"{entry}-type", child.block_type
            yield from _inputs(child.block, f"{entry}-value", child.value)
    elif isinstance(block, BaseStructBlock):
        for key, child in block.child_blocks.items():
            yield from _inputs(child, f"{name}-{key}", value[key])
    elif isinstance(block, BooleanBlock):
        yield from [(name, "on")] if value else []
    else:
        yield name, "" if value is None else str(value)
