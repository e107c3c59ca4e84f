"""What changed between two sets of answers, question by question, in the words of the form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from cms.history import Difference
from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.spec import FieldSpec, FormSpec

Answers = Mapping[str, Any]


def answer_differences(spec: FormSpec, before: Answers, after: Answers) -> list[Difference]:
    """In the order of the form; keys the form does not know come last, as they are stored."""
    found = [difference for field in spec.fields() for difference in _of(field, before, after, "")]
    known = {field.key for field in spec.fields()}
    strangers = sorted({*before, *after} - known)
    return found + [
        Difference(key, str(before.get(key, "")), str(after.get(key, "")))
        for key in strangers
        if before.get(key) != after.get(key)
    ]


def _of(field: FieldSpec, before: Answers, after: Answers, within: str) -> Iterator[Difference]:
    old, new = before.get(field.key), after.get(field.key)
    if old == new:
        return
    label = within + in_language(field.label)
    if field.fields:
        yield from _rows(field, old or [], new or [], label)
        return
    yield Difference(label, _text(field, old), _text(field, new))


def _rows(group: FieldSpec, before: Sequence[Answers], after: Sequence[Answers], label: str) -> Iterator[Difference]:
    """A repeating group row by row: “Companions 2: Name”."""
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else {}
        new = after[place] if place < len(after) else {}
        for field in group.fields:
            yield from _of(field, old, new, f"{label} {place + 1}: ")


def _text(field: FieldSpec, answer: Any) -> str:
    if answer is None:
        return ""
    return field_type(field.type).as_text(field, answer, (get_language() or "ar").split("-")[0])
