"""Answers taken over to another version of a form. No database."""

from collections.abc import Callable
from typing import Any

import pytest

from forms_builder.fields.base import Context
from forms_builder.moving import Moved, Placed, move
from forms_builder.spec import FieldSpec, FormSpec, Option, StepSpec
from tests.forms_builder import samples
from tests.forms_builder.building import ENGLISH, compiled

CONTEXT = Context(language="en")
KIND_IS_A = {"===": [{"var": "kind"}, "a"]}
PDF, PNG = "application/pdf", "image/png"


def question(key: str, **more: Any) -> FieldSpec:
    return FieldSpec(**{"key": key, "type": "short_text", "label": {"en": f"Ask {key}"}, **more})


def choice(key: str, *values: str, **more: Any) -> FieldSpec:
    made = tuple(Option(value=value, label={"en": f"Option {value}"}) for value in values)
    return question(key, **{"type": "one_of", "options": made, **more})


def files(key: str, *kinds: str, most: int = 3, **more: Any) -> FieldSpec:
    settings = {"kinds": list(kinds), "max_megabytes": 1, "max_files": most}
    return question(key, type="files", settings=settings, **more)


def file(name: str, type_: str = PDF) -> dict[str, Any]:
    return {"id": f"id-{name}", "name": name, "size": 10, "type": type_}


def group(*fields: FieldSpec, most: int = 3, **more: Any) -> FieldSpec:
    return question("people", **{"type": "group", "fields": fields, "settings": {"most": most}, **more})


def form(*steps: StepSpec | tuple[FieldSpec, ...]) -> FormSpec:
    made = (
        step if isinstance(step, StepSpec) else StepSpec(key=f"s{at}", title={"en": f"Step {at}"}, fields=step)
        for at, step in enumerate(steps)
    )
    return FormSpec(steps=tuple(made))


def one_step(*fields: FieldSpec) -> FormSpec:
    return form(fields)


def places(found: list[Placed]) -> list[tuple[str, str, int]]:
    return [(one.step.key, one.field.key, one.row) for one in found]


def test_answers_to_the_same_form_are_all_kept() -> None:
    same = one_step(question("a"), choice("kind", "a", "b"), group(question("who")))
    answers = {"a": "text", "kind": "b", "people": [{"_row": "r1", "who": "Salem"}]}

    moved = move(same, same, answers, CONTEXT)

    assert moved.answers == answers
    assert [one.field.key for one in moved.kept] == ["a", "kind", "people"]
    assert (moved.dropped, moved.new, moved.unfinished) == ([], [], [])


def test_an_answer_goes_with_its_question_to_another_step() -> None:
    moved = move(
        form((question("a"), question("b")), ()), form((question("b"),), (question("a"),)), {"a": "text"}, CONTEXT
    )

    assert places(moved.kept) == [("s1", "a", 0)]
    assert moved.dropped == moved.new == []


def test_a_question_that_is_gone_tells_its_answer() -> None:
    moved = move(one_step(question("a"), question("b")), one_step(question("a")), {"a": "x", "b": "y"}, CONTEXT)

    assert moved.answers == {"a": "x"}
    assert [(one.field.key, one.answer, one.why) for one in moved.dropped] == [
        ("b", "y", "This is not asked any more.")
    ]


def test_a_question_without_an_answer_is_not_told_when_it_goes() -> None:
    assert move(one_step(question("a"), question("b")), one_step(question("a")), {}, CONTEXT).dropped == []


def test_only_questions_that_were_not_asked_before_are_new() -> None:
    moved = move(one_step(question("a"), question("b")), one_step(*map(question, "abc")), {"a": "x"}, CONTEXT)

    assert places(moved.new) == [("s0", "c", 0)]


def test_a_question_that_must_be_answered_now_is_asked_when_it_was_left_empty() -> None:
    optional, required = question("a", required=False), question("a")

    assert places(move(one_step(optional), one_step(required), {}, CONTEXT).new) == [("s0", "a", 0)]
    assert move(one_step(optional), one_step(required), {"a": "x"}, CONTEXT).new == []


@pytest.mark.parametrize(
    ("was", "now", "answer"),
    [
        (choice("a", "x", "y"), choice("a", "x"), "y"),
        (question("a"), question("a", settings={"max_length": 3}), "long"),
        (question("a"), question("a", type="yes_no"), "yes"),
        (question("a", type="yes_no"), question("a"), True),
        (question("a"), group(question("who")).model_copy(update={"key": "a"}), "Salem"),
        (group(question("who")).model_copy(update={"key": "a"}), question("a"), [{"_row": "r1", "who": "S"}]),
        # The value of an option is nothing that anybody wrote.
        (choice("a", "x"), question("a"), "x"),
        (question("a", type="many_of", options=choice("a", "x", "y").options), choice("a", "x"), ["x"]),
        (question("a", type="files", settings={"kinds": ["pdf"], "max_megabytes": 1, "max_files": 1}),
         question("a"), [file("a.pdf")]),
    ],
)  # fmt: skip
def test_an_answer_that_fits_no_more_is_told_and_asked_for_again(was: FieldSpec, now: FieldSpec, answer: Any) -> None:
    moved = move(one_step(was), one_step(now), {"a": answer}, CONTEXT)

    assert moved.answers == {}
    assert [(one.field, one.answer) for one in moved.dropped] == [(was, answer)]
    assert moved.dropped[0].why
    assert places(moved.new) == [("s0", "a", 0)]


