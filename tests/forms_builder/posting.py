"""What a browser sends for the blocks of a form."""

from typing import Any

from django import forms
from wagtail import blocks


def posted(block: Any, value: Any, prefix: str) -> dict[str, Any]:
    """What the inputs of a block hold."""
    if isinstance(block, blocks.StructBlock):
        inner = ((name, child, value.get(name)) for name, child in block.child_blocks.items())
        found = (posted(child, one, f"{prefix}-{name}") for name, child, one in inner)
        return {name: text for one in found for name, text in one.items()}
    if isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        children = list(value.bound_blocks if isinstance(block, blocks.ListBlock) else value)
        sent: dict[str, Any] = {f"{prefix}-count": len(children)}
        for place, child in enumerate(children):
            stem = f"{prefix}-{place}"
            sent |= {f"{stem}-deleted": "", f"{stem}-order": place, f"{stem}-id": child.id or ""}
            sent |= {f"{stem}-type": getattr(child, "block_type", "")}
            sent |= posted(child.block, child.value, f"{stem}-value")
        return sent
    if isinstance(block.field, forms.BooleanField):
        return {prefix: "on"} if value else {}
    if isinstance(block.field, forms.MultipleChoiceField):
        return {prefix: value or []}
    return {prefix: "" if value is None else value}
