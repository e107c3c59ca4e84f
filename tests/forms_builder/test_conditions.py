"""Conditions: strict, closed, and read the same by json-logic-js."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from forms_builder.conditions import OPERATORS, UnknownLogicError, compile_conditions, holds, rule, variables

ANSWERS = {"kind": "public", "many": ["a", "b"], "yes": True, "day": "2026-03-27", "one": 1}

CASES = [
    (rule("kind", "equals", "public"), True),
    (rule("kind", "equals", "private"), False),
    (rule("missing", "equals", "public"), False),
    (rule("kind", "not_equals", "private"), True),
    (rule("missing", "not_equals", "private"), True),
    (rule("kind", "one_of", ["private", "public"]), True),
    (rule("kind", "one_of", []), False),
    (rule("many", "contains", "a"), True),
    (rule("many", "contains", "c"), False),
    (rule("missing", "contains", "a"), False),
    (rule("many", "not_contains", "c"), True),
    (rule("missing", "not_contains", "c"), True),
    (rule("yes", "equals", True), True),
    (rule("yes", "equals", "true"), False),
    (rule("one", "equals", True), False),
    (rule("one", "equals", "1"), False),
    (rule("day", "before", "2026-03-28"), True),
    (rule("day", "before", "2026-03-27"), False),
    (rule("day", "on_or_before", "2026-03-27"), True),
    (rule("day", "after", "2026-03-26"), True),
    (rule("day", "on_or_after", "2026-03-28"), False),
    (rule("missing", "before", "2026-03-28"), False),
    (rule("missing", "on_or_after", "2026-03-28"), False),
    (rule("kind", "answered", None), True),
    (rule("missing", "answered", None), False),
    (rule("missing", "not_answered", None), True),
    ({"and": [rule("yes", "equals", True), rule("kind", "equals", "public")]}, True),
    ({"and": [rule("yes", "equals", True), rule("kind", "equals", "x")]}, False),
    ({"or": [rule("yes", "equals", False), rule("kind", "equals", "public")]}, True),
    ({"or": [{"and": [rule("yes", "equals", True), rule("one", "equals", 2)]}, rule("kind", "equals", "x")]}, False),
]


@pytest.mark.parametrize(("logic", "expected"), CASES)
def test_a_condition_holds_as_it_reads(logic: dict, expected: bool) -> None:
    assert holds(logic, ANSWERS) is expected


def test_no_condition_always_holds() -> None:
    assert holds(None, {}) is True


@pytest.mark.parametrize("text", ["2026-3-7", "20260307", "yesterday", "٢٠٢٦-٠٣-٠٧", "2026-02-30"])
def test_what_is_no_date_is_neither_before_nor_after(text: str) -> None:
    assert not holds(rule("day", "before", "2027-01-01"), {"day": text})
    assert not holds(rule("day", "after", "1900-01-01"), {"day": text})


@pytest.mark.parametrize(
    "logic",
    [
        {"==": [{"var": "kind"}, "public"]},
        {"if": [True, 1, 2]},
        {"var": ["kind"]},
        {"===": [1, 2, 3]},
        {"===": [1, 1], "!": [1]},
        {},
        {"map": [[1], {"var": ""}]},
    ],
)
def test_an_operation_outside_the_subset_is_refused(logic: dict) -> None:
    with pytest.raises(UnknownLogicError):
        holds({"and": [logic]}, ANSWERS)


def test_rules_are_joined_by_all_or_any() -> None:
    first, second = rule("a", "answered", None), rule("b", "answered", None)

    assert compile_conditions("all", [first, second]) == {"and": [first, second]}
    assert compile_conditions("any", [first, second]) == {"or": [first, second]}
    assert compile_conditions("any", [first]) == first
    assert compile_conditions("all", []) is None
    assert variables({"and": [first, {"or": [second]}]}) == {"a", "b"}


VALUES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=5), st.dates().map(str), st.lists(st.text(max_size=3), max_size=3)
)


@given(operator=st.sampled_from(sorted(OPERATORS)), value=VALUES, answer=VALUES)
def test_any_answer_gives_true_or_false(operator: str, value: object, answer: object) -> None:
    value = [value] if OPERATORS[operator].many else value

    assert holds(rule("k", operator, value), {"k": answer}) in (True, False)


@given(value=VALUES, answer=VALUES)
def test_is_and_is_not_are_opposites(value: object, answer: object) -> None:
    answers = {"k": answer}

    assert holds(rule("k", "equals", value), answers) is not holds(rule("k", "not_equals", value), answers)


# json-logic-js 2.0.5 as published, with its licence; Playwright brings the node that runs it.
_LIBRARY = Path(__file__).parent / "json-logic-js" / "logic.js"
_PROGRAM = """
const logic = require(process.argv[1]);
const [cases, answers] = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(cases.map((rule) => logic.apply(rule, answers))));
"""


def test_json_logic_in_a_browser_reads_the_same() -> None:
    node, _cli = compute_driver_executable()

    read = subprocess.run(
        [node, "-e", _PROGRAM, str(_LIBRARY)],
        input=json.dumps([[case for case, _expected in CASES], ANSWERS]),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )

    assert json.loads(read.stdout) == [expected for _case, expected in CASES]
