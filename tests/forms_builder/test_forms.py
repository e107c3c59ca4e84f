"""Steps and rows as forms: what is typed, what is new, what is wrong."""

from typing import Any

import pytest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from forms_builder.display import summary
from forms_builder.fields.base import Context
from forms_builder.forms import RowForm, StepForm
from forms_builder.spec import StepSpec
from forms_builder.validation import validate
from tests.forms_builder import samples
from tests.forms_builder.building import ARABIC, ENGLISH, compiled, one_step
from tests.forms_builder.samples import NAME, TWO, condition, field, option


def form_of(step: StepSpec, typed: dict[str, Any] | None = None, *, answers: Any = None, **more: Any) -> StepForm:
    data = None
    if typed is not None:
        data = MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in typed.items()})
    return StepForm(step, answers=answers or {}, context=more.pop("context", ARABIC), data=data, **more)


def only(*fields: dict[str, Any]) -> StepSpec:
    return one_step(*fields).steps[0]


PHONE = only(field("phone", "q"))
IDENTITY = only(field("identity_document", "q", kinds=["national_id", "residence"]))
DATE = only(field("date", "q"))

TYPED: list[tuple[StepSpec, dict[str, Any], Any]] = [
    (PHONE, {"q": "٠٥٠١٢٣٤٥٦٧"}, "+966501234567"),
    (PHONE, {"q": "\u200f 50-123 4567 \u202c"}, "+966501234567"),
    (PHONE, {"q": "00966501234567"}, "+966501234567"),
    (IDENTITY, {"q": "١٠٠٠ ٠٠٠ ٠٠٨", "q.kind": "national_id"}, {"type": "national_id", "number": "1000000008"}),
    (IDENTITY, {"q": "\u200e2000000006\u00a0", "q.kind": "residence"}, {"type": "residence", "number": "2000000006"}),
    (DATE, {"q.day": "٢٧", "q.month": "۳", "q.year": "2026"}, "2026-03-27"),
    (DATE, {"q.day": " 07 ", "q.month": "3", "q.year": "٢٠٢٦"}, "2026-03-07"),
    (only(field("short_text", "q")), {"q": " \u202bمـوعـد\u202c  مع\t الإدارة\x00 "}, "موعد مع الإدارة"),
    (only(field("long_text", "q")), {"q": "أول \r\nثانٍ\ud800"}, "أول\nثانٍ"),
    (only(field("email", "q")), {"q": " Ahmad@EXAMPLE.com\u200f"}, "Ahmad@example.com"),
    (only(field("full_name", "q")), {"q": f"  {NAME.replace(' ', '  ')} "}, NAME),
    (only(field("full_name", "q", parts=2)), {"q": "Jean-Luc d'Arc"}, "Jean-Luc d'Arc"),
    (only(field("many_of", "q", options=TWO)), {"q": ["b", "a", "a"]}, ["a", "b"]),
    (only(field("yes_no", "q")), {"q": "no"}, False),
]


@pytest.mark.parametrize(("step", "typed", "answer"), TYPED)
def test_stray_marks_spaces_and_digits_of_any_script_are_no_mistake(step: StepSpec, typed: Any, answer: Any) -> None:
    form = form_of(step, typed)

    assert form.errors == {}
    assert form.answers() == {"q": answer}


