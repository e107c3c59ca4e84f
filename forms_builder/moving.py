"""Answers to one version of a form taken over to another. Pure.

For an application that was begun before the form was published anew: which answers still fit, which do
not, and what is asked now that was not asked before. Nothing is dropped unseen: every answer that is not
taken over is told with the reason, in the words of the old version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from forms_builder.conditions import holds
from forms_builder.fields import field_type
from forms_builder.fields.asking import ROW, is_required, row_answers, shown_fields_of
from forms_builder.fields.base import Answer, Answers, Context, FieldType
from forms_builder.fields.files import Files
from forms_builder.fields.group import Group, check_count, row_faults
from forms_builder.route import effective_answers, missing, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec


@dataclass(frozen=True)
class Placed:
    """A question and where it stands, with the answer to it.

    Attributes:
        group: the repeating group it is asked in.
        row: which entry of the group, counted from 1; 0 outside of groups.
        why: what became of it, in the language of the move.
    """

    step: StepSpec
    field: FieldSpec
    answer: Answer = None
    group: FieldSpec | None = None
    row: int = 0
    why: str = ""


@dataclass
class Moved:
    """What a move comes to.

    Attributes:
        answers: every answer to store, also to questions that the others do not bring up.
        kept: the answers that count now, in the order of the new version.
        dropped: answers that are not taken over, or not asked for any more, in the order of the old one.
        new: questions that were not asked before, or have to be answered once more.
        unfinished: answers that are kept and have to be corrected by the person himself.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    kept: list[Placed] = field(default_factory=list)
    dropped: list[Placed] = field(default_factory=list)
    new: list[Placed] = field(default_factory=list)
    unfinished: list[Placed] = field(default_factory=list)


def move(old: FormSpec, new: FormSpec, answers: Answers, context: Context) -> Moved:
    """Take `answers`, all that are stored for the old version, over to the new one."""
    with override(context.language):
        return _Move(old, new, answers, context).moved()


class _Misfit(Exception):
    """The answer is not taken over; says why."""


class _Move:
    def __init__(self, old: FormSpec, new: FormSpec, answers: Answers, context: Context) -> None:
        self.old, self.new, self.answers, self.context = old, new, answers, context
        self.places = {field.key: (step, field) for step in old.steps for field in step.fields}
        self.counted = effective_answers(old, answers)
        asked = [(step, shown_fields(step, self.counted)) for step in steps(old, answers)]
        self.was_asked = {field.key for _step, shown in asked for field in shown}
        self.was_missing = {field.key for step, _shown in asked for field in missing(step, self.counted)}
        self.effective: dict[str, Answer] = {}
        self.result = Moved()

    def moved(self) -> Moved:
        ended = False
        for step in self.new.steps:
            asked = not ended and holds(step.show_if, self.effective)
            ended = ended or (asked and step.ends)
            for question in step.fields:
                self._take(step, question, asked=asked and holds(question.show_if, self.effective))
        stays = {question.key for question in self.new.fields() if _is_answered(question)}
        for key, (step, question) in self.places.items():
            if key not in stays and _is_answered(question) and self.answers.get(key) not in (None, "", []):
                self._drop(Placed(step, question, self.answers[key], why=_("This is not asked any more.")))
        order = {key: place for place, key in enumerate(self.places)}
        self.result.dropped.sort(key=lambda one: order[(one.group or one.field).key])
        return self.result

    def _take(self, step: StepSpec, question: FieldSpec, *, asked: bool) -> None:
        kind = field_type(question.type)
        if kind.computes and asked:
            computed = kind.compute(question, self.effective)
            if computed is not None:
                self.effective[question.key] = computed
        if not _is_answered(question):
            return
        answer = self._judged(step, question, kind)
        if answer not in (None, "", []):
            self.result.answers[question.key] = answer
        if not asked:
            self._set_aside(question)
            return
        if answer in (None, "", []):
            if self._is_asked_anew(question):
                self.result.new.append(Placed(step, question))
            return
        self.effective[question.key] = self._as_it_counts(question, answer)
        self.result.kept.append(Placed(step, question, self.effective[question.key]))
        self._look_again(step, question, kind)

    def _judged(self, step: StepSpec, question: FieldSpec, kind: FieldType) -> Answer:
        """What is taken over of the answer to this question; what is not is dropped."""
        if question.key not in self.places or self.answers.get(question.key) is None:
            return None
        was_in, was = self.places[question.key]
        answer = self.answers[question.key]
        context = replace(self.context, answers=self.effective)
        if isinstance(kind, Group) and was.type == question.type and kind.fits(answer):
            return [self._row(was_in, was, question, row, at) for at, row in enumerate(answer, start=1)]
        fitting, misfits = _sifted(was, question, answer, context)
        for part, why in misfits:
            self._drop(Placed(was_in, was, part, why=why))
        return fitting

    def _row(
        self, was_in: StepSpec, was: FieldSpec, group: FieldSpec, row: Mapping[str, Answer], number: int
    ) -> dict[str, Answer]:
        """One entry of a group, question by question; its name stays, so that its files are found."""
        kept: dict[str, Answer] = {ROW: row[ROW]} if ROW in row else {}
        before = {question.key: question for question in was.fields}
        for question in group.fields:
            earlier = before.get(question.key)
            if earlier is None or row.get(question.key) is None or not _is_answered(question):
                continue
            effective = {**self.effective, **row_answers(group, kept, self.effective)}
            context = replace(self.context, answers=effective)
            fitting, misfits = _sifted(earlier, question, row[question.key], context)
            if fitting is not None:
                kept[question.key] = fitting
            for part, why in misfits:
                self._drop(Placed(was_in, earlier, part, was, number, why))
        stays = {question.key for question in group.fields if _is_answered(question)}
        for question in was.fields:
            if question.key not in stays and row.get(question.key) is not None:
                gone = row[question.key]
                self._drop(Placed(was_in, question, gone, was, number, _("This is not asked any more.")))
        return kept

    def _set_aside(self, question: FieldSpec) -> None:
        """An answer that counted and is not asked for with the others that are kept: it stays, and is told."""
        if question.key in self.counted and question.key in self.result.answers:
            step, was = self.places[question.key]
            told = _("This is not asked with your other answers any more.")
            self._drop(Placed(step, was, self.counted[question.key], why=told))

    def _as_it_counts(self, question: FieldSpec, answer: Answer) -> Answer:
        if not question.fields:
            return answer
        return [row_answers(question, row, self.effective) for row in answer]

    def _is_asked_anew(self, question: FieldSpec) -> bool:
        key = question.key
        if key not in self.was_asked or any(one.field.key == key and not one.group for one in self.result.dropped):
            return True
        return is_required(question, self.effective) and key not in self.was_missing

    def _look_again(self, step: StepSpec, question: FieldSpec, kind: FieldType) -> None:
        """Say what is wrong with what is kept of entries and of files: which of them goes is not ours to choose."""
        answer = self.effective[question.key]
        context = replace(self.context, answers=self.effective)
        try:
            if isinstance(kind, Group):
                self._look_at_rows(step, question, kind, answer, context)
            elif isinstance(kind, Files):
                kind.check(question, answer, context, required=False)
        except ValidationError as error:
            self.result.unfinished.append(Placed(step, question, answer, why=error.messages[0]))

    def _look_at_rows(self, step: StepSpec, group: FieldSpec, kind: Group, rows: Answer, context: Context) -> None:
        before = {question.key for question in self.places[group.key][1].fields}
        dropped = {(one.row, one.field.key) for one in self.result.dropped if one.group and one.group.key == group.key}
        for number, row in enumerate(rows, start=1):
            shown = shown_fields_of(group.fields, {**self.effective, **row})
            for question in shown:
                is_new = question.key not in before or (number, question.key) in dropped
                if _is_answered(question) and is_new and row.get(question.key) is None:
                    self.result.new.append(Placed(step, question, group=group, row=number))
        least, most = kind.limits(group, required=is_required(group, self.effective))
        check_count(group, len(rows), least, most, self.context.language)
        for number, row in enumerate(rows, start=1):
            for fault in row_faults(group, row, number, context):
                raise fault

    def _drop(self, placed: Placed) -> None:
        self.result.dropped.append(placed)


