"""Single questions that are given back: staff tick them, the citizen corrects exactly these.

What he corrects is checked with the whole form version of the request, so that a request never holds answers
its form would refuse.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils import timezone

from cms.languages import in_language
from forms_builder.fields import Context, field_type
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, StepSpec
from forms_builder.validation import Result, validate
from service_requests.casework.models import Correction, keep
from service_requests.records.models import Message, ServiceRequest
from services_catalog.processes.statuses import Status

# What is bound to the moment of applying (a slot, a signature, a riddle), and groups, whose rows are a page of their
# own in the wizard: about these the citizen is asked in words.
_APART = frozenset({"appointment", "captcha", "computed", "declaration", "group", "lookup"})


def correctable(request: ServiceRequest, language: str) -> list[tuple[str, str]]:
    """(key, label) of the questions that may be given back."""
    return [(spec.key, in_language(spec.label, language)) for spec in _questions(request)]


def ask(request: ServiceRequest, message: Message, keys: Collection[str], *, by: Any) -> None:
    """Give these questions back with a question to the citizen. Called in its transaction."""
    known = [spec.key for spec in _questions(request) if spec.key in set(keys)]
    if known:
        keep(Correction(request=request, message=message, keys=known), by=by)


def open_correction(request: ServiceRequest) -> Correction | None:
    """What the citizen has to correct now: what came with the last question, unless he has answered it."""
    questions = Message.objects.filter(request=request, kind=Message.Kind.QUESTION).select_related("correction")
    return _open(request, questions.order_by("-written_at", "-id").first())


def last_question(conversation: Sequence[Message]) -> Message | None:
    """What the citizen was asked last, of the messages of one request in their order."""
    return next((said for said in reversed(conversation) if said.kind == Message.Kind.QUESTION), None)


def asked_back(request: ServiceRequest, question: Message | None, language: str) -> list[str]:
    """What the questions are called that came with the last question and have to be corrected now.

    No query, where `question` was read with its correction.
    """
    correction = _open(request, question)
    if correction is None:
        return []
    return [in_language(spec.label, language) for spec in _questions(request) if spec.key in correction.keys]


def _open(request: ServiceRequest, question: Message | None) -> Correction | None:
    correction: Correction | None = getattr(question, "correction", None)
    waits = request.status == Status.WAITING_CITIZEN and correction is not None and correction.answered_at is None
    return correction if waits else None


def close(correction: Correction, *, by: Any) -> None:
    correction.answered_at = timezone.now()
    keep(correction, by=by)


def step_of(request: ServiceRequest, correction: Correction) -> StepSpec:
    """The questions to be corrected as one step of a form, with those that a corrected answer may bring up."""
    spec, effective = request.form_version.value, effective_answers(request.form_version.value, request.answers)
    wanted = set(correction.keys)
    fields = []
    for step in steps(spec, request.answers):
        shown = {question.key for question in shown_fields(step, effective)}
        fields += [
            question
            for question in step.fields
            if _is_correctable(question) and (question.key in wanted or question.key not in shown)
        ]
    return StepSpec(key="correction", title={}, fields=tuple(fields))


def checked(request: ServiceRequest, step: StepSpec, given: Mapping[str, Any], context: Context) -> Result:
    """The answers of the request with the corrected ones, and what is wrong with these.

    Other answers stay exactly as they are, also where they could not be given any more today.
    """
    own = {question.key for question in step.fields}
    before = {key: value for key, value in request.answers.items() if key not in own}
    merged = {**before, **{key: value for key, value in given.items() if key in own}}
    result = validate(request.form_version.value, merged, context)
    faults = [fault for fault in result.faults if fault.field not in before]
    stay = {*result.answers, *(fault.field for fault in result.faults)}
    answers = {**result.answers, **{key: value for key, value in before.items() if key in stay}}
    return Result(answers, faults)


def _questions(request: ServiceRequest) -> list[FieldSpec]:
    spec = request.form_version.value
    effective = effective_answers(spec, request.answers)
    return [
        question
        for step in steps(spec, request.answers)
        for question in shown_fields(step, effective)
        if _is_correctable(question)
    ]


def _is_correctable(question: FieldSpec) -> bool:
    kind = field_type(question.type)
    return kind.has_answer and question.type not in _APART and not question.settings.get("hidden")