WRONG: list[tuple[StepSpec, dict[str, Any], str]] = [
    (PHONE, {"q": "0112345"}, "9"),
    (PHONE, {"q": "0112345678"}, "9"),
    (PHONE, {"q": "abc"}, "9"),
    (IDENTITY, {"q": "1098765432", "q.kind": "national_id"}, "digit"),
    (IDENTITY, {"q": "2000000006", "q.kind": "national_id"}, "beginning with 1"),
    (IDENTITY, {"q": "A1234567", "q.kind": "passport"}, "kind of document"),
    (IDENTITY, {"q": "1000000008", "q.kind": ""}, "kind of document"),
    (DATE, {"q.day": "31", "q.month": "2", "q.year": "2026"}, "exists"),
    (DATE, {"q.day": "1", "q.month": "", "q.year": "2026"}, "month"),
    (DATE, {"q.day": "1", "q.month": "1", "q.year": "26"}, "exists"),
    (DATE, {"q.day": "²", "q.month": "1", "q.year": "2026"}, "exists"),
    (only(field("date", "q", latest_days=0)), {"q.day": "1", "q.month": "1", "q.year": "2199"}, "up to"),
    (only(field("date", "q", earliest_days=0)), {"q.day": "1", "q.month": "1", "q.year": "1999"}, "from"),
    (only(field("email", "q")), {"q": "ahmad"}, "name@example.com"),
    (only(field("full_name", "q")), {"q": "أحمد اليامي"}, "four parts"),
    (only(field("full_name", "q", parts=2)), {"q": "R2 D2"}, "letters"),
    (only(field("short_text", "q", max_length=3)), {"q": "أربعة"}, "3 characters"),
    (only(field("one_of", "q", options=TWO)), {"q": "z"}, "Choose"),
    (only(field("many_of", "q", options=TWO)), {"q": ["a", "z"]}, "Choose"),
    (only(field("many_of", "q", options=TWO, least=2)), {"q": ["a"]}, "at least 2"),
    (only(field("many_of", "q", options=TWO, most=1)), {"q": ["a", "b"]}, "no more than 1"),
]


@pytest.mark.parametrize(("step", "typed", "words"), WRONG)
def test_a_wrong_answer_is_told_what_to_do_and_stays_as_it_was_typed(step: StepSpec, typed: Any, words: str) -> None:
    form = form_of(step, typed, context=ENGLISH)

    assert words in str(form.errors["q"][0])
    assert form.answers() == {}
    html = "".join(str(part.value) for part in form.parts)
    for value in typed.values():
        assert all(text in html for text in (value if isinstance(value, list) else [value]))
    assert form.error_list() == [(form.anchor("q"), str(form.errors["q"][0]))]


def test_the_day_of_a_limit_itself_is_allowed() -> None:
    step = only(field("date", "q", earliest_days=0, latest_days=0))
    today = timezone.localdate()

    assert form_of(step, {"q.day": today.day, "q.month": today.month, "q.year": today.year}).is_valid()


DEPENDING = only(
    field("one_of", "kind", options=TWO),
    field("short_text", "why", show_if=condition(("kind", "equals", "b"))),
    field("dependent_choice", "child", depends_on="kind", options=[option("x", parent="a"), option("y", parent="b")]),
)


def test_a_question_that_has_just_come_up_is_no_error() -> None:
    first = form_of(DEPENDING)

    form = form_of(DEPENDING, {"shown": first.shown_value, "kind": "b"})

    assert form.errors == {}
    assert form.newly_asked == ["why", "child"]
    assert [part.key for part in form.parts] == ["kind", "why", "child"]
    assert form.answers() == {"kind": "b"}


def test_a_question_that_was_on_the_page_must_be_answered() -> None:
    before = form_of(DEPENDING, answers={"kind": "b"})

    form = form_of(DEPENDING, {"shown": before.shown_value, "kind": "b"})

    assert set(form.errors) == {"why", "child"}
    assert not form.has_new_questions


def test_a_child_of_another_parent_is_asked_again_or_refused() -> None:
    before = form_of(DEPENDING, answers={"kind": "a"})

    asked_again = form_of(DEPENDING, {"shown": before.shown_value, "kind": "b", "child": "x", "why": "w"})
    without_page = form_of(DEPENDING, {"kind": "b", "child": "x", "why": "w"})

    assert "child" in asked_again.newly_asked
    assert set(without_page.errors) == {"child"}


def test_a_hidden_answer_is_kept_in_the_draft_and_never_submitted() -> None:
    spec = compiled(samples.step("s", *_as_blocks()))
    stored = {"kind": "b", "why": "because", "child": "y"}

    form = form_of(DEPENDING, {"kind": "a", "child": "x", "why": "forged"}, answers=stored)

    assert form.merged() == {"kind": "a", "why": "because", "child": "x"}
    assert validate(spec, form.merged(), ARABIC).answers == {"kind": "a", "child": "x"}


