"""What is wrong with the blocks of a page, in words: each fault with the step and question it stands in."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.blocks.list_block import ListBlockValidationError

from cms.blocks import texts_of
from cms.languages import in_language
from forms_builder.review import Fault

# What an entry is called by, the best first.
_NAMES = ("title", "label", "words", "name", "question", "key")


def in_words(value: Any, error: ValidationError, place: str = "") -> Iterator[str]:
    """Every message of an error of `value`, with the titles of the entries it stands in."""
    if isinstance(error, StreamBlockValidationError):
        yield from _rest(error.non_block_errors, place)
        for at, inner in error.block_errors.items():
            yield from in_words(value[at].value, inner, _joined(place, title_of(value[at].value) or str(at + 1)))
    elif isinstance(error, StructBlockValidationError):
        yield from _rest(error.non_block_errors, place)
        for name, inner in error.block_errors.items():
            label = str(value.block.child_blocks[name].label)
            yield from in_words(value[name], inner, _joined(place, label))
    elif isinstance(error, ListBlockValidationError):
        yield from _rest(error.non_block_errors, place)
        for at, inner in error.block_errors.items():
            yield from in_words(value[at], inner, _joined(place, title_of(value[at]) or str(at + 1)))
    else:
        yield from _rest(error.messages, place)


def of_a_form(faults: list[Fault], steps: Any) -> list[str]:
    """The faults of a form, each with its step and question."""
    places: dict[str, str] = {}
    for step in steps:
        _note(step, "", places)
    return [f"{places[fault.block]}: {fault.message}" if fault.block in places else fault.message for fault in faults]


def title_of(value: Any) -> str:
    for name in _NAMES:
        found = value.get(name) if hasattr(value, "get") else None
        words = found if isinstance(found, str) else in_language(texts_of(found)) if found else ""
        if words:
            return words
    return ""


def _note(child: Any, above: str, places: dict[str, str]) -> None:
    place = _joined(above, title_of(child.value) or str(child.block.label))
    places[str(child.id)] = place
    for field in child.value.get("fields") or ():
        _note(field, place, places)


def _joined(above: str, name: str) -> str:
    return f"{above} › {name}" if above else name


def _rest(messages: Any, place: str) -> Iterator[str]:
    for message in messages:
        text = " ".join(message.messages) if isinstance(message, ValidationError) else str(message)
        yield f"{place}: {text}" if place else text
