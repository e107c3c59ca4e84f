"""Which questions of a list are asked, given the answers; rows of a group included. Pure.

Stands here and not in `route` because a repeating group asks its own questions by the same rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forms_builder.conditions import holds
from forms_builder.fields.base import Answer, Answers, Context, field_type
from forms_builder.spec import FieldSpec

# Where a row of a repeating group keeps its name while the form is being filled.
ROW = "_row"


def is_required(field: FieldSpec, answers: Answers) -> bool:
    """Whether the question must be answered: always, or because its condition holds."""
    return field.required or (field.require_if is not None and holds(field.require_if, answers))


def shown_fields_of(fields: Sequence[FieldSpec], answers: Answers) -> list[FieldSpec]:
    """The questions that are shown. `answers` are the effective ones before, with these questions' own."""
    own = {field.key for field in fields}
    effective = {key: value for key, value in answers.items() if key not in own}
    return walk(fields, answers, effective)


def walk(fields: Sequence[FieldSpec], answers: Answers, effective: dict[str, Any]) -> list[FieldSpec]:
    """Shown fields in order; adds their answers to `effective` on the way."""
    shown = []
    for field in fields:
        if not holds(field.show_if, effective):
            continue
        shown.append(field)
        kind = field_type(field.type)
        answer = kind.compute(field, effective) if kind.computes else answers.get(field.key)
        if answer is not None and kind.has_answer:
            effective[field.key] = _rows(field, answer, effective) if field.fields else answer
    return shown


def _rows(group: FieldSpec, rows: Any, outer: Answers) -> Any:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return rows
    return [row_answers(group, row, outer) for row in rows]


def row_answers(group: FieldSpec, row: Mapping[str, Any], outer: Answers) -> dict[str, Any]:
    """The effective answers of one row. A condition in a row reads the row first, then the form."""
    own = {field.key for field in group.fields}
    effective = {key: value for key, value in outer.items() if key not in own}
    walk(group.fields, row, effective)
    kept = {field.key: effective[field.key] for field in group.fields if field.key in effective}
    return {ROW: row[ROW], **kept} if ROW in row else kept


def confirmed_answer(field: FieldSpec, context: Context) -> Answer:
    """What the state says in the place of the applicant, to a question about himself; None where he is asked.

    It is taken as it is: how many parts a name has is not for a form to say then.
    """
    kind = field_type(field.type)
    if not context.confirmed or not field.settings.get("from_account", bool(kind.known_as)):
        return None
    answer = context.confirmed.get(kind.known_as)
    return answer if answer is not None and kind.may_be_filled_in(field, answer, context) else None


def confirmed_answers(fields: Iterable[FieldSpec], context: Context) -> dict[str, Any]:
    """All of them, by the question's key. Rows of groups are about others."""
    found = {field.key: confirmed_answer(field, context) for field in fields}
    return {key: answer for key, answer in found.items() if answer is not None}