def _as_blocks() -> list[dict[str, Any]]:
    return [
        field("one_of", "kind", options=TWO),
        field("short_text", "why", show_if=condition(("kind", "equals", "b"))),
        field(
            "dependent_choice", "child", depends_on="kind", options=[option("x", parent="a"), option("y", parent="b")]
        ),
    ]


def test_an_emptied_answer_goes_and_a_wrong_one_leaves_what_was_stored() -> None:
    step = only(field("short_text", "subject", required=False), field("phone", "mobile"))
    stored = {"subject": "x", "mobile": "+966501234567"}

    form = form_of(step, {"subject": " ", "mobile": "12"}, answers=stored)

    assert form.merged() == {"mobile": "+966501234567"}
    assert form.typed() == {"mobile": ["12"], "subject": [" "]}


def test_what_the_account_knows_is_filled_in_but_not_for_companions() -> None:
    known = Context(language="ar", known={"full_name": NAME, "identity": {"type": "passport", "number": "A1234567"}})
    spec = one_step(field("full_name", "q"), field("full_name", "other", from_account=False), IDENTITY_BLOCK, PEOPLE)
    form = StepForm(spec.steps[0], answers={}, context=known)
    row = RowForm(spec.steps[0].fields[-1], "r1", answers={}, context=known)

    assert form["q"].value() == NAME
    assert form["other"].value() is None
    assert form["identity"].value() == {"type": "passport", "number": "A1234567"}
    assert row["name"].value() is None


@pytest.mark.parametrize(
    ("mobile", "country", "settings", "shown"),
    [
        ("+966501234567", "SA", {}, "501234567"),
        ("+201001234567", "EG", {}, "1001234567"),
        ("+966501234567", "EG", {}, None),
        ("+962791234567", "SA", {}, None),
        ("+966112345678", "SA", {}, None),
        ("+966112345678", "SA", {"mobile_only": False}, "112345678"),
        ("+96650", "SA", {}, None),
        (7, "SA", {}, None),
    ],
)
def test_a_number_of_the_account_is_filled_in_only_where_it_is_taken_as_it_stands(
    mobile: Any, country: str, settings: dict[str, Any], shown: str | None
) -> None:
    spec = one_step(field("phone", "q", **settings))
    context = Context(language="en", country=country, known={"mobile": mobile})
    form = StepForm(spec.steps[0], answers={}, context=context)

    assert form["q"].value() == shown
    if shown:
        sent = StepForm(spec.steps[0], answers={}, context=context, data=MultiValueDict({"q": [shown]}))
        assert sent.answers() == {"q": mobile}


@pytest.mark.parametrize(
    ("country", "kinds", "is_filled_in"),
    [
        ("SA", ["national_id", "passport"], True),
        ("SA", ["national_id"], True),
        ("SA", ["residence"], False),
        ("SA", ["residence", "passport"], False),
        ("EG", ["national_id", "passport"], False),
    ],
)
def test_an_identity_of_the_account_is_filled_in_only_where_it_is_taken(
    country: str, kinds: list[str], is_filled_in: bool
) -> None:
    known = {"identity": {"type": "national_id", "number": "1000000016"}}
    spec = one_step(field("identity_document", "q", kinds=kinds))

    form = StepForm(spec.steps[0], answers={}, context=Context(language="en", country=country, known=known))

    assert form["q"].value() == (known["identity"] if is_filled_in else None)


IDENTITY_BLOCK = field("identity_document", "identity")
PEOPLE = field(
    "group",
    "people",
    item=samples.texts("مرافق", "companion"),
    most=2,
    required=False,
    fields=[field("full_name", "name"), field("files", "photo", **samples.FILES)],
)
ROW = {"_row": "r1", "name": NAME, "photo": [samples.LETTER]}


def test_a_row_is_a_form_with_names_of_its_own() -> None:
    group = only(PEOPLE).fields[0]

    form = RowForm(
        group,
        "r1",
        answers={},
        context=ARABIC,
        data=MultiValueDict({"people.r1.name": [NAME], "name": ["forged"], "people.r2.name": ["forged"]}),
        files={"people.r1.photo": [samples.LETTER], "people.r2.photo": [samples.PHOTO]},
    )

    assert form.is_valid(), form.errors
    assert form.row_answers() == ROW
    assert form.parts[0].id == "q-people.r1.name"