@pytest.mark.parametrize(
    ("was", "now", "answer"),
    [
        (question("a"), question("a", type="long_text"), "text"),
        (choice("a", "x", "y"), choice("a", "y", "x", "z"), "y"),
        (choice("a", "x"), question("a", type="one_of", options=(Option(value="x", label={"en": "New"}),)), "x"),
        (question("a"), question("a", label={"en": "Other words"}, required=False), "text"),
    ],
)  # fmt: skip
def test_an_answer_that_reads_the_same_is_kept(was: FieldSpec, now: FieldSpec, answer: Any) -> None:
    moved = move(one_step(was), one_step(now), {"a": answer}, CONTEXT)

    assert moved.answers == {"a": answer}
    assert moved.dropped == moved.new == []


def test_the_child_of_a_choice_is_judged_by_what_its_parent_comes_to() -> None:
    def child(parent: str) -> FieldSpec:
        made = (Option(value="c", label={"en": "C"}, parent=parent),)
        return question("child", type="dependent_choice", options=made, settings={"depends_on": "kind"})

    kind = choice("kind", "a", "b")

    moved = move(one_step(kind, child("a")), one_step(kind, child("b")), {"kind": "a", "child": "c"}, CONTEXT)

    assert moved.answers == {"kind": "a"}
    assert [one.field.key for one in moved.dropped] == ["child"]


def test_an_answer_that_is_not_asked_for_any_more_is_kept_aside_and_told() -> None:
    kind = choice("kind", "a", "b")
    answers = {"kind": "b", "a": "text"}

    moved = move(one_step(kind, question("a")), one_step(kind, question("a", show_if=KIND_IS_A)), answers, CONTEXT)

    assert moved.answers == answers
    assert [one.field.key for one in moved.kept] == ["kind"]
    assert [one.field.key for one in moved.dropped] == ["a"]
    assert moved.new == []


def test_a_hidden_answer_is_kept_without_a_word() -> None:
    form = one_step(choice("kind", "a", "b"), question("a", show_if=KIND_IS_A))

    moved = move(form, form, {"kind": "b", "a": "text"}, CONTEXT)

    assert moved.answers == {"kind": "b", "a": "text"}
    assert moved.dropped == []


def test_a_question_that_comes_up_now_is_new() -> None:
    kind = choice("kind", "a", "b")
    hidden = question("a", show_if=KIND_IS_A)

    moved = move(one_step(kind, hidden), one_step(kind, question("a")), {"kind": "b"}, CONTEXT)

    assert places(moved.new) == [("s0", "a", 0)]


def test_questions_that_come_up_with_a_dropped_answer_are_not_asked() -> None:
    hidden = question("a", show_if=KIND_IS_A)

    moved = move(
        one_step(choice("kind", "a", "b"), hidden), one_step(choice("kind", "b", "c"), hidden),
        {"kind": "a", "a": "text"}, CONTEXT,
    )  # fmt: skip

    assert places(moved.new) == [("s0", "kind", 0)]
    assert {one.field.key for one in moved.dropped} == {"kind", "a"}


def test_entries_are_kept_one_by_one() -> None:
    old = one_step(group(question("who"), question("car", required=False)))
    new = one_step(group(question("who"), question("phone")))
    rows = [{"_row": "r1", "who": "Salem", "car": "A"}, {"_row": "r4", "who": "Reem"}]

    moved = move(old, new, {"people": rows}, CONTEXT)

    assert moved.answers == {"people": [{"_row": "r1", "who": "Salem"}, {"_row": "r4", "who": "Reem"}]}
    assert [(one.field.key, one.row, one.answer) for one in moved.dropped] == [("car", 1, "A")]
    assert places(moved.new) == [("s0", "phone", 1), ("s0", "phone", 2)]
    assert [one.field.key for one in moved.unfinished] == ["people"]


def test_a_part_of_an_entry_that_fits_no_more_leaves_the_rest_of_it() -> None:
    old = one_step(group(question("who"), choice("role", "a", "b")))
    new = one_step(group(question("who"), choice("role", "a")))
    rows = [{"_row": "r1", "who": "Salem", "role": "a"}, {"_row": "r2", "who": "Reem", "role": "b"}]

    moved = move(old, new, {"people": rows}, CONTEXT)

    assert moved.answers == {"people": [rows[0], {"_row": "r2", "who": "Reem"}]}
    assert [(one.field.key, one.row, one.answer) for one in moved.dropped] == [("role", 2, "b")]
    assert places(moved.new) == [("s0", "role", 2)]


