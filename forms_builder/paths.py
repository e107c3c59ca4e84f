"""The path explorer: every way through a form, walked with generated right answers. Pure.

`explore` is for the report in the editor and for tests, `unreached` for the review before publishing.
Both try only answers that conditions can tell apart, and remember of what was answered only what later
conditions still depend on: a form with many questions has few such states.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms_builder.conditions import holds, variables
from forms_builder.fields.base import Answer, Context
from forms_builder.line import Asked, Known, Line
from forms_builder.spec import FieldSpec, FormSpec, Logic, StepSpec

MOST_ROUTES = 500
# States looked at before a search gives up: for one condition, for all of them or the sequences of steps, and for
# whether one more step goes together with others.
_MOST_STATES_OF_ONE = 3_000
_MOST_STATES = 8_000
_MOST_STATES_OF_LONGEST = 300


@dataclass(frozen=True)
class Route:
    """One way through the form."""

    steps: tuple[StepSpec, ...]
    answers: dict[str, Answer]


@dataclass(frozen=True)
class Place:
    """A step, or a question in it.

    Attributes:
        certain: whether no answer at all is different, or only none of those that were tried.
        requiring: for a condition: the one for answering the question, not the one for showing it.
    """

    step: StepSpec
    field: FieldSpec | None = None
    certain: bool = True
    requiring: bool = False

    def is_for(self, other: "Place") -> bool:
        return (self.step, self.field, self.requiring) == (other.step, other.field, other.requiring)


@dataclass(frozen=True)
class Unreached:
    """What no answer brings up. Questions of a step that is never reached are not named again."""

    dead_steps: tuple[Place, ...]
    never_shown: tuple[Place, ...]


@dataclass(frozen=True)
class Exploration(Unreached):
    """What was found.

    Attributes:
        never_true, never_false: conditions that decide nothing.
        capped: whether there are more routes than are listed, or the search was too long to end.
    """

    routes: tuple[Route, ...]
    never_true: tuple[Place, ...]
    never_false: tuple[Place, ...]
    capped: bool

    @property
    def longest(self) -> Route | None:
        return max(self.routes, key=lambda route: len(route.steps), default=None)


def unreached(spec: FormSpec, context: Context) -> Unreached:
    """What no answer brings up; the form has no other errors."""
    return _Explorer(spec, context).unreached()


def explore(spec: FormSpec, context: Context) -> Exploration:
    """Every way through the form; the form has no errors of its parts."""
    return _Explorer(spec, context).explored()


@dataclass(frozen=True)
class _Condition:
    """A condition of the form, and what must hold before it is looked at."""

    place: Place
    before: tuple[Logic, ...]
    logic: Logic

    def come_out(self, wanted: bool) -> tuple[Logic, ...]:
        return (*self.before, self.logic if wanted else {"!": [self.logic]})

    def outcome(self, known: Mapping[str, Answer]) -> bool | None:
        if not all(holds(logic, known) for logic in self.before):
            return None
        return holds(self.logic, known)


class _Explorer:
    def __init__(self, spec: FormSpec, context: Context) -> None:
        self.line = Line(spec, context)
        self.states = _MOST_STATES
        self.cut = False
        self.routes: list[Route] = []
        self.seen: list[set[bool]] = []

    # -- what the two callers want

    def unreached(self) -> Unreached:
        gates = self.line.step_gates
        steps = [step for step in self.line.spec.steps if step.key in gates]
        dead = [place for step in steps if (place := self._missed(Place(step), (gates[step.key],)))]
        keys = {place.step.key for place in dead}
        questions = [asked for asked in self.line.asked if asked.own is not None and asked.step.key not in keys]
        hidden = [place for asked in questions if (place := self._missed(_place(asked), asked.gates))]
        return Unreached(tuple(dead), tuple(hidden))

    def explored(self) -> Exploration:
        found = self.unreached()
        conditions = list(self._conditions(found))
        self.seen = [set() for _condition in conditions]
        self._walk({}, conditions)
        self._walk_as_many_steps_as_go_together(conditions)
        missing = (*found.dead_steps, *found.never_shown)
        never: dict[bool, list[Place]] = {True: [], False: []}
        for number, condition in enumerate(conditions):
            for wanted in (True, False):
                if wanted in self.seen[number] or len(self.routes) >= MOST_ROUTES:
                    continue
                known = next((place for place in missing if wanted and place.is_for(condition.place)), None)
                missed = known or self._missed(condition.place, condition.come_out(wanted), conditions)
                never[wanted] += [missed] if missed else []
        self._every_sequence(conditions)
        return Exploration(
            found.dead_steps,
            found.never_shown,
            routes=tuple(self.routes),
            never_true=tuple(never[True]),
            never_false=tuple(never[False]),
            capped=self.cut or len(self.routes) >= MOST_ROUTES,
        )

    def _conditions(self, found: Unreached) -> Iterator[_Condition]:
        dead = {place.step.key for place in found.dead_steps}
        for step in self.line.spec.steps:
            if step.key in self.line.step_gates:
                yield _Condition(Place(step), (), self.line.step_gates[step.key])
        for asked in self.line.asked:
            if asked.step.key in dead:
                continue
            if asked.own is not None:
                yield _Condition(_place(asked), asked.before, asked.own)
            if asked.require_if is not None:
                yield _Condition(_place(asked, requiring=True), asked.gates, asked.require_if)

    # -- searching

    def _missed(
        self, place: Place, wanted: tuple[Logic, ...], conditions: Sequence[_Condition] | None = None
    ) -> Place | None:
        """The place, if nothing makes all of these hold. What does is walked, when conditions are given."""
        search = _Search(self.line, wanted, min(self.states, _MOST_STATES_OF_ONE), all_must_hold=True)
        chosen = next(search.outcomes(), None)
        self.states -= search.states
        if search.cut:
            self.cut = True
            return None
        if chosen is not None:
            if conditions is not None:
                self._walk(chosen, conditions)
            return None
        return Place(place.step, place.field, certain=search.is_certain, requiring=place.requiring)

    def _walk_as_many_steps_as_go_together(self, conditions: Sequence[_Condition]) -> None:
        """So that the longest route is listed even where not all of them can be."""
        together: tuple[Logic, ...] = ()
        chosen: Known = {}
        for gate in self.line.step_gates.values():
            search = _Search(self.line, (*together, gate), _MOST_STATES_OF_LONGEST, all_must_hold=True)
            found = next(search.outcomes(), None)
            if found is not None:
                together, chosen = (*together, gate), found
        if chosen:
            self._walk(chosen, conditions)

    def _every_sequence(self, conditions: Sequence[_Condition]) -> None:
        known = {_keys(route.steps) for route in self.routes}
        search = _Search(self.line, tuple(self.line.step_gates.values()), _MOST_STATES, all_must_hold=False)
        for chosen in search.outcomes():
            if len(self.routes) >= MOST_ROUTES:
                break
            filled = self.line.filled(chosen)
            route = Route(self.line.steps(filled), self.line.answers(filled))
            if _keys(route.steps) not in known:
                known.add(_keys(route.steps))
                self.routes.append(route)
        self.cut = self.cut or search.cut

    def _walk(self, chosen: Mapping[str, Answer], conditions: Sequence[_Condition]) -> None:
        known = self.line.filled(chosen)
        for number, condition in enumerate(conditions):
            outcome = condition.outcome(known)
            if outcome is not None:
                self.seen[number].add(outcome)
        self.routes.append(Route(self.line.steps(known), self.line.answers(known)))


def _place(asked: Asked, *, requiring: bool = False) -> Place:
    return Place(asked.step, asked.field, requiring=requiring)


def _keys(steps: Sequence[StepSpec]) -> tuple[str, ...]:
    return tuple(step.key for step in steps)


# A condition as far as it is still open: decided, a comparison by its number, or several of these joined.
_Open = Any


class _Search:
    """A walk over the answers that have a say in some conditions, each state once."""

    def __init__(self, line: Line, logics: tuple[Logic, ...], most: int, *, all_must_hold: bool) -> None:
        self.line = line
        self.most = most
        self.all_must_hold = all_must_hold
        self.states = 0
        self.cut = False
        self.cone = [line.asked[place] for place in line.cone(logics)]
        self._comparisons: list[tuple[Logic, frozenset[str]]] = []
        # After the conditions asked about: what decides which questions come up, each until its turn.
        turns = [
            (at, logic)
            for at, asked in enumerate(self.cone, start=1)
            for logic in (*asked.gates, asked.require_if)
            if logic is not None
        ]
        self._wanted = len(logics)
        self._start = tuple(self._opened(logic) for logic in (*logics, *(logic for _at, logic in turns)))
        self._ends = [len(self.cone) + 1] * len(logics) + [at for at, _logic in turns]
        self._reading: dict[str, list[int]] = {}
        for number, logic in enumerate((*logics, *(logic for _at, logic in turns))):
            for name in variables(logic):
                self._reading.setdefault(name, []).append(number)
        # Answers that later questions of the cone read, by place.
        self._read_later = [
            sorted({name for asked in self.cone[at:] for name in asked.reads}) for at in range(len(self.cone) + 1)
        ]

    @property
    def is_certain(self) -> bool:
        return all(self.line.is_decided_by_examples(asked.name) for asked in self.cone)

    def outcomes(self) -> Iterator[Known]:
        """Answers for each way in which the conditions come out; only those where all hold, if they must."""
        start = tuple(self._decided(part, {}) for part in self._start)
        stack: list[tuple[int, Known, tuple[_Open, ...]]] = [(0, {}, start)]
        seen: set[Any] = set()
        while stack:
            at, known, still = stack.pop()
            asked_about = still[: self._wanted]
            if self.all_must_hold and False in asked_about:
                continue
            if all(isinstance(part, bool) for part in asked_about):
                yield known
                continue
            self.states += 1
            if self.states > self.most:
                self.cut = True
                return
            asked = self.cone[at]
            choices = self.line.choices(asked, known) if asked.is_shown(known) else [None]
            for answer in reversed(choices):
                after = {**known, asked.name: answer}
                left = self._left(at + 1, asked.name, still, after)
                state = (at + 1, left, repr([after.get(name) for name in self._read_later[at + 1]]))
                if state not in seen:
                    seen.add(state)
                    stack.append((at + 1, after, left))

    def _left(self, at: int, answered: str, still: tuple[_Open, ...], known: Known) -> tuple[_Open, ...]:
        """What is still open after one more answer; what has had its turn is put away."""
        left = list(still)
        for number in self._reading.get(answered, ()):
            left[number] = self._decided(left[number], known)
        for number in range(self._wanted, len(left)):
            if self._ends[number] <= at:
                left[number] = None
        return tuple(left)

    # -- conditions as far as they are open

    def _opened(self, logic: Logic) -> _Open:
        ((operation, parts),) = logic.items()
        if operation in ("and", "or"):
            return (operation, *(self._opened(part) for part in parts))
        if operation == "!" and isinstance(parts[0], dict) and next(iter(parts[0])) in ("and", "or", "!"):
            return self._denied(parts[0])
        self._comparisons.append((logic, frozenset(variables(logic))))
        return len(self._comparisons) + 1  # never 0 or 1, which equal False and True

    def _denied(self, logic: Logic) -> _Open:
        ((operation, parts),) = logic.items()
        if operation == "!":
            return self._opened(parts[0])
        return ("or" if operation == "and" else "and", *(self._opened({"!": [part]}) for part in parts))

    def _decided(self, part: _Open, known: Known) -> _Open:
        if part is None or isinstance(part, bool):
            return part
        if isinstance(part, int):
            logic, names = self._comparisons[part - 2]
            return holds(logic, known) if names <= known.keys() else part
        ends_it = part[0] == "or"
        left = []
        for inner in part[1:]:
            decided = self._decided(inner, known)
            if decided is ends_it:
                return ends_it
            if decided is not (not ends_it):
                left.append(decided)
        return (part[0], *left) if left else not ends_it
