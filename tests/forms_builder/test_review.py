"""Each fault that keeps a form from going live, planted on its own."""

from typing import Any

import pytest

from forms_builder.comparison import compare
from forms_builder.conditions import OPERATORS, is_within_subset, rule
from forms_builder.fields.base import Context
from forms_builder.moving import move
from forms_builder.review import Fault, errors, review
from forms_builder.route import effective_answers
from forms_builder.spec import FormSpec
from tests.forms_builder.building import compiled, one_step
from tests.forms_builder.samples import DECLARED, FILES, TWO, condition, field, option, step, texts

KIND = field("one_of", "kind", options=TWO)
MANY = field("many_of", "many", options=TWO)
TEXT = field("short_text", "subject")


def child(**settings: Any) -> dict[str, Any]:
    return field(
        "dependent_choice", "child", **{"depends_on": "kind", "options": [option("x", parent="a")], **settings}
    )


def group(*fields: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return field("group", "people", **{"item": texts("مرافق", "companion"), "fields": list(fields), **settings})


# name → (fields of the only step, block of the fault)
PLANTED: dict[str, tuple[list[dict[str, Any]], str]] = {
    "duplicate key": ([TEXT, {**TEXT, "id": "twin"}], "twin"),
    "reserved key": ([field("short_text", "shown")], "block-shown"),
    "no key": ([{**field("short_text", ""), "id": "keyless"}], "keyless"),
    "label in one language": ([field("short_text", "q", label={"ar": "سؤال", "en": ""})], "block-q"),
    "hint in one language": ([field("short_text", "q", hint={"ar": "", "en": "hint"})], "block-q"),
    "no options": ([field("one_of", "q", options=[])], "block-q"),
    "option without a label": ([field("one_of", "q", options=[{"value": "a", "label": {}}])], "block-q"),
    "option without a value": ([field("one_of", "q", options=[option("")])], "block-q"),
    "two options of one value": ([field("one_of", "q", options=[option("a"), option("a")])], "block-q"),
    "condition on nothing": ([field("short_text", "q", show_if=condition(("", "equals", "x")))], "block-q"),
    "condition on an unknown field": (
        [field("short_text", "q", show_if=condition(("gone", "equals", "x")))],
        "block-q",
    ),
    "condition on a later field": (
        [field("short_text", "q", show_if=condition(("kind", "equals", "a"))), KIND],
        "block-q",
    ),
    "condition on itself": ([field("short_text", "q", show_if=condition(("q", "equals", "a")))], "block-q"),
    "condition on an option that is gone": (
        [KIND, field("short_text", "q", show_if=condition(("kind", "equals", "z")))],
        "block-q",
    ),
    "condition without a value": (
        [KIND, field("short_text", "q", show_if=condition(("kind", "equals", "")))],
        "block-q",
    ),
    "operator that does not fit": (
        [KIND, field("short_text", "q", show_if=condition(("kind", "before", "2026-01-01")))],
        "block-q",
    ),
    "contains on a single answer": (
        [KIND, field("short_text", "q", show_if=condition(("kind", "contains", "a")))],
        "block-q",
    ),
    "equals on many answers": ([MANY, field("short_text", "q", show_if=condition(("many", "equals", "a")))], "block-q"),
    "no such yes or no": (
        [field("yes_no", "sure"), field("short_text", "q", show_if=condition(("sure", "equals", "maybe")))],
        "block-q",
    ),
    "no such day": (
        [field("date", "day"), field("short_text", "q", show_if=condition(("day", "before", "soon")))],
        "block-q",
    ),
    "condition that never holds": (
        [KIND, field("short_text", "q", show_if=condition(("kind", "equals", "a"), ("kind", "equals", "b")))],
        "block-q",
    ),
    "wrong condition of requiring": (
        [field("short_text", "q", required=False, require_if=condition(("gone", "answered", "")))],
        "block-q",
    ),
    "upload without kinds": ([field("files", "q", **{**FILES, "kinds": []})], "block-q"),
    "upload without a size": ([field("files", "q", **{**FILES, "max_megabytes": None})], "block-q"),
    "upload without a count": ([field("files", "q", **{**FILES, "max_files": None})], "block-q"),
    "upload of an unknown kind": ([field("files", "q", **{**FILES, "kinds": ["svg"]})], "block-q"),
    "setting out of range": ([field("short_text", "q", max_length=100_000)], "block-q"),
    "child without a parent": ([child(depends_on="")], "block-child"),
    "child of an unknown parent": ([child()], "block-child"),
    "child of a later parent": ([child(), KIND], "block-child"),
    "child of a text": ([TEXT, child(depends_on="subject")], "block-child"),
    "child of an option that is gone": ([KIND, child(options=[option("x", parent="z")])], "block-child"),
    "child option for no answer": ([KIND, child(options=[option("x", parent="")])], "block-child"),
    "group without questions": ([group()], "block-people"),
    "group without a noun": ([group(TEXT, item={"ar": "مرافق", "en": ""})], "block-people"),
    "group with too few at most": ([group(TEXT, least=4, most=2)], "block-people"),
    "fault inside a group": ([group(field("short_text", "q", label={}))], "block-q"),
    "duplicate key inside a group": ([group(TEXT, {**TEXT, "id": "twin"})], "twin"),
    "most below least": ([field("many_of", "q", options=TWO, least=2, most=1)], "block-q"),
    "more than there are": ([field("many_of", "q", options=TWO, least=3)], "block-q"),
    "declaration in one language": ([field("declaration", "q", text={**DECLARED, "en": ""})], "block-q"),
    "latest before earliest": ([field("date", "q", earliest_days=3, latest_days=1)], "block-q"),
    "content in one language": (
        [TEXT, {"type": "content", "id": "block-c", "value": {"style": "warning", "text": {"ar": "ن", "en": ""}}}],
        "block-c",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_at_its_block(name: str) -> None:
    fields, block = PLANTED[name]

    found = errors(one_step(*fields))

    assert block in {fault.block for fault in found}
    assert all(fault.message for fault in found)


STEPS: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "no step": ([], None),
    "empty step": ([step("a")], "step-a"),
    "two steps of one key": ([step("a", TEXT), {**step("a", KIND), "id": "twin"}], "twin"),
    "reserved step": ([step("review", TEXT)], "step-review"),
    "step without a key": ([{**step("", TEXT), "id": "keyless"}], "keyless"),
    "title in one language": ([step("a", TEXT, title={"ar": "خ", "en": ""})], "step-a"),
    "step on a later field": ([step("a", TEXT, show_if=condition(("kind", "equals", "a"))), step("b", KIND)], "step-a"),
    "same key in two steps": ([step("a", TEXT), step("b", {**TEXT, "id": "twin"})], "twin"),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_planted_fault_of_a_step_is_found(name: str) -> None:
    steps, block = STEPS[name]

    assert block in {fault.block for fault in errors(compiled(*steps))}


def test_a_good_form_has_no_faults() -> None:
    good = compiled(
        step("a", KIND, field("short_text", "q", show_if=condition(("kind", "one_of", "a, b")))),
        step(
            "b",
            group(TEXT, field("yes_no", "more", show_if=condition(("subject", "answered", "")))),
            show_if=condition(("kind", "equals", "b")),
        ),
    )

    assert review(good) == []


@pytest.mark.parametrize(
    ("fields", "block"),
    [
        ([KIND, child(options=[option("x", parent="a")])], "block-child"),
        (
            [field("one_of", "q", options=[option("a", label=texts("أحمد")), option("b", label=texts("احمد"))])],
            "block-q",
        ),
    ],
    ids=["answer without children", "options that read the same"],
)
def test_a_doubt_is_a_warning_and_stops_nothing(fields: list[dict[str, Any]], block: str) -> None:
    spec = one_step(*fields)

    assert [(fault.level, fault.block) for fault in review(spec)] == [("warning", block)]
    assert errors(spec) == []


def test_an_unfinished_rule_does_not_show_the_question_to_everybody() -> None:
    spec = one_step(KIND, field("short_text", "q", show_if=condition(("kind", "", ""))))

    assert Fault is type(errors(spec)[0])
    assert spec.steps[0].fields[1].show_if is not None


# What an operator of ours never builds, as an import or a program may bring it.
FOREIGN: dict[str, Any] = {
    "not not": {"!!": [{"var": "kind"}]},
    "loose equality": {"==": [{"var": "kind"}, "a"]},
    "if": {"if": [{"var": "kind"}, True, False]},
    "nothing": {},
    "two at once": {"===": [{"var": "kind"}, "a"], "!==": [{"var": "kind"}, "b"]},
    "an answer alone": {"var": "kind"},
    "an answer in a list": {"and": [{"var": "kind"}]},
    "a path": {"===": [{"var": ["kind"]}, "a"]},
    "two values": {"===": [1, 1]},
    "two answers": {"===": [{"var": "kind"}, {"var": "kind"}]},
    "the wrong way round": {"===": ["a", {"var": "kind"}]},
    "one part": {"===": [{"var": "kind"}]},
    "three parts": {"<": [{"var": "kind"}, 1, 2]},
    "no parts": {"===": None},
    "no list": {"and": "kind"},
    "all of none": {"and": []},
    "true": {"and": [True]},
    "not of all": {"!": [{"and": [{"===": [{"var": "kind"}, "a"]}]}]},
    "not of an answer": {"!": [{"var": "kind"}]},
    "in a text": {"in": [{"var": "kind"}, "abc"]},
    "in answers": {"in": [{"var": "kind"}, [{"var": "kind"}]]},
    "a value that is a list": {"===": [{"var": "kind"}, ["a"]]},
    "a value that is an object": {"===": [{"var": "kind"}, {"a": 1}]},
    "deep inside": {"or": [{"===": [{"var": "kind"}, "a"]}, {"and": [{"!!": [{"var": "kind"}]}]}]},
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("place", ["show_if", "require_if", "step", "fee"])
def test_a_comparison_outside_the_subset_is_told_in_words(name: str, place: str) -> None:
    form = compiled(step("a", KIND), step("b", field("short_text", "q", required=False))).model_dump(mode="json")
    fee = {"words": texts("رسم"), "amount": "1", "block": "block-fee"}
    target = {"show_if": form["steps"][1]["fields"][0], "step": form["steps"][1], "fee": fee}
    target.get(place, form["steps"][1]["fields"][0])["require_if" if place == "require_if" else "show_if"] = FOREIGN[
        name
    ]
    form["fees"] = [fee]

    found = errors(FormSpec.model_validate(form))

    assert {"show_if": "block-q", "require_if": "block-q", "step": "step-b", "fee": "block-fee"}[place] in {
        fault.block for fault in found
    }
    assert all(len(fault.message) > 10 for fault in found)


@pytest.mark.parametrize("operator", OPERATORS)
def test_what_an_operator_builds_is_within_the_subset(operator: str) -> None:
    built = rule("kind", operator, ["a", 1, True] if OPERATORS[operator].many else "a")

    assert is_within_subset(built)
    assert is_within_subset({"or": [{"and": [built]}, built]})


@pytest.mark.parametrize("operator", ["", "!!", "and", "var", "==="])
def test_a_comparison_that_was_not_chosen_is_not_taken_for_another(operator: str) -> None:
    spec = one_step(KIND, field("short_text", "q", required=False, show_if=condition(("kind", operator, "a"))))

    assert [fault.block for fault in errors(spec)] == ["block-q"]


def circle(*keys: str) -> FormSpec:
    """A form as an import might bring it: each question is shown only when the next one is answered."""
    following = dict(zip(keys, (*keys[1:], keys[0]), strict=True))
    fields = [
        {
            "key": key,
            "type": "short_text",
            "label": texts("سؤال", "Question"),
            "show_if": {"!==": [{"var": following[key]}, None]},
            "block": f"block-{key}",
        }
        for key in keys
    ]
    title = texts("خطوة", "Step")
    return FormSpec.model_validate({"steps": [{"key": "first", "title": title, "fields": fields}]})


@pytest.mark.parametrize("keys", [("a",), ("a", "b"), ("a", "b", "c")])
def test_conditions_that_wait_for_each_other_are_refused(keys: tuple[str, ...]) -> None:
    """An editor's condition reads earlier questions only; what an import brings is held to the same."""
    assert {fault.block for fault in errors(circle(*keys))} >= {f"block-{keys[-2] if len(keys) > 1 else keys[0]}"}


def test_a_form_of_conditions_that_wait_for_each_other_is_walked_to_an_end() -> None:
    form, answers = circle("a", "b", "c"), {"a": "1", "b": "2", "c": "3"}

    assert effective_answers(form, answers) == {}
    assert move(form, form, answers, Context(language="en")).answers == answers
    assert compare(form, circle("a", "b")) != []
