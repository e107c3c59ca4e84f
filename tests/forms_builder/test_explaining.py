"""A form tells in words why something is shown, hidden, required or due."""

from typing import Any

import pytest

from forms_builder.compiler import compile_form
from forms_builder.explaining import Explained, Outcome, explain, in_words
from forms_builder.spec import FormSpec
from tests.forms_builder.building import STEPS, compiled
from tests.forms_builder.samples import TWO, condition, field, option, step, texts
from tests.forms_builder.test_endings import ending
from tests.forms_builder.test_fees import LINES, line

KIND = field(
    "one_of",
    "kind",
    label=texts("النوع", "Type"),
    options=[option("a", label=texts("فرد", "individual")), option("b", label=texts("منشأة", "company"))],
)
AGE = field("whole_number", "age", label=texts("العمر", "Age"))
IS_INDIVIDUAL = condition(("kind", "equals", "a"))


def told(spec: FormSpec, language: str = "en", **answers: Any) -> dict[str, Explained]:
    """What is said of every step and question, by name."""
    outcome = explain(spec, answers, language)
    return {part.name: part for step in outcome.steps for part in (step, *step.parts)}


def asked_of(show_if: dict[str, Any], **more: Any) -> FormSpec:
    return compiled(step("first", KIND, AGE), step("second", field("email", "mail", show_if=show_if, **more)))


@pytest.mark.parametrize(
    ("language", "answer", "sentence"),
    [
        ("en", "a", "Shown because “Type” is “individual”."),
        ("en", "b", "Hidden because “Type” is “company”. Shown only when “Type” is “individual”."),
        ("en", None, "Hidden because “Type” is not answered. Shown only when “Type” is “individual”."),
        ("ar", "a", "يظهر لأن «النوع» يساوي «فرد»."),
        ("ar", "b", "مخفي لأن «النوع»: «منشأة». ولا يظهر إلا إذا كان «النوع» يساوي «فرد»."),
    ],
)
def test_why_a_question_is_shown_or_hidden_stands_in_words(language: str, answer: str | None, sentence: str) -> None:
    spec = asked_of(IS_INDIVIDUAL)

    name = {"en": "Question mail", "ar": "سؤال mail"}[language]
    explained = told(spec, language, **({"kind": answer} if answer else {}))[name]

    assert explained.why == sentence
    assert explained.state == ("shown" if answer == "a" else "hidden")


def test_only_what_decided_is_named() -> None:
    either = condition(("kind", "equals", "a"), ("age", "at_least", "18"), match="any")
    both = condition(("kind", "equals", "a"), ("age", "at_least", "18"))

    assert told(asked_of(either), kind="b", age=20)["Question mail"].why == "Shown because “Age” is at least “18”."
    assert told(asked_of(both), kind="a", age=7)["Question mail"].why == (
        "Hidden because “Age” is “7”. Shown only when “Type” is “individual” and “Age” is at least “18”."
    )


def test_a_group_of_rules_stands_in_brackets() -> None:
    inner = condition(("kind", "equals", "b"), ("age", "less_than", "18"), match="any")
    nested = {"match": "all", "rules": [*IS_INDIVIDUAL["rules"], {"type": "group", "value": inner_rules(inner)}]}
    spec = asked_of(nested)
    mail = spec.field("mail")

    assert mail is not None
    assert mail.show_if is not None
    fields = {one.key: one for one in spec.fields()}
    assert in_words(mail.show_if, fields, "en") == (
        "“Type” is “individual” and (“Type” is “company” or “Age” is less than “18”)"
    )


