"""The path explorer: which routes lead through a form, and what no answer brings up."""

import time
from typing import Any

import pytest

from forms_builder import paths
from forms_builder.paths import explore
from forms_builder.review import errors, review
from forms_builder.spec import FormSpec
from forms_builder.validation import validate
from tests.forms_builder.building import ARABIC, compiled, one_step
from tests.forms_builder.samples import SAMPLES, TWO, condition, field, option, step, texts

KIND = field("one_of", "kind", options=[*TWO, option("c")])
SURE = field("yes_no", "sure")
WHEN_A = condition(("kind", "equals", "a"))


def keys(spec: FormSpec, **more: Any) -> list[list[str]]:
    return [[part.key for part in route.steps] for route in explore(spec, ARABIC).routes]


def faultless(spec: FormSpec) -> None:
    for route in explore(spec, ARABIC).routes:
        result = validate(spec, route.answers, ARABIC)
        assert (result.faults, result.answers) == ([], route.answers)


def many(count: int) -> FormSpec:
    """A question on each of `count` steps; each step but the first hangs on the answer before."""
    return compiled(
        *(
            step(
                f"s{number}",
                field("yes_no", f"q{number}"),
                field("short_text", f"t{number}"),
                **({"show_if": condition(("q0", "equals", "yes"), (f"q{number // 2}", "equals", "no"), match="any")})
                if number
                else {},
            )
            for number in range(count)
        )
    )


def test_a_form_without_conditions_has_one_route() -> None:
    spec = compiled(step("one", KIND), step("two", SURE))

    found = explore(spec, ARABIC)

    assert [[part.key for part in route.steps] for route in found.routes] == [["one", "two"]]
    assert (found.dead_steps, found.never_shown, found.never_true, found.never_false, found.capped) == (
        (),
        (),
        (),
        (),
        False,
    )
    assert found.longest == found.routes[0]


def test_each_sequence_of_steps_is_found_once() -> None:
    spec = compiled(
        step("one", KIND),
        step("two", SURE, show_if=WHEN_A),
        step("three", field("short_text", "why"), show_if=condition(("sure", "equals", "no"))),
    )

    found = keys(spec)

    assert sorted(found) == [["one"], ["one", "two"], ["one", "two", "three"]]
    faultless(spec)


def test_each_condition_is_met_and_missed_by_a_route() -> None:
    spec = one_step(
        KIND,
        field("short_text", "reason", show_if=WHEN_A),
        field("email", "mail", required=False, require_if=condition(("reason", "answered", ""))),
    )

    found = explore(spec, ARABIC)

    assert {"reason" in route.answers for route in found.routes} == {True, False}
    assert (found.never_true, found.never_false) == ((), ())
    faultless(spec)


def test_a_required_answer_cannot_be_missing() -> None:
    spec = one_step(KIND, field("short_text", "q", show_if=condition(("kind", "not_answered", ""))))

    found = explore(spec, ARABIC)

    assert [(place.field.key, place.certain) for place in found.never_shown if place.field] == [("q", True)]
    assert [place.field.key for place in found.never_true if place.field] == ["q"]


def test_a_condition_that_always_holds_is_told() -> None:
    spec = one_step(KIND, field("short_text", "q", show_if=condition(("kind", "answered", ""))))

    found = explore(spec, ARABIC)

    assert [place.field.key for place in found.never_false if place.field] == ["q"]
    assert found.never_true == ()


def test_a_step_behind_a_step_that_is_not_asked_is_dead() -> None:
    spec = compiled(
        step("one", KIND),
        step("two", SURE, show_if=WHEN_A),
        step("three", field("short_text", "q"), show_if=condition(("sure", "equals", "no"), ("kind", "equals", "b"))),
    )

    found = explore(spec, ARABIC)

    assert [(place.step.key, place.field, place.certain) for place in found.dead_steps] == [("three", None, True)]
    assert found.never_shown == ()


def test_questions_within_a_row_are_shown_and_hidden() -> None:
    group = field(
        "group",
        "people",
        item=texts("مرافق"),
        least=2,
        fields=[KIND, field("short_text", "name", show_if=WHEN_A), field("email", "mail", required=False)],
    )
    spec = one_step(SURE, {**group, "value": {**group["value"], "show_if": condition(("sure", "equals", "yes"))}})

    found = explore(spec, ARABIC)

    rows = [route.answers["people"] for route in found.routes if "people" in route.answers]
    assert {"name" in row for answer in rows for row in answer} == {True, False}
    assert all(len(answer) == 2 for answer in rows)
    assert found.never_shown == ()
    faultless(spec)


def test_a_question_of_a_row_that_no_answer_shows_is_found() -> None:
    group = field(
        "group",
        "people",
        item=texts("مرافق"),
        fields=[
            KIND,
            field("short_text", "name", show_if=condition(("kind", "equals", "a"), ("sure", "equals", "no"))),
        ],
        show_if=condition(("sure", "equals", "yes")),
    )

    found = explore(one_step(SURE, group), ARABIC)

    assert [place.field.key for place in found.never_shown if place.field] == ["name"]


