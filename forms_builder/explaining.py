"""Why a step or question is shown: conditions in words, and what these answers make of them. Pure.

For the editor's page on which a form is tried with sample answers (services_catalog.trying).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.languages import in_language
from forms_builder.conditions import OPERATORS, holds, variables
from forms_builder.fields import field_type
from forms_builder.fields.asking import ROW, row_answers
from forms_builder.fields.base import Answer, Answers
from forms_builder.fields.showing import comma
from forms_builder.review import comparisons, operator_for
from forms_builder.route import effective_answers, is_required, shown_fields, shown_fields_of, steps
from forms_builder.spec import FeeLine, FieldSpec, FormSpec, Logic, StepSpec

State = Literal["shown", "hidden"]


@dataclass(frozen=True)
class Explained:
    """A step, a question or a fee, what became of it, and why; in words of one language.

    Attributes:
        requiring: whether a question must be answered, and why; empty for what asks nothing.
        parts: the questions of a step, or of one entry of a group.
    """

    name: str
    state: State
    why: str
    requiring: str = ""
    parts: tuple["Explained", ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a form comes to with some answers. `ending` is where nobody can go on from."""

    steps: tuple[Explained, ...]
    ending: StepSpec | None
    fees: tuple[Explained, ...]


def explain(spec: FormSpec, answers: Answers, language: str) -> Outcome:
    """Every step, question and fee of the form with these answers."""
    with override(language):
        return _Explaining(spec, answers, language).outcome()


def in_words(logic: Logic, fields: Mapping[str, FieldSpec], language: str) -> str:
    """A condition as a sentence: “Type” is “individual” and “Age” is at least “18”."""
    with override(language):
        return _Words(fields, language).sentence(logic)


@dataclass(frozen=True)
class _Words:
    """Conditions in words. `fields` are the questions that may be read, by key."""

    fields: Mapping[str, FieldSpec]
    language: str

    def sentence(self, logic: Logic, *, inner: bool = False) -> str:
        ((operation, parts),) = logic.items()
        if operation not in ("and", "or"):
            return self.comparison(logic)
        joint = _(" or ") if operation == "or" else _(" and ")
        joined = joint.join(self.sentence(part, inner=True) for part in parts)
        return f"({joined})" if inner else joined

    def comparison(self, logic: Logic) -> str:
        ((key, operator, value),) = comparisons(logic)
        field = self.fields.get(key)
        operation = OPERATORS[operator_for(field, operator) if field else operator]
        named = {"question": self.name(key), "comparison": operation.label}
        if not operation.needs_value:
            return _("“%(question)s” %(comparison)s") % named
        return _("“%(question)s” %(comparison)s “%(value)s”") % {**named, "value": self.value(key, value)}

    def name(self, key: str) -> str:
        field = self.fields.get(key)
        return (in_language(field.label, self.language) if field else "") or key

    def value(self, key: str, value: Answer) -> str:
        """A value of a comparison, or an answer, as it is shown to people."""
        field = self.fields.get(key)
        if field is None:
            return str(value)
        several = value if isinstance(value, list) else [value]
        texts = [self._one(field, item) for item in several]
        return comma(self.language).join(texts)

    def _one(self, field: FieldSpec, item: Any) -> str:
        kind = field_type(field.type)
        option = next((option for option in field.options if option.value == item), None)
        if option is not None:
            return in_language(option.label, self.language) or option.value
        if field.options or not kind.allows_condition_value(field, item):
            return str(item)
        return kind.as_text(field, item, self.language) or str(item)

    def fact(self, key: str, answers: Answers) -> str:
        """What was answered."""
        answer = answers.get(key)
        if answer in (None, "", []):
            return _("“%(question)s” is not answered") % {"question": self.name(key)}
        field = self.fields[key]  # what has an answer is a question
        kind = field_type(field.type)
        text = self.value(key, answer) if field.options else kind.as_text(field, answer, self.language)
        return _("“%(question)s” is “%(answer)s”") % {"question": self.name(key), "answer": text or answer}

    def holding(self, logic: Logic, answers: Answers) -> list[str]:
        """The comparisons to which a condition owes that it holds."""
        return [self.comparison(leaf) for leaf in _deciding(logic, answers, wanted=True)]

    def missing(self, logic: Logic, answers: Answers) -> list[str]:
        """The answers to which a condition owes that it does not hold."""
        failing = _deciding(logic, answers, wanted=False)
        keys = dict.fromkeys(key for leaf in failing for key in sorted(variables(leaf)))
        return [self.fact(key, answers) for key in keys if key in self.fields]


def _deciding(logic: Logic, answers: Answers, *, wanted: bool) -> list[Logic]:
    """The comparisons that make the condition come out as it does."""
    ((operation, parts),) = logic.items()
    if operation not in ("and", "or"):
        return [logic] if holds(logic, answers) is wanted else []
    return [
        leaf for part in parts if holds(part, answers) is wanted for leaf in _deciding(part, answers, wanted=wanted)
    ]


