"""Conditions: what the editor picks, compiled to JsonLogic, and a strict evaluator for it.

The subset is closed: `===`, `!==`, `<`, `<=`, `>`, `>=`, `in`, `!`, `and`, `or`, `var`. Within it our
evaluator and json-logic-js agree; there is no loose equality, and dates (ISO texts) compare as dates.
An operation outside the subset is refused, never guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms_builder.spec import Logic

Answers = Mapping[str, Any]


class UnknownLogicError(ValueError):
    """A condition that is not within the subset."""


@dataclass(frozen=True)
class Operator:
    """A comparison the editor may pick.

    Attributes:
        label: as it stands between the field and the value.
        build: (key, value) → logic.
        needs_value: whether the editor has to give a value.
        many: whether the value is a list, written with commas between.
    """

    label: str | Promise
    build: Callable[[str, Any], Logic]
    needs_value: bool = True
    many: bool = False


def _var(key: str) -> Logic:
    return {"var": key}


OPERATORS: dict[str, Operator] = {
    "equals": Operator(_("is"), lambda key, value: {"===": [_var(key), value]}),
    "not_equals": Operator(_("is not"), lambda key, value: {"!==": [_var(key), value]}),
    "one_of": Operator(_("is one of"), lambda key, values: {"in": [_var(key), values]}, many=True),
    "contains": Operator(_("includes"), lambda key, value: {"in": [value, _var(key)]}),
    "not_contains": Operator(_("does not include"), lambda key, value: {"!": [{"in": [value, _var(key)]}]}),
    "before": Operator(pgettext_lazy("date", "is before"), lambda key, value: {"<": [_var(key), value]}),
    "on_or_before": Operator(_("is on or before"), lambda key, value: {"<=": [_var(key), value]}),
    "after": Operator(pgettext_lazy("date", "is after"), lambda key, value: {">": [_var(key), value]}),
    "on_or_after": Operator(_("is on or after"), lambda key, value: {">=": [_var(key), value]}),
    "less_than": Operator(_("is less than"), lambda key, value: {"<": [_var(key), value]}),
    "at_most": Operator(_("is at most"), lambda key, value: {"<=": [_var(key), value]}),
    "more_than": Operator(_("is more than"), lambda key, value: {">": [_var(key), value]}),
    "at_least": Operator(_("is at least"), lambda key, value: {">=": [_var(key), value]}),
    "answered": Operator(_("is answered"), lambda key, value: {"!==": [_var(key), None]}, needs_value=False),
    "not_answered": Operator(_("is not answered"), lambda key, value: {"===": [_var(key), None]}, needs_value=False),
}


def rule(key: str, operator: str, value: Any) -> Logic:
    """One comparison.

    Raises:
        KeyError: for an operator that does not exist.
    """
    return OPERATORS[operator].build(key, value)


def unfinished(key: str, value: Any) -> Logic:
    """A comparison that nobody has chosen yet: no condition of ours, which review says."""
    return {"": [_var(key), value]}


def compile_conditions(match: str, rules: list[Logic]) -> Logic | None:
    """Rules joined by `all` or `any`; None when there are none."""
    if not rules:
        return None
    if len(rules) == 1:
        return rules[0]
    return {"or" if match == "any" else "and": rules}


def holds(logic: Logic | None, answers: Answers) -> bool:
    """Whether the condition is true of these answers. No condition always holds.

    Raises:
        UnknownLogicError: for an operation outside the subset.
    """
    return True if logic is None else _value(logic, answers) is True


def is_within_subset(logic: Any) -> bool:
    """Whether every comparison is one that an `Operator` builds; a program may have written others."""
    if not isinstance(logic, dict) or len(logic) != 1:
        return False
    ((operation, parts),) = logic.items()
    if not isinstance(parts, list):
        return False
    if operation in ("and", "or"):
        return bool(parts) and all(is_within_subset(part) for part in parts)
    if operation == "!":
        return len(parts) == 1 and _is_in(parts[0], is_denied=True)
    if operation == "in":
        return _is_in(logic)
    return operation in _OPERATIONS and len(parts) == 2 and _is_var(parts[0]) and _is_plain(parts[1])


def _is_in(logic: Any, *, is_denied: bool = False) -> bool:
    parts = logic.get("in") if isinstance(logic, dict) and len(logic) == 1 else None
    if not isinstance(parts, list) or len(parts) != 2:
        return False
    first, second = parts
    if isinstance(second, list):
        return not is_denied and _is_var(first) and all(_is_plain(item) for item in second)
    return _is_plain(first) and _is_var(second)


def _is_var(part: Any) -> bool:
    return isinstance(part, dict) and len(part) == 1 and isinstance(part.get("var"), str)


def _is_plain(part: Any) -> bool:
    return part is None or isinstance(part, str | int | float)


def variables(logic: Logic | None) -> set[str]:
    """Keys of the answers that a condition reads."""
    if isinstance(logic, list):
        return set().union(*(variables(part) for part in logic))
    if not isinstance(logic, dict):
        return set()
    if "var" in logic:
        return {str(logic["var"])}
    return set().union(*(variables(part) for part in logic.values()))


def compared(logic: Logic | None) -> Iterator[tuple[str, Any]]:
    """(key of an answer, value it is compared with) of every comparison; several values one by one."""
    if not isinstance(logic, dict):
        return
    for parts in logic.values():
        items = parts if isinstance(parts, list) else [parts]
        keys = [str(part["var"]) for part in items if isinstance(part, dict) and "var" in part]
        values = [part for part in items if not isinstance(part, dict)]
        for value in values:
            several = value if isinstance(value, list) else [value]
            yield from ((key, one) for key in keys for one in several)
        for part in items:
            if not keys:
                yield from compared(part)


def _value(logic: Any, answers: Answers) -> Any:
    if not isinstance(logic, dict):
        return logic
    if len(logic) != 1:
        raise UnknownLogicError(f"One operation is expected, not {sorted(logic)}.")
    ((operation, given),) = logic.items()
    if operation == "var":
        return _read(given, answers)
    parts = given if isinstance(given, list) else [given]
    if operation == "and":
        return all(_value(part, answers) is True for part in parts)
    if operation == "or":
        return any(_value(part, answers) is True for part in parts)
    values = [_value(part, answers) for part in parts]
    try:
        return _OPERATIONS[operation](*values)
    except (KeyError, TypeError) as error:
        raise UnknownLogicError(f"{operation} with {len(values)} values is not a condition of ours.") from error


def _read(key: Any, answers: Answers) -> Any:
    if not isinstance(key, str):
        raise UnknownLogicError("A variable is named by a text.")
    return answers.get(key)


def _same(left: Any, right: Any) -> bool:
    # True == 1 in Python, not in JSON.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _holds_in(needle: Any, haystack: Any) -> bool:
    return isinstance(haystack, list) and any(_same(needle, item) for item in haystack)


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _comparable(value: Any) -> date | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def operation(left: Any, right: Any) -> bool:
        first, second = _comparable(left), _comparable(right)
        if first is None or second is None or isinstance(first, date) != isinstance(second, date):
            return False
        return compare(first, second)

    return operation


_OPERATIONS: dict[str, Callable[..., bool]] = {
    "===": _same,
    "!==": lambda left, right: not _same(left, right),
    "in": _holds_in,
    "!": lambda value: value is not True,
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
}
