"""Two versions of a form, compared in words. No database."""

from typing import Any

import pytest
from django.utils.translation import override

from forms_builder.comparison import Kind, compare, for_applicants, sentences
from forms_builder.spec import FeeLine, FieldSpec, FormSpec, Option, StepSpec

IF_A = {"===": [{"var": "a"}, "x"]}


def question(key: str, **more: Any) -> FieldSpec:
    return FieldSpec(**{"key": key, "type": "short_text", "label": {"ar": f"سؤال {key}", "en": f"Ask {key}"}, **more})


def step(key: str, *fields: FieldSpec, **more: Any) -> StepSpec:
    return StepSpec(**{"key": key, "title": {"ar": f"خطوة {key}", "en": f"Step {key}"}, "fields": fields, **more})


def form(*steps: StepSpec) -> FormSpec:
    return FormSpec(steps=steps)


def choice(*options: tuple[str, str], **more: Any) -> FieldSpec:
    made = tuple(Option(value=value, label={"en": label}) for value, label in options)
    return question("a", type="one_of", options=made, **more)


def group(*fields: FieldSpec) -> FieldSpec:
    return question("people", type="group", fields=fields)


def words(old: FormSpec, new: FormSpec) -> list[str]:
    with override("en"):
        return sentences(compare(old, new), "en")


def one(old: FieldSpec, new: FieldSpec) -> list[str]:
    return words(form(step("s", old)), form(step("s", new)))


def test_a_setting_that_the_editor_stores_empty_is_no_change() -> None:
    """Content that was written by hand leaves it out; the first saving in the editor adds it."""
    written = question("a", type="identity_document", settings={"from_account": True})
    saved = written.model_copy(update={"settings": {"from_account": True, "kinds": []}})

    assert one(written, saved) == []


def test_zero_is_a_setting() -> None:
    [said] = one(question("a", type="whole_number"), question("a", type="whole_number", settings={"min_value": 0}))

    assert said.startswith("The settings of “Ask a” changed: ")
    assert not said.endswith(": .")


def test_the_same_form_has_no_changes() -> None:
    same = form(step("s", question("a"), group(question("b"))))

    assert compare(same, same) == []


def test_ids_of_blocks_are_no_change() -> None:
    assert one(question("a", block="1"), question("a", block="2")) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ((), (step("s"),), "The step “Step s” is new."),
        ((step("s"),), (), "The step “Step s” was removed."),
        (
            (step("s"),),
            (step("s", title={"ar": "خطوة s", "en": "Visit"}),),
            "The step “Step s” is called “Visit” now (English).",
        ),
        ((step("s"),), (step("s", intro={"en": "Hello"}),), "The introduction of the step “Step s” changed (English)."),
        ((step("s"),), (step("s", show_if=IF_A),), "The condition of the step “Step s” changed."),
        ((step("s"), step("t")), (step("t"), step("s")), "The step “Step s” stands in another place."),
    ],
)  # fmt: skip
def test_changes_of_steps_are_told(old: tuple[StepSpec, ...], new: tuple[StepSpec, ...], said: str) -> None:
    assert words(form(*old), form(*new)) == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (question("a"), question("a", label={"ar": "سؤال a", "en": "Name"}),
         "“Ask a” is called “Name” now (English)."),
        (question("a"), question("a", hint={"ar": "كما في الهوية"}), "The hint of “Ask a” changed (Arabic)."),
        (question("a"), question("a", required=False), "“Ask a” may be left empty now."),
        (question("a", required=False), question("a"), "“Ask a” must be answered now."),
        (question("a"), question("a", show_if=IF_A), "The condition of “Ask a” changed."),
        (question("a"), question("a", require_if=IF_A), "The condition of “Ask a” changed."),
        (question("a"), question("a", settings={"max_length": 5}),
         "The settings of “Ask a” changed: Characters at most."),
        (choice(("x", "X")), choice(("x", "X"), ("y", "Y")), "“Ask a” has a new option: “Y”."),
        (choice(("x", "X"), ("y", "Y")), choice(("x", "X")), "“Ask a” lost the option “Y”."),
        (choice(("x", "X")), choice(("x", "Z")), "The option “X” of “Ask a” is called “Z” now (English)."),
        (choice(("x", "X"), ("y", "Y")), choice(("y", "Y"), ("x", "X")), "The options of “Ask a” changed."),
    ],
)  # fmt: skip
def test_changes_of_questions_are_told(old: FieldSpec, new: FieldSpec, said: str) -> None:
    assert one(old, new) == [said]


def test_a_new_type_is_named_with_the_old_one() -> None:
    said = one(question("a"), question("a", type="yes_no"))

    assert len(said) == 1
    assert said[0].startswith("“Ask a” was “Short text” and is “")


