"""What is wrong with a form before it may go live. Static and pure: reads the compiled form alone.

Errors stop publishing, warnings do not. Each fault carries the id of the editor's block.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from pydantic import ValidationError

from cms.arabic import fold
from cms.languages import Texts, content_languages
from forms_builder.conditions import OPERATORS, is_within_subset, variables
from forms_builder.fields import field_type
from forms_builder.fields.base import Context, FieldType
from forms_builder.fields.dependent_choice import DependentChoice
from forms_builder.fields.one_of import OneOf
from forms_builder.paths import unreached
from forms_builder.spec import FeeLine, FieldSpec, FormSpec, Logic, StepSpec

# Names that the wizard's own inputs and the exchange of records use.
RESERVED_KEYS = frozenset(
    {"csrfmiddlewaretoken", "do", "request", "return", "revision", "shown", "stash", "tab", "ticket"}
)
# Addresses of the wizard beside its steps.
RESERVED_STEPS = frozenset({"done", "review", "submit", "start", "received", "new", "files", "rows"})


@dataclass(frozen=True)
class Fault:
    """One thing to put right, and the block it stands in.

    Attributes:
        is_translation: a text that another language has; the form works without it, and cannot be published.
    """

    message: str
    block: str | None = None
    level: Literal["error", "warning"] = "error"
    is_translation: bool = False


Earlier = Mapping[str, FieldSpec]


def review(spec: FormSpec) -> list[Fault]:
    """Every fault of a form: of its parts in the order of the form, then what no answer brings up."""
    found = faults_of_parts(spec)
    # Conditions that are wrong themselves would only be told a second time.
    wrong = any(fault.level == "error" for fault in found)
    return found if wrong else [*found, *_unreached(spec)]


def faults_of_parts(spec: FormSpec) -> list[Fault]:
    """What is wrong with single steps and questions, in the order of the form."""
    return list(_Review(spec).faults())


def errors(spec: FormSpec) -> list[Fault]:
    """The faults that stop publishing."""
    return [fault for fault in review(spec) if fault.level == "error"]


def _unreached(spec: FormSpec) -> Iterator[Fault]:
    found = unreached(spec, Context(language=get_language() or settings.LANGUAGE_CODE))
    for place in found.dead_steps:
        yield Fault(
            _("No answer leads to this step. Change its condition or remove the step."),
            place.step.block,
            "error" if place.certain else "warning",
        )
    for place in found.never_shown:
        field = place.field or FieldSpec(key="", type="", label={})
        if field.required or field.require_if:
            message = _(
                "This question must be answered, and no answer brings it up. Change its condition or remove it."
            )
        else:
            message = _("No answer brings this question up. Change its condition or remove it.")
        stops = place.certain and bool(field.required or field.require_if)
        yield Fault(message, field.block, "error" if stops else "warning")


class _Review:
    """One walk through the form, remembering what was asked so far."""

    def __init__(self, spec: FormSpec) -> None:
        self.spec = spec
        self.every: dict[str, FieldSpec] = {}
        for field in spec.fields():
            self.every.setdefault(field.key, field)
        self.keys = Counter(field.key for field in spec.fields() if field.key)
        self.step_keys = Counter(step.key for step in spec.steps if step.key)

    def faults(self) -> Iterator[Fault]:
        if not self.spec.steps:
            yield Fault(_("Add a step to the form."))
        earlier: dict[str, FieldSpec] = {}
        for step in self.spec.steps:
            yield from self._step(step, earlier)
        for line in self.spec.fees:
            yield from self._fee(line, earlier)

    def _fee(self, line: FeeLine, every: Earlier) -> Iterator[Fault]:
        yield from self._condition(line.show_if, line.block, every)
        if line.per and line.per not in every:
            yield Fault(
                _("The amount is taken times “%(key)s”, and no question has this key.") % {"key": line.per}, line.block
            )
        elif line.per and "at_least" not in field_type(every[line.per].type).operators:
            yield Fault(
                _("The amount can be taken times a number only: “%(key)s” is none.") % {"key": line.per}, line.block
            )

    def _step(self, step: StepSpec, earlier: dict[str, FieldSpec]) -> Iterator[Fault]:
        if not step.key:
            yield Fault(_("Give the step a key."), step.block)
        if self.step_keys[step.key] > 1:
            yield Fault(_("Give each step its own key: “%(key)s” stands twice.") % {"key": step.key}, step.block)
        if step.key in RESERVED_STEPS:
            yield Fault(_("Choose another key: “%(key)s” is reserved.") % {"key": step.key}, step.block)
        yield from _texts(step.title, pgettext("part of a form", "title"), step.block)
        yield from _texts(step.intro, pgettext("part of a form", "introduction"), step.block, optional=True)
        yield from self._condition(step.show_if, step.block, earlier)
        yield from _ending(step) if step.ends else _step_without_question(step)
        for field in step.fields:
            yield from self._field(field, earlier, self.keys)
            earlier.setdefault(field.key, field)
        if step.show_if is None and step.fields and all(field.show_if is not None for field in step.fields):
            yield Fault(
                _("Every question of this step has a condition, so the step can be empty."), step.block, "warning"
            )

    def _field(self, field: FieldSpec, earlier: Earlier, keys: Counter[str]) -> Iterator[Fault]:
        kind = field_type(field.type)
        if kind.has_answer:
            yield from self._key(field, keys)
            yield from _texts(field.label, pgettext("part of a form", "question"), field.block)
            yield from _texts(field.hint, pgettext("part of a form", "hint"), field.block, optional=True)
        yield from _settings(kind, field)
        yield from _options(field)
        yield from self._condition(field.show_if, field.block, earlier)
        yield from self._condition(field.require_if, field.block, earlier)
        if field.required and field.require_if is not None:
            yield Fault(
                _("The question must always be answered: the condition for answering it changes nothing."),
                field.block,
                "warning",
            )
        if isinstance(kind, DependentChoice):
            yield from self._parent(field, earlier)
        elif not (unreadable := [key for key in sorted(kind.reads(field)) if key not in earlier]):
            yield from (Fault(message, field.block) for message in kind.faults_of_reading(field, earlier))
        else:
            yield from (Fault(self._unreadable(key), field.block) for key in unreadable)
        yield from self._rows(field, earlier)

    def _key(self, field: FieldSpec, keys: Counter[str]) -> Iterator[Fault]:
        if not field.key:
            yield Fault(_("Give the question a key."), field.block)
        if keys[field.key] > 1:
            yield Fault(_("Give each question its own key: “%(key)s” stands twice.") % {"key": field.key}, field.block)
        if field.key in RESERVED_KEYS:
            yield Fault(_("Choose another key: “%(key)s” is reserved.") % {"key": field.key}, field.block)

    def _rows(self, group: FieldSpec, earlier: Earlier) -> Iterator[Fault]:
        keys = Counter(field.key for field in group.fields if field.key)
        seen = {key: field for key, field in earlier.items() if key not in keys}
        for field in group.fields:
            if not field_type(field.type).in_groups:
                yield Fault(_("Move this question out of the group."), field.block)
            yield from self._field(field, seen, keys)
            seen.setdefault(field.key, field)

    # -- conditions

    def _condition(self, logic: Logic | None, block: str, earlier: Earlier) -> Iterator[Fault]:
        if logic is None:
            return
        for key in sorted(variables(logic)):
            if key not in earlier:
                yield Fault(self._unreadable(key), block)
        if not is_within_subset(logic):
            yield Fault(
                _("Choose how the condition compares: what stands there is no comparison of this portal."), block
            )
            return
        for key, operator, value in comparisons(logic):
            if key in earlier:
                yield from _comparison(earlier[key], operator, value, block)
        if _is_impossible(logic):
            yield Fault(_("The condition can never hold: a question has one answer at a time."), block)

    def _unreadable(self, key: str) -> str:
        if not key:
            return _("Name the field of the condition.")
        if key in self.every:
            return _("A condition can read earlier questions only; “%(key)s” comes later.") % {"key": key}
        return _("The condition reads “%(key)s”, and no question has this key.") % {"key": key}

    def _parent(self, field: FieldSpec, earlier: Earlier) -> Iterator[Fault]:
        key = str(field.settings.get("depends_on") or "")
        parent = earlier.get(key)
        if not key:
            return
        if parent is None:
            yield Fault(self._unreadable(key), field.block)
        elif not isinstance(field_type(parent.type), OneOf | DependentChoice):
            yield Fault(
                _("The options can depend only on a choice of one: “%(key)s” is none.") % {"key": key}, field.block
            )
        else:
            yield from _parent_values(field, parent)


def comparisons(logic: Logic) -> Iterator[tuple[str, str, Any]]:
    """(key, operator, value) of every comparison in a condition within the subset."""
    ((operation, parts),) = logic.items()
    if operation in ("and", "or"):
        for part in parts:
            yield from comparisons(part)
    else:
        yield from _read(operation, parts)


def _read(operation: str, parts: Any) -> Iterator[tuple[str, str, Any]]:
    if operation == "!":
        yield parts[0]["in"][1]["var"], "not_contains", parts[0]["in"][0]
    elif operation == "in" and isinstance(parts[0], dict):
        yield parts[0]["var"], "one_of", parts[1]
    elif operation == "in":
        yield parts[1]["var"], "contains", parts[0]
    else:
        names = {
            "===": "equals",
            "!==": "not_equals",
            "<": "before",
            "<=": "on_or_before",
            ">": "after",
            ">=": "on_or_after",
        }
        if parts[1] is None:
            names = {"===": "not_answered", "!==": "answered"}
        yield parts[0]["var"], names[operation], parts[1]


# Days and numbers compile to the same comparison; the words for it differ.
_OF_NUMBERS = {"before": "less_than", "on_or_before": "at_most", "after": "more_than", "on_or_after": "at_least"}


def operator_for(field: FieldSpec, operator: str) -> str:
    """The comparison read from a condition, as the editor picked it for a question of this type."""
    allowed = field_type(field.type).operators
    return operator if operator in allowed else _OF_NUMBERS.get(operator, operator)


def _comparison(field: FieldSpec, operator: str, value: Any, block: str) -> Iterator[Fault]:
    kind = field_type(field.type)
    operator = operator_for(field, operator)
    if operator not in kind.operators:
        yield Fault(
            _("“%(operator)s” does not fit the question “%(key)s”.")
            % {"operator": OPERATORS[operator].label, "key": field.key},
            block,
        )
        return
    if not OPERATORS[operator].needs_value:
        return
    values = value if isinstance(value, list) else [value]
    if not values or any(item == "" for item in values):
        yield Fault(_("Write the value that “%(key)s” is compared with.") % {"key": field.key}, block)
        return
    for item in values:
        if not kind.allows_condition_value(field, item):
            yield Fault(_("“%(value)s” is no possible answer of “%(key)s”.") % {"value": item, "key": field.key}, block)


def _is_impossible(logic: Logic) -> bool:
    """Whether two rules that must both hold name different single answers of one question."""
    if "and" not in logic:
        return False
    wanted: dict[str, Any] = {}
    for part in logic["and"]:
        if "===" in part:
            key, value = part["==="][0]["var"], part["==="][1]
            if key in wanted and wanted[key] != value:
                return True
            wanted[key] = value
    return False


def _step_without_question(step: StepSpec) -> Iterator[Fault]:
    if not any(field_type(field.type).has_answer for field in step.fields):
        yield Fault(_("Add a question to the step."), step.block)


def _ending(step: StepSpec) -> Iterator[Fault]:
    if step.show_if is None:
        yield Fault(_("Say for whom the form ends here: without a condition nobody could apply."), step.block)
    if not step.intro:
        yield from _texts(step.intro, _("explanation"), step.block)
    yield from _texts(step.next_label, _("name of the next step"), step.block, optional=not step.next_url)
    if step.next_label and not step.next_url:
        yield Fault(_("Write the address of the next step."), step.block)


# -- parts of a field


def _texts(texts: Texts, what: str, block: str, *, optional: bool = False) -> Iterator[Fault]:
    if optional and not texts:
        return
    for code, name in content_languages():
        if not texts.get(code, "").strip():
            message = _("Write the %(part)s in %(language)s.") % {"part": what, "language": name}
            yield Fault(message, block, is_translation=any(text.strip() for text in texts.values()))


def _settings(kind: FieldType, field: FieldSpec) -> Iterator[Fault]:
    try:
        kind.settings(field)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"])
            yield Fault(_("Check the setting “%(name)s”.") % {"name": name}, field.block)
        return
    for message in kind.faults(field):
        yield Fault(message, field.block)
    for message in kind.warnings(field):
        yield Fault(message, field.block, "warning")
    item = field.settings.get("item")
    if item is not None or field.type == "group":
        yield from _texts(item or {}, pgettext("part of a form", "name of one entry"), field.block)


def _options(field: FieldSpec) -> Iterator[Fault]:
    for option in field.options:
        yield from _texts(option.label, _("label of the option “%(value)s”") % {"value": option.value}, field.block)
        yield from _texts(
            option.hint, _("hint of the option “%(value)s”") % {"value": option.value}, field.block, optional=True
        )
    yield from _twins(field)


def _twins(field: FieldSpec) -> Iterator[Fault]:
    """Options that a reader cannot tell apart."""
    for code, _name in content_languages():
        seen: set[tuple[str, str]] = set()
        for option in field.options:
            place = (option.parent, fold(option.label.get(code, "")))
            if place[1] and place in seen:
                message = _("Two options read the same: “%(label)s”.") % {"label": option.label[code]}
                yield Fault(message, field.block, "warning")
                return
            seen.add(place)


def _parent_values(field: FieldSpec, parent: FieldSpec) -> Iterator[Fault]:
    known = {option.value for option in parent.options}
    for value in sorted({option.parent for option in field.options if option.parent} - known):
        yield Fault(
            _("Options are offered for “%(value)s”, which is no answer of “%(key)s”.")
            % {"value": value, "key": parent.key},
            field.block,
        )
    for value in sorted(known - {option.parent for option in field.options}):
        yield Fault(
            _("No option is offered for the answer “%(value)s” of “%(key)s”.") % {"value": value, "key": parent.key},
            field.block,
            "warning",
        )