def inner_rules(rules: dict[str, Any]) -> dict[str, Any]:
    return {"match": rules["match"], "rules": [rule["value"] for rule in rules["rules"]]}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (("many", "contains", "a"), "“Question many” includes “Option a”"),
        (("many", "not_contains", "b"), "“Question many” does not include “Option b”"),
        (("kind", "one_of", "a,b"), "“Type” is one of “individual, company”"),
        (("day", "before", "2026-03-27"), "“Question day” is before “8 Shawwal 1447 AH (27 March 2026)”"),
        (("sure", "equals", "yes"), "“Question sure” is “Yes”"),
        (("kind", "not_answered", ""), "“Type” is not answered"),
        (("kind", "equals", "gone"), "“Type” is “gone”"),
        (("nobody", "equals", "x"), "“nobody” is “x”"),
    ],
)
def test_every_comparison_has_words(rule: tuple[str, str, str], words: str) -> None:
    read = [KIND, field("many_of", "many", options=TWO), field("date", "day"), field("yes_no", "sure")]
    spec = compiled(step("first", *read, field("email", "mail", show_if=condition(rule))))
    mail = spec.field("mail")

    assert mail is not None
    assert mail.show_if is not None
    assert in_words(mail.show_if, {one.key: one for one in spec.fields()}, "en") == words


def test_a_question_says_whether_it_must_be_answered_and_why() -> None:
    spec = asked_of(IS_INDIVIDUAL, required=False, require_if=condition(("age", "at_least", "18")))

    assert told(spec, kind="a", age=20)["Question mail"].requiring == "Must be answered because “Age” is at least “18”."
    assert told(spec, kind="a", age=7)["Question mail"].requiring == "May be left open because “Age” is “7”."
    assert told(spec, kind="a")["Type"].requiring == "Must be answered."
    assert told(spec, kind="b", age=20)["Question mail"].requiring == ""


def test_a_step_has_its_own_reason_and_what_comes_after_an_ending_says_so() -> None:
    spec = compiled(
        step("first", field("yes_no", "adult", label=texts("بالغ", "Adult"))),
        ending(),
        step("second", AGE, show_if=condition(("adult", "equals", "yes"))),
    )

    minor, adult = explain(spec, {"adult": False}, "en"), explain(spec, {"adult": True}, "en")

    assert minor.ending is not None
    assert (minor.ending.key, adult.ending) == ("too-young", None)
    assert [one.state for one in minor.steps] == ["shown", "shown", "hidden"]
    assert minor.steps[2].why == "Not reached: the form ends at “You cannot apply”."
    assert adult.steps[1].why == "Hidden because “Adult” is “Yes”. Shown only when “Adult” is “No”."
    assert adult.steps[2].why == "Shown because “Adult” is “Yes”."


def test_an_answer_of_a_hidden_question_explains_nothing() -> None:
    spec = compiled(
        step("first", KIND, field("yes_no", "sure", show_if=IS_INDIVIDUAL)),
        step("second", field("email", "mail", show_if=condition(("sure", "equals", "yes")))),
    )

    assert told(spec, kind="b", sure=True)["Question mail"].why.startswith("Hidden because “Question sure” is not")


def test_the_questions_of_an_entry_are_explained_by_its_own_answers() -> None:
    group = field("group", "others", fields=[KIND, field("email", "mail", show_if=IS_INDIVIDUAL)], most=3)
    spec = compiled(step("first", group))

    (explained,) = explain(spec, {"others": [{"kind": "b"}]}, "en").steps[0].parts

    assert [part.state for part in explained.parts] == ["shown", "hidden"]
    assert explained.parts[1].why.startswith("Hidden because “Type” is “company”.")


def outcome_with_fees(**answers: Any) -> Outcome:
    lines = [
        line("10", name="Base"),
        line("5", name="Fast", show_if=IS_INDIVIDUAL),
        line("2", name="Each", per="age"),
    ]
    spec = compile_form(STEPS.to_python([step("first", KIND, AGE)]), fee_lines=LINES.to_python(lines))
    return explain(spec, answers, "en")


def test_fees_say_why_they_are_due() -> None:
    assert [fee.why for fee in outcome_with_fees(kind="a", age=2).fees] == [
        "Always due.",
        "Due because “Type” is “individual”.",
        "Due because “Age” is “2”.",
    ]
    assert [fee.why for fee in outcome_with_fees(kind="b").fees[1:]] == [
        "Not due because “Type” is “company”. Due only when “Type” is “individual”.",
        "Not due because “Age” is not answered.",
    ]