def test_a_number_worked_out_of_rows_decides_a_step() -> None:
    group = field("group", "people", item=texts("مرافق"), most=6, fields=[field("whole_number", "age", least=0)])
    count = field("computed", "count", operation="count", operands=["people"])
    total = field("computed", "total", operation="sum", operands=["people.age"])
    spec = compiled(
        step("one", group, count, total),
        step("two", SURE, show_if=condition(("count", "more_than", "3"))),
        step("three", field("email", "mail"), show_if=condition(("total", "at_least", "100"))),
    )

    found = explore(spec, ARABIC)

    assert sorted(keys(spec)) == [["one"], ["one", "three"], ["one", "two"], ["one", "two", "three"]]
    assert found.dead_steps == ()
    faultless(spec)


def test_what_hangs_on_a_worked_out_number_is_never_surely_dead() -> None:
    count = field("computed", "count", operation="difference", operands=["3", "3"])
    spec = compiled(
        step("one", SURE, count), step("two", field("email", "mail"), show_if=condition(("count", "more_than", "7")))
    )

    assert [(place.step.key, place.certain) for place in explore(spec, ARABIC).dead_steps] == [("two", False)]
    assert [fault.level for fault in review(spec)] == ["warning"]


def test_a_choice_follows_the_answer_it_depends_on() -> None:
    child = field(
        "dependent_choice",
        "child",
        depends_on="kind",
        options=[option("x", parent="a"), option("y", parent="a"), option("z", parent="b")],
    )
    spec = compiled(
        step("one", KIND, child),
        step("z", SURE, show_if=condition(("child", "equals", "z"))),
        step("open", field("email", "mail"), show_if=condition(("child", "not_answered", ""))),
        step("never", field("url", "site"), show_if=condition(("child", "equals", "x"), ("kind", "equals", "b"))),
    )

    found = explore(spec, ARABIC)

    assert sorted(keys(spec)) == [["one"], ["one", "open"], ["one", "z"]]
    assert [place.step.key for place in found.dead_steps] == ["never"]
    faultless(spec)


@pytest.mark.parametrize("type_", sorted(SAMPLES))
def test_every_type_can_stand_on_a_route(type_: str) -> None:
    settings, _answer = SAMPLES[type_]
    spec = one_step(
        field("one_of", "parent", options=TWO),
        field(type_, "q", **settings),
        field("short_text", "after", required=False, show_if=condition(("parent", "equals", "b"))),
    )

    assert len(explore(spec, ARABIC).routes) == 2
    faultless(spec)


def test_five_hundred_routes_are_enough_and_it_says_so() -> None:
    spec = compiled(
        step("first", *(field("yes_no", f"q{number}") for number in range(12))),
        *(
            step(f"s{number}", field("email", f"m{number}"), show_if=condition((f"q{number}", "equals", "no")))
            for number in range(12)
        ),
    )

    found = explore(spec, ARABIC)

    assert found.capped
    assert len(found.routes) == paths.MOST_ROUTES
    assert len({tuple(part.key for part in route.steps) for route in found.routes}) == paths.MOST_ROUTES
    assert {part.key for route in found.routes for part in route.steps} == {part.key for part in spec.steps}
    assert (found.dead_steps, found.never_true, found.never_false) == ((), (), ())
    assert len(found.longest.steps) == 13 if found.longest else False


def test_fifty_steps_with_fifty_conditions_take_less_than_two_seconds() -> None:
    spec = many(51)
    began = time.process_time()

    found = explore(spec, ARABIC)

    assert time.process_time() - began < 2
    assert found.capped
    assert found.dead_steps == ()


def test_conditions_on_many_answers_at_once_are_still_decided() -> None:
    every = condition(*((f"q{number}", "equals", "no") for number in range(25)))
    spec = compiled(
        step("first", *(field("yes_no", f"q{number}") for number in range(25))),
        step("two", SURE, show_if=every),
        step("three", field("email", "mail"), show_if={**every, "match": "any"}),
    )

    found = explore(spec, ARABIC)

    assert sorted(keys(spec)) == [["first"], ["first", "three"], ["first", "two", "three"]]
    assert not found.capped


def test_the_same_form_gives_the_same_routes() -> None:
    assert explore(many(8), ARABIC) == explore(many(8), ARABIC)


# -- what review makes of it


@pytest.mark.parametrize(
    ("rule", "level"),
    [(("kind", "not_answered", ""), "error"), (("when", "after", "2200-01-01"), "warning")],
)
def test_a_step_that_no_answer_reaches_is_a_fault(rule: tuple[str, str, str], level: str) -> None:
    spec = compiled(step("one", KIND, field("date", "when", latest_days=0)), step("two", SURE, show_if=condition(rule)))

    assert [(fault.block, fault.level) for fault in review(spec)] == [("step-two", level)]


def test_a_required_question_that_is_never_shown_is_an_error() -> None:
    asked_twice = condition(("kind", "equals", "a"), ("sure", "equals", "yes"))
    spec = one_step(
        KIND,
        {**SURE, "value": {**SURE["value"], "show_if": condition(("kind", "equals", "b"))}},
        field("short_text", "q", show_if=asked_twice),
    )

    assert [fault.block for fault in errors(spec)] == ["block-q"]


def test_an_optional_question_that_is_never_shown_is_a_warning() -> None:
    spec = one_step(KIND, field("short_text", "q", required=False, show_if=condition(("kind", "not_answered", ""))))

    assert [(fault.block, fault.level) for fault in review(spec)] == [("block-q", "warning")]


def test_other_errors_come_first() -> None:
    spec = one_step(KIND, field("short_text", "q", label={}, show_if=condition(("kind", "not_answered", ""))))

    assert len(errors(spec)) == 2
    assert all("q" in (fault.block or "") for fault in errors(spec))
