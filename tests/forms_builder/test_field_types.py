"""Every field type, the whole way round: block → form → answer → words → cells → answer → schema."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from jsonschema import Draft202012Validator

from forms_builder.fields import field_type, field_types, register
from forms_builder.fields.short_text import ShortText
from forms_builder.forms import StepForm
from forms_builder.review import review
from forms_builder.schema import json_schema
from forms_builder.spec import FormSpec
from forms_builder.validation import validate
from tests.forms_builder import samples
from tests.forms_builder.building import ARABIC, ENGLISH, compiled
from tests.forms_builder.samples import SAMPLES

ANSWERING = [kind.key for kind in field_types() if kind.has_answer]
ASKING = [kind.key for kind in field_types() if kind.has_answer and not kind.computes]


def form_of(type_: str) -> FormSpec:
    settings, _answer = SAMPLES[type_]
    parent = samples.field("one_of", "parent", options=samples.TWO)
    return compiled(samples.step("first", parent, samples.field(type_, "q", **settings)))


def answers_of(type_: str) -> dict[str, Any]:
    return {"parent": "a", "q": SAMPLES[type_][1]}


def test_every_type_has_a_sample() -> None:
    assert set(ANSWERING) == set(SAMPLES)


def test_a_key_is_registered_once() -> None:
    with pytest.raises(ImproperlyConfigured):
        register(ShortText)


@pytest.mark.parametrize("type_", ANSWERING)
def test_a_complete_definition_has_no_faults(type_: str) -> None:
    assert [fault for fault in review(form_of(type_)) if fault.level == "error"] == []


@pytest.mark.parametrize("type_", ANSWERING)
def test_a_form_survives_its_json(type_: str) -> None:
    spec = form_of(type_)

    assert FormSpec.model_validate(spec.model_dump(mode="json")) == spec


@pytest.mark.parametrize("type_", ANSWERING)
def test_a_stored_answer_is_right_when_it_is_checked_again(type_: str) -> None:
    result = validate(form_of(type_), answers_of(type_), ARABIC)

    assert (result.faults, result.answers) == ([], answers_of(type_))


@pytest.mark.parametrize("type_", sorted(set(ASKING) - {"group", "files"}))
def test_what_a_page_shows_comes_back_as_the_same_answer(type_: str) -> None:
    step = form_of(type_).steps[0]
    shown = StepForm(step, answers=answers_of(type_), context=ARABIC)
    posted = {part.name: [str(value) for value in _posted(shown, part)] for part in shown.parts}
    posted |= _parts(shown, "q")

    form = StepForm(step, answers={}, context=ARABIC, data=MultiValueDict(posted))

    assert form.errors == {}
    expected = answers_of(type_)["q"]
    if type_ == "declaration":
        expected = {**expected, "digest": form.answers()["q"]["digest"]}
    assert form.answers()["q"] == expected


def _posted(form: StepForm, part: Any) -> list[Any]:
    value = part.value
    if isinstance(value, list):
        return value
    if part.spec.type == "declaration":
        return ["on"]
    return [] if value is None else [value]


def _parts(form: StepForm, key: str) -> dict[str, list[str]]:
    field = form.fields[key]
    names = getattr(field.widget, "widgets_names", None)
    if names is None:
        return {}
    values = field.widget.decompress(form[key].value())
    return {key + name: [str(value or "")] for name, value in zip(names, values, strict=True)}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("type_", ANSWERING)
def test_an_answer_is_told_in_words_on_a_page_and_in_plain_text(type_: str, language: str) -> None:
    field = form_of(type_).field("q")
    assert field is not None
    with override(language):
        text = field_type(type_).as_text(field, SAMPLES[type_][1], language)
        html = str(field_type(type_).as_html(field, SAMPLES[type_][1], language, lambda ref: "/file"))

    assert text.strip()
    assert "<" not in text
    assert html.strip()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("type_", ANSWERING)
def test_an_exported_answer_is_read_back_the_same(type_: str, language: str) -> None:
    field = form_of(type_).field("q")
    assert field is not None
    kind, answer = field_type(type_), SAMPLES[type_][1]

    cells = kind.cells(field, answer, language)
    read = kind.read_cells(field, cells, replace(ARABIC, language=language, answers=answers_of(type_)))

    assert len(cells) == len(kind.columns(field, language))
    assert read == answer


@pytest.mark.parametrize("type_", ANSWERING)
def test_no_answer_is_empty_cells_and_back(type_: str) -> None:
    field = form_of(type_).field("q")
    assert field is not None
    kind = field_type(type_)

    cells = kind.cells(field, None, "ar")

    assert kind.as_text(field, None, "ar") == ""
    assert str(kind.as_html(field, None, "ar")) == ""
    if type_ == "declaration":
        return
    assert "".join(cells) == ""
    assert kind.read_cells(field, cells, ARABIC) is None


@pytest.mark.parametrize("type_", ANSWERING)
def test_an_answer_fits_the_schema_of_its_form(type_: str) -> None:
    schema = json_schema(form_of(type_))
    Draft202012Validator.check_schema(schema)

    assert list(Draft202012Validator(schema).iter_errors(answers_of(type_))) == []
    assert list(Draft202012Validator(schema).iter_errors({**answers_of(type_), "extra": 1})) != []


@pytest.mark.parametrize("wrong", [7, 1.5, True, [], [1], {}, {"type": 1}, {"a": []}, "\x00", "\ud800", [[]], [{}]])
@pytest.mark.parametrize("type_", ASKING)
def test_a_value_of_the_wrong_shape_is_a_fault_and_no_crash(type_: str, wrong: Any) -> None:
    result = validate(form_of(type_), {"parent": "a", "q": wrong}, ARABIC)

    assert result.faults or "\x00" not in str(result.answers["q"])


@pytest.mark.parametrize("context", [ARABIC, ENGLISH], ids=["ar", "en"])
@pytest.mark.parametrize("type_", ASKING)
def test_a_missing_answer_is_told_in_the_readers_language_and_never_begged_for(type_: str, context: Any) -> None:

    with override("en" if context.language == "ar" else "ar"):
        faults = validate(form_of(type_), {"parent": "a"}, context).faults

    assert len(faults) == 1
    message = faults[0].message.lower()
    assert not {"please", "valid", "sorry", "required"} & set(message.replace(".", " ").split())
    name = "سؤال q" if context.language == "ar" else "question q"
    assert name in message


@pytest.mark.parametrize("type_", ASKING)
def test_a_question_is_drawn_with_its_label_error_and_no_required_attribute(type_: str) -> None:
    step = form_of(type_).steps[0]
    form = StepForm(step, answers={}, context=ARABIC, data=MultiValueDict({"parent": ["a"]}))

    assert not form.is_valid()
    part = form.parts[1]
    html = render_to_string(part.template, {"part": part})

    assert "سؤال q" in html
    assert str(form.errors["q"][0]) in html
    assert " required" not in html.replace("field__required", "")
    assert f'id="{part.anchor}"' in html
    assert 'style="' not in html


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize("type_", ANSWERING)
def test_markup_in_answers_and_labels_is_shown_as_text(type_: str) -> None:
    field = form_of(type_).field("q")
    assert field is not None
    hostile = field.model_copy(update={"label": {"ar": HOSTILE, "en": HOSTILE}})
    answer = _hostile(SAMPLES[type_][1])

    html = field_type(type_).as_html(hostile, answer, "ar", lambda ref: "/file")
    step = form_of(type_).steps[0].model_copy(update={"fields": (hostile,)})
    form = StepForm(step, answers={"q": answer}, context=ARABIC)
    page = "".join(render_to_string(part.template, {"part": part}) for part in form.parts)

    assert "<script>" not in html + page


def _hostile(answer: Any) -> Any:
    if isinstance(answer, str):
        return HOSTILE
    if isinstance(answer, list):
        return [_hostile(item) for item in answer]
    if isinstance(answer, dict):
        return {key: _hostile(value) for key, value in answer.items()}
    return answer


def test_an_entry_whose_questions_were_left_open_is_named_by_its_number() -> None:
    asked = form_of("group").field("q")
    assert asked is not None

    assert field_type("group").as_text(asked, [{}], "en") == "companion 1"
    assert "companion 1" in field_type("group").as_html(asked, [{}], "en")
