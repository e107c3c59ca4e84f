"""Which steps and questions are asked, given the answers. Pure: recomputed on every request.

The wizard, submitting, imports and the API walk a form with these functions only. A question whose
condition does not hold is not asked, whatever is stored for it; conditions read only answers of
questions that are asked themselves, because they may refer to earlier questions alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms_builder.conditions import holds, variables
from forms_builder.fields import field_type
from forms_builder.fields.asking import ROW, is_required, row_answers, shown_fields_of, walk
from forms_builder.spec import FieldSpec, FormSpec, StepSpec

Answers = Mapping[str, Any]

__all__ = [
    "ROW",
    "depended_on",
    "depended_on_in",
    "effective_answers",
    "first_incomplete",
    "is_required",
    "missing",
    "row_answers",
    "shown_fields",
    "shown_fields_of",
    "steps",
]


def effective_answers(spec: FormSpec, answers: Answers) -> dict[str, Any]:
    """The answers of the questions that are asked, in order; rows are cut the same way and keep their name."""
    effective: dict[str, Any] = {}
    for step in _asked(spec, effective):
        walk(step.fields, answers, effective)
    return effective


def steps(spec: FormSpec, answers: Answers) -> list[StepSpec]:
    """The steps that are asked. When the last of them is an ending, nobody can apply with these answers."""
    effective: dict[str, Any] = {}
    asked = []
    for step in _asked(spec, effective):
        asked.append(step)
        walk(step.fields, answers, effective)
    return asked


def _asked(spec: FormSpec, effective: Answers) -> Iterator[StepSpec]:
    """Steps in order, up to the first ending; `effective` grows between one and the next."""
    for step in spec.steps:
        if holds(step.show_if, effective):
            yield step
            if step.ends:
                return


def shown_fields(step: StepSpec, answers: Answers) -> list[FieldSpec]:
    """The questions and contents of a step that are shown.

    `answers` are the effective answers of earlier steps plus whatever this step holds.
    """
    return shown_fields_of(step.fields, answers)


def first_incomplete(spec: FormSpec, answers: Answers) -> StepSpec | None:
    """The first asked step with a required question that has no answer."""
    effective = effective_answers(spec, answers)
    return next((step for step in steps(spec, answers) if missing(step, effective)), None)


def missing(step: StepSpec, answers: Answers) -> list[FieldSpec]:
    """Required questions of a step that have no answer yet; `answers` as for `shown_fields`."""
    return [
        field
        for field in shown_fields(step, answers)
        if field_type(field.type).has_answer and is_required(field, answers) and not _answered(field, answers)
    ]


def depended_on(spec: FormSpec) -> set[str]:
    """Keys of answers that a condition or a dependent choice reads: a change of them changes what is asked."""
    return set().union(*(_read_by(step.show_if, step.fields) for step in spec.steps))


def depended_on_in(fields: Iterable[FieldSpec]) -> set[str]:
    """The same among these questions only: what a step posts itself for when it changes."""
    return _read_by(None, fields)


def _read_by(logic: dict[str, Any] | None, fields: Iterable[FieldSpec]) -> set[str]:
    keys = variables(logic)
    for field in fields:
        keys |= variables(field.show_if) | variables(field.require_if)
        keys |= field_type(field.type).reads(field)
        keys |= _read_by(None, field.fields)
    return keys


def _answered(field: FieldSpec, answers: Answers) -> bool:
    answer = answers.get(field.key)
    return answer not in (None, "", [])