def test_more_entries_than_are_taken_now_are_all_kept_for_the_person_to_choose() -> None:
    rows = [{"_row": f"r{at}", "who": f"Person {at}"} for at in range(1, 4)]

    moved = move(one_step(group(question("who"))), one_step(group(question("who"), most=2)), {"people": rows}, CONTEXT)

    assert moved.answers == {"people": rows}
    assert moved.dropped == []
    assert [(one.field.key, one.why) for one in moved.unfinished] == [
        ("people", "Keep 2 entries and remove the others: Ask people")
    ]


def test_files_are_judged_one_by_one() -> None:
    refs = [file("a.pdf"), file("b.png", PNG), file("c.pdf")]

    moved = move(one_step(files("papers", "pdf", "png")), one_step(files("papers", "pdf")), {"papers": refs}, CONTEXT)

    assert moved.answers == {"papers": [refs[0], refs[2]]}
    assert [one.answer for one in moved.dropped] == [[refs[1]]]
    assert moved.new == moved.unfinished == []


def test_more_files_than_are_taken_now_are_all_kept_for_the_person_to_choose() -> None:
    refs = [file("a.pdf"), file("b.pdf")]

    moved = move(one_step(files("papers", "pdf")), one_step(files("papers", "pdf", most=1)), {"papers": refs}, CONTEXT)

    assert moved.answers == {"papers": refs}
    assert moved.dropped == []
    assert [one.field.key for one in moved.unfinished] == ["papers"]


def test_a_declaration_whose_text_changed_is_agreed_to_again() -> None:
    def declared(text: str) -> FormSpec:
        return one_step(question("honest", type="declaration", settings={"text": {"en": text}}))

    agreed = {"accepted": True, "text": "I am honest", "digest": "d", "language": "en", "at": "", "address": ""}

    assert move(declared("I am honest"), declared("I am honest"), {"honest": agreed}, CONTEXT).answers
    moved = move(declared("I am honest"), declared("All is true"), {"honest": agreed}, CONTEXT)
    assert moved.answers == {}
    assert places(moved.new) == [("s0", "honest", 0)]


def test_a_computed_number_is_worked_out_anew_and_never_told() -> None:
    def counted() -> FieldSpec:
        return question("count", type="computed", settings={"operation": "count", "operands": ["people"]})

    more = question("more", show_if={">": [{"var": "count"}, 1]})
    rows = [{"_row": "r1", "who": "S"}, {"_row": "r2", "who": "R"}]

    moved = move(
        one_step(group(question("who")), counted()), one_step(group(question("who")), counted(), more),
        {"people": rows}, CONTEXT,
    )  # fmt: skip

    assert places(moved.new) == [("s0", "more", 0)]
    without = move(one_step(group(question("who")), counted()), one_step(group(question("who"))), {"people": rows},
                   CONTEXT)  # fmt: skip
    assert without.dropped == []


def test_what_is_dropped_stands_in_the_order_of_the_old_form() -> None:
    old = form((question("a"), question("b")), (question("c"),))
    new = form((question("b", type="yes_no"),), (question("d"),))

    moved = move(old, new, {"a": "1", "b": "2", "c": "3"}, CONTEXT)

    assert [one.field.key for one in moved.dropped] == ["a", "b", "c"]


def _long(fields: int, steps: int, changed: Callable[[int], bool]) -> FormSpec:
    per_step = fields // steps
    return form(*(
        tuple(question(f"q{at}", type="long_text" if changed(at) else "short_text")
              for at in range(number * per_step, (number + 1) * per_step))
        for number in range(steps)
    ))  # fmt: skip


@pytest.mark.parametrize(("fields", "steps"), [(300, 15), (100, 50)])
def test_long_forms_are_taken_over_whole(fields: int, steps: int) -> None:
    old, new = _long(fields, steps, lambda at: False), _long(fields, steps, lambda at: at % 3 == 0)
    answers = {f"q{at}": f"Answer {at}" for at in range(fields)}

    moved: Moved = move(old, new, answers, CONTEXT)

    assert moved.answers == answers
    assert moved.dropped == moved.new == []


def test_an_answer_behind_an_ending_of_the_new_form_is_set_aside_and_told() -> None:
    about, reason = (
        samples.step("about", samples.field("yes_no", "adult")),
        samples.step("why", samples.field("short_text", "reason")),
    )
    ending = {
        "type": "ending",
        "id": "ending",
        "value": {
            "title": samples.texts("لا"),
            "key": "too-young",
            "intro": samples.texts("لا"),
            "show_if": samples.condition(("adult", "equals", "no")),
        },
    }

    moved = move(compiled(about, reason), compiled(about, ending, reason), {"adult": False, "reason": "x"}, ENGLISH)

    assert [placed.field.key for placed in moved.kept] == ["adult"]
    assert [placed.field.key for placed in moved.dropped] == ["reason"]
    assert moved.answers == {"adult": False, "reason": "x"}