def _is_answered(question: FieldSpec) -> bool:
    """Whether somebody answers it: no text between questions, and no computed number."""
    kind = field_type(question.type)
    return kind.has_answer and not kind.computes


def _sifted(
    was: FieldSpec, now: FieldSpec, answer: Answer, context: Context
) -> tuple[Answer, list[tuple[Answer, str]]]:
    """What of the answer fits the question as it is now, and what does not with the reason.

    Files are judged one by one: a file that is refused leaves the others.
    """
    parts = [[ref] for ref in answer] if _are_files(was, now, answer) else [answer]
    fitting: list[Answer] = []
    misfits: list[tuple[Answer, str]] = []
    for part in parts:
        try:
            fitting.append(_fitting(was, now, part, context))
        except _Misfit as misfit:
            misfits.append((part, str(misfit)))
    if _are_files(was, now, answer):
        return [ref for part in fitting for ref in part or ()] or None, misfits
    return (fitting[0] if fitting else None), misfits


def _are_files(was: FieldSpec, now: FieldSpec, answer: Answer) -> bool:
    return was.type == now.type == Files.key and field_type(now.type).fits(answer)


def _fitting(was: FieldSpec, now: FieldSpec, answer: Answer, context: Context) -> Answer:
    """The answer as the question wants it now.

    Raises:
        _Misfit: when it is none, or would read differently than it did.
    """
    kind = field_type(now.type)
    if was.type != now.type and not _reads_the_same(was, now, answer, context.language):
        raise _Misfit(_("This is asked in another way now."))
    try:
        return kind.check(now, answer, context, required=False)
    except ValidationError as error:
        raise _Misfit(_("This answer does not fit any more: %(why)s") % {"why": error.messages[0]}) from error


def _reads_the_same(was: FieldSpec, now: FieldSpec, answer: Answer, language: str) -> bool:
    """A text may become a long text; the value of an option is no text that anybody wrote."""
    before, after = field_type(was.type), field_type(now.type)
    if not (before.fits(answer) and after.fits(answer)):
        return False
    return before.as_text(was, answer, language) == after.as_text(now, answer, language)
