"""Which steps and questions are asked."""

from forms_builder.route import (
    depended_on,
    effective_answers,
    first_incomplete,
    is_required,
    shown_fields,
    steps,
)
from tests.forms_builder.building import compiled, one_step
from tests.forms_builder.samples import TWO, condition, field, option, step

FORM = compiled(
    step(
        "first",
        field("one_of", "kind", options=TWO),
        field("yes_no", "more", show_if=condition(("kind", "equals", "a"))),
    ),
    step("second", field("short_text", "what"), show_if=condition(("more", "equals", "yes"))),
    step(
        "third",
        field("short_text", "why", required=False, require_if=condition(("kind", "equals", "b"))),
        field(
            "group",
            "people",
            required=False,
            item={"ar": "م", "en": "p"},
            fields=[
                field("one_of", "kind", options=TWO),
                field("short_text", "note", show_if=condition(("kind", "equals", "b"))),
            ],
        ),
    ),
)


def test_a_step_is_asked_when_its_condition_holds() -> None:
    assert [s.key for s in steps(FORM, {})] == ["first", "third"]
    assert [s.key for s in steps(FORM, {"kind": "a", "more": True})] == ["first", "second", "third"]


def test_an_answer_that_is_no_longer_asked_for_counts_for_nothing() -> None:
    answers = {"kind": "b", "more": True, "what": "hidden", "unknown": 1}

    assert effective_answers(FORM, answers) == {"kind": "b"}
    assert [s.key for s in steps(FORM, answers)] == ["first", "third"]


def test_a_question_is_required_when_its_condition_holds() -> None:
    why = FORM.field("why")
    assert why is not None

    assert is_required(why, {"kind": "b"})
    assert not is_required(why, {"kind": "a"})


def test_a_condition_in_a_row_reads_the_row_before_the_form() -> None:
    answers = {
        "kind": "a",
        "people": [{"_row": "r1", "kind": "b", "note": "x"}, {"_row": "r2", "kind": "a", "note": "y"}],
    }

    rows = effective_answers(FORM, answers)["people"]

    assert rows == [{"_row": "r1", "kind": "b", "note": "x"}, {"_row": "r2", "kind": "a"}]


def test_the_first_incomplete_step_is_the_one_to_go_to() -> None:
    def place(answers: dict) -> str | None:
        found = first_incomplete(FORM, answers)
        return found.key if found else None

    assert place({}) == "first"
    assert place({"kind": "a"}) == "first"
    assert place({"kind": "a", "more": True}) == "second"
    assert place({"kind": "a", "more": False}) is None
    assert place({"kind": "b"}) == "third"


def test_shown_fields_follow_the_answers_of_their_own_step() -> None:
    first = FORM.steps[0]

    assert [f.key for f in shown_fields(first, {"kind": "a"})] == ["kind", "more"]
    assert [f.key for f in shown_fields(first, {"kind": "b", "more": True})] == ["kind"]


def test_what_others_depend_on_is_known() -> None:
    dependent = one_step(
        field("one_of", "parent", options=TWO),
        field("dependent_choice", "child", depends_on="parent", options=[option("x", parent="a")]),
    )

    assert depended_on(FORM) == {"kind", "more"}
    assert depended_on(dependent) == {"parent"}