def _listed(sentences: Sequence[str]) -> str:
    return _(" and ").join(dict.fromkeys(sentences))


class _Explaining:
    """One walk through the form with some answers."""

    def __init__(self, spec: FormSpec, answers: Answers, language: str) -> None:
        self.spec = spec
        self.language = language
        self.answers = effective_answers(spec, answers)
        self.asked = steps(spec, answers)
        self.fields: dict[str, FieldSpec] = {}
        for field in spec.fields():
            self.fields.setdefault(field.key, field)
        self.words = _Words(self.fields, language)

    def outcome(self) -> Outcome:
        ending = self.asked[-1] if self.asked and self.asked[-1].ends else None
        return Outcome(
            steps=tuple(self._step(step, ending) for step in self.spec.steps),
            ending=ending,
            fees=tuple(self._fee(line) for line in self.spec.fees),
        )

    def _fee(self, line: FeeLine) -> Explained:
        name = in_language(line.words, self.language)
        if not holds(line.show_if, self.answers):
            facts = _listed(self.words.missing(line.show_if or {}, self.answers))
            condition = self.words.sentence(line.show_if or {})
            not_due = _("Not due because %(facts)s. Due only when %(condition)s.")
            return Explained(name, "hidden", not_due % {"facts": facts, "condition": condition})
        if line.per and not self.answers.get(line.per):
            return Explained(name, "hidden", _("Not due because %(facts)s.") % {"facts": self._fact(line.per)})
        reasons = self.words.holding(line.show_if, self.answers) if line.show_if else []
        reasons += [self._fact(line.per)] if line.per else []
        due = _("Due because %(reasons)s.") % {"reasons": _listed(reasons)} if reasons else _("Always due.")
        return Explained(name, "shown", due)

    def _fact(self, key: str) -> str:
        return self.words.fact(key, self.answers)

    def _step(self, step: StepSpec, ending: StepSpec | None) -> Explained:
        name = in_language(step.title, self.language) or step.key
        if step in self.asked:
            _state, why = self._why(self.words, step.show_if, self.answers)
            parts = self._fields(self.words, step.fields, shown_fields(step, self.answers), self.answers)
            return Explained(name, "shown", why, parts=parts)
        if ending is not None and self._comes_after(step, ending):
            title = in_language(ending.title, self.language) or ending.key
            return Explained(name, "hidden", _("Not reached: the form ends at “%(step)s”.") % {"step": title})
        return Explained(name, "hidden", self._why(self.words, step.show_if, self.answers)[1])

    def _comes_after(self, step: StepSpec, ending: StepSpec) -> bool:
        return self.spec.steps.index(step) > self.spec.steps.index(ending)

    def _fields(
        self, words: _Words, fields: Iterable[FieldSpec], shown: Sequence[FieldSpec], answers: Answers
    ) -> tuple[Explained, ...]:
        return tuple(self._field(words, field, field in shown, answers) for field in fields)

    def _field(self, words: _Words, field: FieldSpec, shown: bool, answers: Answers) -> Explained:
        kind = field_type(field.type)
        name = in_language(field.label, self.language) or str(kind.label)
        why = self._why(words, field.show_if, answers)[1]
        if not shown:
            return Explained(name, "hidden", why)
        requiring = self._requiring(words, field, answers) if kind.has_answer and not kind.computes else ""
        return Explained(name, "shown", why, requiring, self._rows(field))

    def _rows(self, group: FieldSpec) -> tuple[Explained, ...]:
        """The questions of the first entry: the others are asked by the same rules."""
        rows = self.answers.get(group.key)
        if not group.fields or not isinstance(rows, list) or not rows:
            return ()
        row = {key: value for key, value in rows[0].items() if key != ROW}
        own = {field.key: field for field in group.fields}
        outer = {key: value for key, value in self.answers.items() if key not in own}
        inner = {**outer, **row_answers(group, row, self.answers)}
        words = _Words({**self.fields, **own}, self.language)
        return self._fields(words, group.fields, shown_fields_of(group.fields, inner), inner)

    def _why(self, words: _Words, logic: Logic | None, answers: Answers) -> tuple[State, str]:
        if logic is None:
            return "shown", _("Always shown.")
        if holds(logic, answers):
            return "shown", _("Shown because %(reasons)s.") % {"reasons": _listed(words.holding(logic, answers))}
        hidden = _("Hidden because %(facts)s. Shown only when %(condition)s.")
        facts = _listed(words.missing(logic, answers))
        return "hidden", hidden % {"facts": facts, "condition": words.sentence(logic)}

    def _requiring(self, words: _Words, field: FieldSpec, answers: Answers) -> str:
        if field.required:
            return _("Must be answered.")
        if field.require_if is None:
            return _("May be left open.")
        if is_required(field, answers):
            reasons = _listed(words.holding(field.require_if, answers))
            return _("Must be answered because %(reasons)s.") % {"reasons": reasons}
        facts = _listed(words.missing(field.require_if, answers))
        return _("May be left open because %(facts)s.") % {"facts": facts}
