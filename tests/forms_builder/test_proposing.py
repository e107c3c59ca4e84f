"""Names that are proposed for what an editor left without one."""

import re

import pytest

from forms_builder.compiler import compile_form
from forms_builder.fields.editing import KEY_PATTERN, STEP_PATTERN, VALUE_PATTERN
from forms_builder.proposing import name_from, unused
from forms_builder.spec import FormSpec
from tests.forms_builder.building import STEPS
from tests.forms_builder.posting import posted
from tests.forms_builder.samples import field, option, step, texts


def saved(*steps: object) -> FormSpec:
    """The form as the editor's page sends it: blocks as inputs."""
    return compile_form(STEPS.value_from_datadict(posted(STEPS, STEPS.to_python(list(steps)), "form"), {}, "form"))


@pytest.mark.parametrize(
    ("arabic", "english", "name"),
    [
        ("سبب الزيارة", "Reason for the visit", "reason_for_the_visit"),
        ("رقم ١٢", "", "rqm_12"),
        ("مُدَّة الإقامة", "", "mdh_alaqamh"),
        ("صورتان", "2 photos", "photos_2"),
        ("اسم الأب", "Father's café", "fathers_cafe"),
        ("سؤال", "؟!", "swal"),
        ("؟", "12", ""),
    ],
)
def test_a_name_is_made_of_the_english_words_or_else_of_arabic_letters(arabic: str, english: str, name: str) -> None:
    assert name_from({"ar": arabic, "en": english}) == name


@pytest.mark.parametrize("text", ["a" * 200, "word " * 60, "ضض" * 90, "1 2 3 four"])
def test_whatever_was_written_the_name_is_a_right_one(text: str) -> None:
    assert re.fullmatch(KEY_PATTERN, name_from({"en": text}))
    assert re.fullmatch(STEP_PATTERN, name_from({"en": text}, "-"))
    assert re.fullmatch(VALUE_PATTERN, name_from({"en": text}))


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unused("name", ["name", "name_2", "other"]) == "name_3"


def test_what_was_left_without_a_name_has_one_after_saving() -> None:
    spec = saved(
        step("", field("one_of", "", options=[option(""), option("")], label=texts("النوع", "Kind"))),
        step("", field("email", "", label=texts("النوع", "Kind")), title=texts("البيانات", "Your details")),
    )

    assert [one.key for one in spec.steps] == ["step", "your-details"]
    assert [one.key for one in spec.fields()] == ["kind", "kind_2"]
    assert [one.value for one in next(spec.fields()).options] == ["option", "option_2"]


def test_a_name_that_stands_stays_whatever_its_label_says_now() -> None:
    spec = saved(step("first", field("email", "mail", label=texts("جوال", "Mobile"))))

    assert (spec.steps[0].key, next(spec.fields()).key) == ("first", "mail")


def test_a_question_of_an_entry_gets_no_name_of_the_form_around_it() -> None:
    inner = field("email", "", label=texts("الاسم", "Name"))
    spec = saved(step("first", field("short_text", "name"), field("group", "others", fields=[inner])))

    assert [one.key for one in list(spec.fields())[1].fields] == ["name_2"]


def test_reserved_names_are_not_proposed() -> None:
    spec = saved(step("", field("email", "", label=texts("الطلب", "Request")), title=texts("مراجعة", "Review")))

    assert (spec.steps[0].key, next(spec.fields()).key) == ("review-2", "request_2")


def test_nothing_is_proposed_before_there_are_words() -> None:
    spec = saved(step("", field("email", "", label={"ar": "", "en": ""}), title={"ar": "", "en": ""}))

    assert (spec.steps[0].key, next(spec.fields()).key) == ("", "")
