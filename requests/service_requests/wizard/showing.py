"""A step as its template draws it: slots for the questions, the list of steps, the page's own state."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cms.languages import in_language
from forms_builder.fields.appointment import Appointment
from forms_builder.fields.base import FileRef
from forms_builder.forms import GroupView, QuestionForm, RowForm, StepForm
from forms_builder.questions import CheckPart, ComputedPart, Part, Question
from forms_builder.route import depended_on_in
from forms_builder.spec import StepSpec
from service_requests.wizard.journey import Journey
from service_requests.wizard.posted import REVIEW
from service_requests.wizard.uploads import Refusals

_BAR = 5  # the progress bar grows in steps of this many per cent: a strict policy allows no inline style


@dataclass(frozen=True)
class Slot:
    """The place of one question. It is always there, so that a question can come and go in it.

    Attributes:
        shape: changes with whatever a swap would change but what was typed.
        depended: whether other questions of the page read this answer.
        row: for a group, the form of the row that is open.
    """

    id: str
    part: Part | None
    shape: str
    depended: bool
    row: RowForm | None = None


@dataclass(frozen=True)
class StepLink:
    """One line of the list of steps."""

    title: str
    address: str
    is_current: bool
    is_done: bool


def file_url(reference: FileRef) -> str:
    return reverse("my_requests:file", args=[reference["id"]])


def slot_id(key: str) -> str:
    return f"slot-{key}"


def slots_of(step: StepSpec, form: StepForm, open_forms: Mapping[str, RowForm]) -> list[Slot]:
    """A slot per question of the step, those that are not asked now included."""
    parts = {part.key: part for part in form.parts}
    read = depended_on_in(step.fields)
    return [
        Slot(
            id=slot_id(spec.key),
            part=parts.get(spec.key),
            shape=_shape(parts.get(spec.key), open_forms.get(spec.key)),
            depended=spec.key in read or bool(depended_on_in(spec.fields)),
            row=open_forms.get(spec.key),
        )
        for spec in step.fields
    ]


def _shape(part: Part | None, row: RowForm | None) -> str:
    if part is None:
        return "-"
    told = _told(part)
    if row is not None:
        told.append([row.names, *(_told(inner) for inner in row.parts)])
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _told(part: Part) -> list[Any]:
    told: list[Any] = [part.key, getattr(part, "required", None)]
    if isinstance(part, GroupView):
        return [*told, [line.id for line in part.rows]]
    if isinstance(part, ComputedPart):
        return [*told, str(part.html)]
    if not isinstance(part, Question):
        return told
    if part.found:
        return [*told, [str(value) for _label, value in part.found]]
    if part.spec.type == "files":
        return [*told, part.error, [ref["id"] for ref in part.files]]
    if isinstance(part.kind, Appointment):
        picker = part.picker
        days = [(day.name, [choice.value for _half, times in day.periods for choice in times]) for day in picker.days]
        return [*told, days, picker.held_until, len(picker.nearest)]
    return [*told, [str(value) for value, _label in getattr(part.field, "choices", ())]]


def hide_errors(form: QuestionForm, *, but: str = "") -> None:
    """Show what was typed without judging it: a step that is only opened, or saved in passing.

    `but` is the name of the one question that was asked about: a look-up whose button was pressed.
    """
    for part in form.parts:
        if isinstance(part, Question) and part.name == but:
            continue
        if isinstance(part, Question | CheckPart):
            part.error = ""
            part.error_code = ""
        elif isinstance(part, GroupView):
            object.__setattr__(part, "error", "")


def show_refusals(forms: Iterable[QuestionForm], refusals: Refusals) -> None:
    """Put the reasons why files were refused at their questions."""
    for form in forms:
        for part in form.parts:
            if isinstance(part, Question) and part.name in refusals:
                part.error = " ".join(refusals[part.name])


def errors_of(form: StepForm, open_forms: Iterable[RowForm]) -> list[dict[str, str]]:
    """The error summary, in the order of the page and in the words that stand at the fields."""
    rows = {row.group.key: row for row in open_forms}
    errors = []
    for part in form.parts:
        if getattr(part, "error", ""):
            errors.append({"target": part.anchor, "message": part.error})  # type: ignore[attr-defined]
        if part.key in rows:
            errors += [
                {"target": inner.anchor, "message": inner.error}  # type: ignore[attr-defined]
                for inner in rows[part.key].parts
                if getattr(inner, "error", "")
            ]
    return errors


def step_links(journey: Journey, slug: str, current: str, review_title: str) -> list[StepLink]:
    """Every step with its state, the review last."""
    links = [
        StepLink(
            title=in_language(step.title),
            address=reverse("apply:step", args=[slug, step.key]) if journey.may_visit(step.key) else "",
            is_current=step.key == current,
            is_done=journey.is_done(step),
        )
        for step in journey.steps
    ]
    if journey.ending:
        return links
    open_to_all = journey.first_open is None
    address = reverse("apply:review", args=[slug]) if open_to_all else ""
    return [*links, StepLink(review_title, address, current == REVIEW, False)]


def bar_class(place: int, total: int) -> str:
    """`done-20`: how far the bar above the form has come."""
    share = 100 * (place - 1) // max(total, 1)
    return f"done-{share // _BAR * _BAR}"
