"""The whole form checked at once, from its answers alone.

Used by submitting, importing and the API. What the form does not ask is dropped: unknown keys,
hidden questions, the names of rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.fields.asking import ROW, confirmed_answer, confirmed_answers, is_required
from forms_builder.fields.base import Answers, Context
from forms_builder.fields.group import Group, check_count, checked_row, row_faults
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec


@dataclass(frozen=True)
class AnswerFault:
    """A wrong or missing answer and its place; `row` counts from 1, 0 is outside of groups.

    An ending that the answers lead to is a fault of its step, without a field.
    """

    step: str
    field: str
    message: str
    row: int = 0
    subfield: str = ""


@dataclass(frozen=True)
class Result:
    """The checked answers, in the order of the form, and what is wrong."""

    answers: dict[str, Any] = field(default_factory=dict)
    faults: list[AnswerFault] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return not self.faults


def validate(spec: FormSpec, answers: Answers, context: Context) -> Result:
    """Check every question that is asked.

    Files are checked by their references only: whoever calls knows whose they are. What the state vouches for
    counts whatever was sent.
    """
    answers = {**answers, **confirmed_answers(spec.fields(), context)}
    effective = effective_answers(spec, answers)
    result = Result()
    with override(context.language):
        for step in steps(spec, answers):
            if step.ends:
                message = _("With these answers the form ends here: %(ending)s") % {
                    "ending": in_language(step.title, context.language)
                }
                result.faults.append(AnswerFault(step.key, "", message))
            for question in shown_fields(step, effective):
                _check(step, question, effective, context, result)
    return result


def settle(spec: FormSpec, answers: Answers, *, number: str, language: str) -> list[AnswerFault]:
    """Make good what checked answers promise, in the transaction that makes the request of this number.

    Where there are faults, the transaction has to be rolled back.
    """
    faults = []
    with override(language):
        for step in spec.steps:
            for question, row, inner, answer in _given(step, answers):
                asked = inner or question
                try:
                    field_type(asked.type).settle(asked, answer, number=number, language=language)
                except ValidationError as error:
                    key = inner.key if inner else ""
                    faults.append(AnswerFault(step.key, question.key, error.messages[0], row=row, subfield=key))
    return faults


def has_look_ups(spec: FormSpec) -> bool:
    """Whether a form asks for entries of registries at all."""
    return any(field_type(one.type).looks_up for asked in spec.fields() for one in (asked, *asked.fields))


def used_up(spec: FormSpec, answers: Answers) -> set[str]:
    """Ids of the entries of registries that these answers use up; given back when nothing comes of the request."""
    given = (one for step in spec.steps for one in _given(step, answers))
    found = {field_type((inner or asked).type).used_up(inner or asked, answer) for asked, _row, inner, answer in given}
    return found - {""}


def _given(step: StepSpec, answers: Answers) -> Iterator[tuple[FieldSpec, int, FieldSpec | None, Any]]:
    """(question, row, question of the row, answer) of every answer in a step."""
    for question in step.fields:
        answer = answers.get(question.key)
        if answer is not None and not question.fields:
            yield question, 0, None, answer
        for number, row in enumerate(answer or (), start=1) if question.fields else ():
            for inner in question.fields:
                if row.get(inner.key) is not None:
                    yield question, number, inner, row[inner.key]


def _check(step: StepSpec, question: FieldSpec, effective: Answers, context: Context, result: Result) -> None:
    kind = field_type(question.type)
    if not kind.has_answer:
        return
    context = replace(context, answers=effective)
    required = is_required(question, effective)
    answer = effective.get(question.key)
    confirmed = confirmed_answer(question, context)
    if confirmed is not None:
        checked = confirmed
    elif isinstance(kind, Group) and (answer is None or kind.fits(answer)):
        checked, faults = _check_rows(step, question, kind, answer or [], context, required)
        result.faults.extend(faults)
    else:
        checked = None
        try:
            checked = kind.check(question, answer, context, required=required)
        except ValidationError as error:
            result.faults.append(AnswerFault(step.key, question.key, error.messages[0]))
    if checked not in (None, []):
        result.answers[question.key] = checked


def _check_rows(
    step: StepSpec, group: FieldSpec, kind: Group, rows: list[Mapping[str, Any]], context: Context, required: bool
) -> tuple[list[dict[str, Any]], list[AnswerFault]]:
    faults = list(_rows_faults(step, group, kind, rows, context, required))
    checked = [checked_row(group, row, context) for row in rows]
    return [{key: value for key, value in row.items() if key != ROW} for row in checked], faults


def _rows_faults(
    step: StepSpec, group: FieldSpec, kind: Group, rows: list[Mapping[str, Any]], context: Context, required: bool
) -> Iterator[AnswerFault]:
    least, most = kind.limits(group, required=required)
    try:
        check_count(group, len(rows), least, most, context.language)
    except ValidationError as error:
        yield AnswerFault(step.key, group.key, error.messages[0])
    for number, row in enumerate(rows, start=1):
        for fault in row_faults(group, row, number, context):
            yield AnswerFault(step.key, group.key, fault.messages[0], row=number, subfield=fault.key)