def test_questions_come_go_and_move() -> None:
    old = form(step("s", question("a"), question("b")), step("t", question("c")))
    new = form(step("s", question("a"), question("d")), step("t", question("c"), question("a2"), question("b")))

    assert set(words(old, new)) == {
        "“Ask d” is new.",
        "“Ask a2” is new.",
        "“Ask b” moved to the step “Step t”.",
    }


def test_a_question_that_is_gone_is_told_by_its_old_label() -> None:
    assert words(form(step("s", question("a"), question("b"))), form(step("s", question("a")))) == [
        "“Ask b” was removed."
    ]


def test_another_order_within_a_step_is_told_for_what_moved_only() -> None:
    old = form(step("s", question("a"), question("b"), question("c")))
    new = form(step("s", question("c"), question("a"), question("b")))

    assert words(old, new) == ["“Ask c” stands in another place."]


def test_the_questions_of_rows_are_compared_under_their_group() -> None:
    old = form(step("s", group(question("a"), question("b"))))
    new = form(step("s", group(question("a", required=False), question("c"))))

    assert words(old, new) == [
        "“Ask people” › “Ask b” was removed.",
        "“Ask people” › “Ask a” may be left empty now.",
        "“Ask people” › “Ask c” is new.",
    ]


def test_changes_are_values() -> None:
    change = compare(form(step("s", question("a"))), form(step("s")))[0]

    assert (change.kind, change.step, change.field) == (Kind.FIELD_REMOVED, "s", "a")
    assert hash(change) == hash(compare(form(step("s", question("a"))), form(step("s")))[0])


def test_an_arabic_reader_gets_the_arabic_words() -> None:
    said = sentences(compare(form(step("s", question("a"))), form(step("s", question("a"), question("b")))), "ar")

    assert len(said) == 1
    assert "سؤال b" in said[0]


def test_a_rename_in_another_language_is_told_in_its_words() -> None:
    renamed = question("a", label={"ar": "سؤال a", "en": "Name"})

    said = sentences(compare(form(step("s", question("a"))), form(step("s", renamed))), "ar")

    assert "Ask a" in said[0]
    assert "Name" in said[0]


def test_both_languages_are_named_when_both_changed() -> None:
    assert one(question("a"), question("a", label={"ar": "اسم", "en": "Name"})) == [
        "“Ask a” is called “Name” now (Arabic and English)."
    ]


def test_every_part_of_a_step_and_of_a_question_is_compared() -> None:
    """Whoever adds a part to the compiled form gets a sentence for it; a better one he writes himself."""
    plain = form(step("s", question("a")))

    class MoreStep(StepSpec):
        more: str = ""

    class MoreField(FieldSpec):
        more: str = ""

    other_step = form(MoreStep(**{**step("s", question("a")).model_dump(), "more": "x"}))
    other_field = form(step("s", MoreField(**{**question("a").model_dump(), "more": "x"})))

    assert [change.kind for change in compare(plain, other_step)] == [Kind.STEP_OTHER]
    assert [change.kind for change in compare(plain, other_field)] == [Kind.OTHER]


def applicant_reads(old: FieldSpec, new: FieldSpec, language: str = "en") -> list[str]:
    return for_applicants(compare(form(step("s", old)), form(step("s", new))), language)


def test_an_applicant_is_told_in_his_language_only() -> None:
    renamed = question("a", label={"ar": "سؤال a", "en": "Name"})

    assert applicant_reads(question("a"), renamed) == ["“Ask a” is called “Name” now."]
    assert applicant_reads(question("a"), renamed, "ar") == []


@pytest.mark.parametrize("now", [question("a", show_if=IF_A), question("a", require_if=IF_A)])
def test_an_applicant_is_not_told_of_conditions(now: FieldSpec) -> None:
    assert applicant_reads(question("a"), now) == []


def test_a_long_form_is_compared_whole() -> None:
    def long(label: str) -> FormSpec:
        return form(*(
            step(f"s{at}", *(question(f"q{at}_{number}", label={"en": label}) for number in range(20)))
            for at in range(50)
        ))  # fmt: skip

    assert len(compare(long("Old"), long("New"))) == 1000


def test_changed_fees_are_told() -> None:
    fee = FeeLine(words={"ar": "رسم", "en": "Fee"}, amount="10", block="one")
    old = FormSpec(fees=(fee,), currency="SAR")

    copied = FormSpec(fees=(fee.model_copy(update={"block": "two"}),), currency="SAR")
    dearer = FormSpec(fees=(fee.model_copy(update={"amount": "12"}),), currency="SAR")

    assert compare(old, copied) == []
    assert sentences(compare(old, dearer), "en") == ["The fees changed."]
    assert for_applicants(compare(old, FormSpec()), "en") == ["The fees changed."]
