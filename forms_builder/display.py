"""Answers as they are read: on the review page, in "my requests", at the desk."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import override

from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.fields.asking import is_required
from forms_builder.fields.base import Answers, FileUrl
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec


@dataclass(frozen=True)
class SummaryRow:
    """One question and its answer.

    Attributes:
        missing: it must be answered and is not.
        asked: whether somebody answers it; a computed number comes of itself.
    """

    field: FieldSpec
    label: str
    text: str
    html: SafeString
    missing: bool
    asked: bool = True


@dataclass(frozen=True)
class StepSummary:
    """One step's questions and answers."""

    key: str
    title: str
    rows: list[SummaryRow]


def summary(
    spec: FormSpec, answers: Answers, language: str, *, file_url: FileUrl | None = None, for_staff: bool = False
) -> list[StepSummary]:
    """Every asked question with its answer, step by step; steps without questions are left out.

    A number that is worked with behind the form is shown to staff only.
    """
    effective = effective_answers(spec, answers)
    with override(language):
        summaries = [
            StepSummary(
                step.key, in_language(step.title, language), list(_rows(step, effective, language, file_url, for_staff))
            )
            for step in steps(spec, answers)
        ]
    return [step for step in summaries if step.rows]


def _rows(
    step: StepSpec, effective: Answers, language: str, file_url: FileUrl | None, for_staff: bool
) -> Iterator[SummaryRow]:
    for field in shown_fields(step, effective):
        kind = field_type(field.type)
        if not kind.has_answer or (field.settings.get("hidden") and not for_staff):
            continue
        answer = effective.get(field.key)
        text = kind.as_text(field, answer, language)
        yield SummaryRow(
            field=field,
            label=in_language(field.label, language),
            text=text,
            html=kind.as_html(field, answer, language, file_url),
            missing=not text and is_required(field, effective),
            asked=not kind.computes,
        )
