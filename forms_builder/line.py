"""A form as one line of questions, for whoever searches it for answers (`paths`). Pure.

A question inside a group stands in the line once, for all rows alike, under the name `group.key`; the
group itself answers how many rows there are. Conditions are rewritten to these names, and what they
read too early or in vain is written as no answer, so that all of them read one flat mapping.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms_builder.conditions import compared, holds, variables
from forms_builder.examples import choices
from forms_builder.fields import field_type
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.group import Group
from forms_builder.spec import FieldSpec, FormSpec, Logic, StepSpec

Known = dict[str, Answer]
_Scope = Mapping[str, str]  # key as a condition writes it → name in the line


@dataclass(frozen=True, eq=False)
class Asked:
    """One question, or one text between questions.

    Attributes:
        before: conditions that must hold before its own is looked at: the step's and the group's.
        own: its own condition.
        reads: names of the answers that decide what can be answered, or what it comes to.
    """

    name: str
    step: StepSpec
    field: FieldSpec
    before: tuple[Logic, ...]
    own: Logic | None
    require_if: Logic | None
    reads: tuple[str, ...]
    group: FieldSpec | None = None

    @property
    def gates(self) -> tuple[Logic, ...]:
        return (*self.before, self.own) if self.own is not None else self.before

    def is_shown(self, known: Mapping[str, Answer]) -> bool:
        return all(holds(gate, known) for gate in self.gates)

    def is_required(self, known: Mapping[str, Answer]) -> bool:
        return self.field.required or (self.require_if is not None and holds(self.require_if, known))


class Line:
    """The questions of a form in their order, with the answers each may be given."""

    def __init__(self, spec: FormSpec, context: Context) -> None:
        self.spec = spec
        self.context = context
        self.step_gates: dict[str, Logic] = {}
        self.asked: list[Asked] = list(self._asked())
        self.place = {asked.name: place for place, asked in enumerate(self.asked)}
        self._choices: dict[Any, list[Answer]] = {}

    # -- from the form

    def _asked(self) -> Iterator[Asked]:
        scope: dict[str, str] = {}
        endings: list[Logic] = []
        for step in self.spec.steps:
            # Behind an ending stands only what is asked when it does not end there.
            gates = [{"!": [ending]} for ending in endings]
            if step.show_if is not None:
                gates.append(_renamed(step.show_if, scope))
            if gates:
                self.step_gates[step.key] = gates[0] if len(gates) == 1 else {"and": gates}
            before = (self.step_gates[step.key],) if gates else ()
            if step.ends and step.show_if is not None:
                endings.append(gates[-1])
            for field in step.fields:
                asked = self._one(step, field, before, scope, field.key)
                yield asked
                yield from self._rows(asked, scope)
                if field_type(field.type).has_answer:
                    scope[field.key] = field.key

    def _rows(self, group: Asked, outer: _Scope) -> Iterator[Asked]:
        own = {field.key for field in group.field.fields}
        scope = {key: name for key, name in outer.items() if key not in own}
        before = (*group.gates, {"!==": [{"var": group.name}, None]})
        for field in group.field.fields:
            name = f"{group.field.key}.{field.key}"
            yield self._one(group.step, field, before, scope, name, group=group.field)
            if field_type(field.type).has_answer:
                scope[field.key] = name

    def _one(
        self,
        step: StepSpec,
        field: FieldSpec,
        before: tuple[Logic, ...],
        scope: _Scope,
        name: str,
        group: FieldSpec | None = None,
    ) -> Asked:
        return Asked(
            name=name,
            step=step,
            field=field,
            before=before,
            own=None if field.show_if is None else _renamed(field.show_if, scope),
            require_if=None if field.require_if is None else _renamed(field.require_if, scope),
            reads=tuple(_in_line(key, scope) for key in field_type(field.type).values_of_read(field, ())),
            group=group,
        )

    # -- what answers matter

    def conditions(self) -> Iterator[Logic]:
        yield from self.step_gates.values()
        for asked in self.asked:
            yield from (logic for logic in (asked.own, asked.require_if) if logic is not None)

    @cached_property
    def compared_with(self) -> dict[str, list[Answer]]:
        """By name: the values that any condition compares the answer with."""
        found: dict[str, list[Answer]] = {asked.name: [] for asked in self.asked}
        for logic in self.conditions():
            for name, value in compared(logic):
                found[name].append(value)
        # From the last question to the first: one that is read stands earlier.
        for asked in reversed(self.asked):
            if asked.reads:
                read = field_type(asked.field.type).values_of_read(asked.field, found[asked.name])
                for name, values in zip(asked.reads, read.values(), strict=True):
                    found.setdefault(name, []).extend(values)
        return found

    def is_decided_by_examples(self, name: str) -> bool:
        """Whether trying `choices` is as good as trying every answer."""
        asked = self.asked[self.place[name]]
        values = [value for value in self.compared_with[name] if value is not None]
        if asked.field.fields:
            return True
        return field_type(asked.field.type).examples_are_enough(asked.field, values)

    def choices(self, asked: Asked, known: Mapping[str, Answer]) -> list[Answer]:
        """The answers to try: number of rows for a group, the one result for what is computed."""
        kind = field_type(asked.field.type)
        if not kind.has_answer:
            return [None]
        if kind.computes:
            return [kind.compute(asked.field, self._read(asked, known))]
        required = asked.is_required(known)
        key = (asked.name, required, repr([known.get(name) for name in asked.reads]))
        if key not in self._choices:
            self._choices[key] = self._tried(asked, known, required=required) or [None]
        return self._choices[key]

    def _tried(self, asked: Asked, known: Mapping[str, Answer], *, required: bool) -> list[Answer]:
        kind, values = field_type(asked.field.type), self.compared_with[asked.name]
        if isinstance(kind, Group):
            least, _most = kind.limits(asked.field, required=required)
            counts: list[Answer] = list(kind.counts_near(asked.field, values))
            return counts if least else [*counts, None]
        context = Context(
            language=self.context.language,
            country=self.context.country,
            evidence=self.context.evidence,
            answers=self._read(asked, known),
        )
        return choices(asked.field, values, context, required=required)

    def _read(self, asked: Asked, known: Mapping[str, Answer]) -> dict[str, Answer]:
        """What the question reads, under the keys by which it reads it."""
        answers: dict[str, Answer] = {}
        for name in asked.reads:
            place = self.place.get(name)
            read = None if place is None else self.asked[place]
            if read is None or known.get(name) is None:
                continue
            if read.field.fields:
                answers[read.field.key] = self.rows(read, known)
            elif read.group is None or read.group == asked.group:
                answers[read.field.key] = known[name]
        return answers

    # -- back to answers

    def rows(self, group: Asked, known: Mapping[str, Answer]) -> list[dict[str, Answer]]:
        found = {field.key: known.get(f"{group.field.key}.{field.key}") for field in group.field.fields}
        row = {key: answer for key, answer in found.items() if answer is not None}
        return [dict(row) for _number in range(known.get(group.name) or 0)]

    def filled(self, chosen: Mapping[str, Answer]) -> Known:
        """Every question answered: as chosen, else with the plainest right answer; None where it is not asked."""
        known: Known = {}
        for asked in self.asked:
            if not asked.is_shown(known):
                known[asked.name] = None
            elif asked.name in chosen:
                known[asked.name] = chosen[asked.name]
            else:
                known[asked.name] = self.choices(asked, known)[0]
        return known

    def answers(self, known: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers as a form has them."""
        found: dict[str, Answer] = {}
        for asked in self.asked:
            if asked.group is None and known[asked.name] is not None:
                found[asked.field.key] = self.rows(asked, known) if asked.field.fields else known[asked.name]
        return found

    def steps(self, known: Mapping[str, Answer]) -> tuple[StepSpec, ...]:
        return tuple(step for step in self.spec.steps if holds(self.step_gates.get(step.key), known))

    def cone(self, logics: tuple[Logic, ...]) -> list[int]:
        """Places of the questions that can have a say in these conditions, in order."""
        wanted = [name for logic in logics for name in variables(logic)]
        found: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name in found or name not in self.place:
                continue
            found.add(name)
            asked = self.asked[self.place[name]]
            wanted += [read for logic in (*asked.gates, asked.require_if) for read in variables(logic)]
            wanted += asked.reads
        return sorted(self.place[name] for name in found)


def _renamed(logic: Any, scope: _Scope) -> Any:
    if isinstance(logic, list):
        return [_renamed(part, scope) for part in logic]
    if not isinstance(logic, dict):
        return logic
    if "var" in logic:
        name = scope.get(str(logic["var"]))
        return None if name is None else {"var": name}
    return {operation: _renamed(parts, scope) for operation, parts in logic.items()}


def _in_line(key: str, scope: _Scope) -> str:
    # `group.key` is the name in the line already.
    return scope.get(key, key)