def test_files_count_by_what_is_stored_and_never_by_what_is_posted() -> None:
    step = only(field("files", "q", **samples.FILES))

    assert not form_of(step, {"q": '[{"id": "forged"}]'}).is_valid()
    assert form_of(step, {}, files={"q": [samples.LETTER]}).answers() == {"q": [samples.LETTER]}


@pytest.mark.parametrize("ref", [{"size": 6 * 1024 * 1024}, {"type": "image/svg+xml"}])
def test_a_file_beyond_the_limits_of_a_newer_form_is_refused(ref: dict[str, Any]) -> None:
    step = only(field("files", "q", **samples.FILES))

    assert not form_of(step, {}, files={"q": [{**samples.LETTER, **ref}]}).is_valid()
    assert not form_of(step, {}, files={"q": [samples.LETTER] * 3}).is_valid()


def test_an_incomplete_row_is_told_at_the_group() -> None:
    step = only(PEOPLE)

    good = form_of(step, {}, answers={"people": [ROW]})
    bad = form_of(step, {}, answers={"people": [ROW, {"_row": "r2", "name": "x"}]}, context=ENGLISH)
    many = form_of(step, {}, answers={"people": [ROW] * 3})

    assert good.is_valid()
    assert "companion 2" in str(bad.errors["people"][0])
    assert [row.is_complete for row in bad.groups[0].rows] == [True, False]
    assert "people" in many.errors
    assert not many.groups[0].can_add


def test_rows_lose_their_names_and_unknown_keys_when_they_are_submitted() -> None:
    spec = one_step(PEOPLE)

    result = validate(spec, {"people": [{**ROW, "extra": 1}], "other": 2}, ARABIC)

    assert result.faults == []
    assert result.answers == {"people": [{"name": NAME, "photo": [samples.LETTER]}]}


def test_a_fault_in_a_row_names_its_place() -> None:
    faults = validate(one_step(PEOPLE), {"people": [ROW, {"name": "x"}]}, ENGLISH).faults

    assert [(f.field, f.row, f.subfield) for f in faults] == [("people", 2, "name"), ("people", 2, "photo")]


def test_a_declaration_keeps_what_was_agreed_to_and_a_new_text_is_agreed_to_anew() -> None:
    spec = one_step(field("declaration", "agree", text=samples.DECLARED))

    answer = form_of(spec.steps[0], {"agree": "on"}).answers()["agree"]
    changed = one_step(field("declaration", "agree", text={"ar": "نص جديد", "en": "New text"}))

    assert answer["text"] == samples.DECLARED["ar"]
    assert (answer["language"], answer["at"], answer["address"]) == ("ar", *ARABIC.evidence.values())
    assert validate(spec, {"agree": answer}, ENGLISH).answers == {"agree": answer}
    assert validate(changed, {"agree": answer}, ENGLISH).faults


def test_the_summary_says_what_is_missing_and_isolates_numbers() -> None:
    spec = one_step(field("phone", "mobile"), field("short_text", "why"), field("short_text", "extra", required=False))

    (step,) = summary(spec, {"mobile": "+966501234567"}, "ar")

    assert [(row.field.key, row.missing) for row in step.rows] == [("mobile", False), ("why", True), ("extra", False)]
    assert step.rows[0].html == '<bdi dir="ltr">+966 50 123 4567</bdi>'
    assert step.title == "خطوة details"


def test_switching_the_language_changes_words_and_no_answer() -> None:
    step = only(field("one_of", "kind", options=TWO))

    arabic, english = (form_of(step, answers={"kind": "a"}, context=context) for context in (ARABIC, ENGLISH))

    assert [c.label for c in arabic.parts[0].choices] == ["خيار a", "خيار b"]
    assert [c.label for c in english.parts[0].choices] == ["Option a", "Option b"]
    assert [c.checked for c in arabic.parts[0].choices] == [c.checked for c in english.parts[0].choices]
