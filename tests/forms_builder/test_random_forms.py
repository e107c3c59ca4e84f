"""Forms nobody thought of: each that passes review can be answered, shown, exported and rendered."""

from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from forms_builder.display import summary
from forms_builder.fields import field_type, field_types
from forms_builder.fields.base import Context
from forms_builder.forms import StepForm
from forms_builder.paths import Route, explore
from forms_builder.review import errors
from forms_builder.route import effective_answers, steps
from forms_builder.schema import json_schema
from forms_builder.spec import FormSpec
from forms_builder.validation import validate
from tests.forms_builder.building import ARABIC, ENGLISH, compiled
from tests.forms_builder.samples import SAMPLES, condition, field, option, step, texts

# What asks nothing: a text between the questions, and the check against programs.
SILENT: dict[str, dict[str, Any]] = {"content": {"text": texts("تنبيه", "Note")}, "captcha": {"always": True}}
PLAIN = [key for key in SAMPLES if key not in ("group", "dependent_choice", "computed", "declaration")]
LETTERS = "abcd"

# For each type a few forms that ask it: enough to be different, few enough for every run, the same ones each time.
STEADY = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

amounts = st.integers(-3, 12)


@st.composite
def options(draw: st.DrawFn, *, least: int = 1) -> list[dict[str, Any]]:
    return [option(letter) for letter in LETTERS[: draw(st.integers(least, 4))]]


@st.composite
def settings_of(draw: st.DrawFn, type_: str) -> dict[str, Any]:
    """Settings an editor may choose; some of them contradict each other, which review has to find."""
    ranges = {"whole_number": ("least", "most"), "date": ("earliest_days", "latest_days")}
    if type_ in ranges:
        return {name: draw(st.none() | amounts) for name in ranges[type_]}
    match type_:
        case "one_of":
            return {"options": draw(options())}
        case "many_of":
            least, most = draw(st.integers(0, 3)), draw(st.none() | st.integers(1, 4))
            return {"options": draw(options()), "least": least, "most": most}
        case "short_text" | "long_text":
            return {"max_length": draw(st.integers(1, 60))}
        case "full_name":
            return {"parts": draw(st.integers(2, 4))}
        case "iban":
            return {"any_country": draw(st.booleans())}
        case "identity_document":
            kinds = ["national_id", "residence", "border_number", "passport"]
            return {"kinds": draw(st.lists(st.sampled_from(kinds), unique=True))}
    return dict(SAMPLES[type_][0])


VALUES = {
    "one_of": "a",
    "many_of": "b",
    "yes_no": "yes",
    "date": "2026-11-21",
    "hijri_date": "2026-11-21",
    "month_year": "2026-02",
    "time": "09:30",
    "country": "JO",
    "short_text": "a",
    "dependent_choice": "x",
}


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]], *, some: bool = False) -> dict[str, Any]:
    readable = [(key, type_) for key, type_ in earlier if field_type(type_).operators]
    if not readable or not (some or draw(st.booleans())):
        return condition()
    rules = []
    for key, type_ in draw(st.lists(st.sampled_from(readable), min_size=1, max_size=3)):
        operator = draw(st.sampled_from(list(field_type(type_).operators)))
        rules.append((key, operator, str(VALUES.get(type_, draw(amounts)))))
    return condition(*rules, match=draw(st.sampled_from(["all", "any"])))


@st.composite
def questions(
    draw: st.DrawFn, key: str, earlier: list[tuple[str, str]], *, in_group: bool = False, type_: str = ""
) -> dict[str, Any]:
    choices = [other for other, type_ in earlier if type_ == "one_of"]
    numbers = [other for other, type_ in earlier if type_ in ("whole_number", "decimal", "money")]
    special = ([] if in_group else ["group", "declaration", "captcha"]) + ["dependent_choice"] * bool(choices)
    type_ = type_ or draw(st.sampled_from([*PLAIN, "content", *special, *(["computed"] if numbers else [])]))
    more: dict[str, Any] = {}
    match type_:
        case "content" | "captcha":
            more = SILENT[type_]
        case "group":
            more = draw(rows(key, earlier))
        case "dependent_choice":
            pairs = draw(
                st.lists(st.tuples(st.sampled_from(LETTERS[:2]), st.sampled_from("xyz")), min_size=1, unique=True)
            )
            more = {
                "depends_on": draw(st.sampled_from(choices)),
                "options": [option(value, parent=parent) for parent, value in pairs],
            }
        case "computed":
            operation = draw(st.sampled_from(["sum", "difference", "product", "quotient"]))
            more = {"operation": operation, "operands": [draw(st.sampled_from(numbers)), "2"]}
        case _:
            more = draw(settings_of(type_))
    if type_ not in ("declaration", "computed", *SILENT):
        more["required"] = draw(st.booleans())
        more["require_if"] = draw(conditions(earlier))
    return field(type_, key, **more, show_if=draw(conditions(earlier)))


@st.composite
def rows(draw: st.DrawFn, key: str, earlier: list[tuple[str, str]]) -> dict[str, Any]:
    known, inner = list(earlier), []
    for number in range(draw(st.integers(1, 3))):
        inner.append(draw(questions(f"{key}_{number}", known, in_group=True)))
        known.append((inner[-1]["value"]["key"], inner[-1]["type"]))
    least = draw(st.integers(0, 2))
    return {"item": texts("مرافق", "companion"), "least": least, "most": least + 2, "fields": inner}


@st.composite
def forms(draw: st.DrawFn, asking: str) -> FormSpec:
    """A form in which a question of this type stands, after those that others may depend on."""
    choice, amount = (
        field("one_of", "choice", options=draw(options(least=2))),
        field("whole_number", "amount", required=False),
    )
    first = draw(questions("first", [("choice", "one_of"), ("amount", "whole_number")], type_=asking))
    earlier = [("choice", "one_of"), ("amount", "whole_number"), ("first", asking)]
    made = [step("begin", choice, amount, first)]
    for number in range(draw(st.integers(0, 3))):
        fields, show_if = [], draw(conditions(earlier))
        for place in range(draw(st.integers(1, 4))):
            fields.append(draw(questions(f"q{number}_{place}", earlier)))
            earlier.append((fields[-1]["value"]["key"], fields[-1]["type"]))
        made.append(step(f"s{number}", *fields, show_if=show_if))
        made += [draw(endings(f"e{number}", earlier))] if draw(st.booleans()) else []
    return compiled(*made)


@st.composite
def endings(draw: st.DrawFn, key: str, earlier: list[tuple[str, str]]) -> dict[str, Any]:
    words = texts("لا يمكنك التقديم", "You cannot apply")
    value = {"key": key, "title": words, "intro": words, "show_if": draw(conditions(earlier, some=True))}
    return {"type": "ending", "id": f"ending-{key}", "value": value}


def test_random_forms_ask_every_type() -> None:
    assert {*PLAIN, *SILENT, "group", "dependent_choice", "computed", "declaration"} == {
        kind.key for kind in field_types()
    }


def test_a_form_that_passes_review_works_on_every_path() -> None:
    passed: list[FormSpec] = []

    def works(spec: FormSpec) -> None:
        if not errors(spec):
            passed.append(spec)
            _works(spec)

    for kind in field_types():
        STEADY(given(forms(kind.key))(works))()
        # Some must be forms that an editor could publish.
        assert any(field.type == kind.key for spec in passed for field in spec.fields()), kind.key

    ways = [explore(spec, ARABIC).routes for spec in passed]
    assert sum(len(routes) > 1 for routes in ways) > 10
    assert sum(any(route.steps[-1].ends for route in routes) for routes in ways) > 3


def _works(spec: FormSpec) -> None:
    found = explore(spec, ARABIC)
    schema = json_schema(spec)
    Draft202012Validator.check_schema(schema)
    assert FormSpec.model_validate(spec.model_dump(mode="json")) == spec

    assert found.routes
    for route in found.routes:
        _is_accepted(spec, route)
        if not route.steps[-1].ends:
            assert list(Draft202012Validator(schema).iter_errors(route.answers)) == []
    for route in found.routes[:4]:
        for context in (ARABIC, ENGLISH):
            _is_shown(spec, route, context)
            _is_read_back(spec, route, context)
        _is_rendered(spec, route)


def _is_accepted(spec: FormSpec, route: Route) -> None:
    result = validate(spec, route.answers, ARABIC)

    # Where the form ends nobody can apply, and nothing else is wrong.
    assert [fault.step for fault in result.faults] == [step.key for step in route.steps if step.ends]
    assert result.answers == route.answers
    assert list(route.steps) == steps(spec, route.answers)


def _is_shown(spec: FormSpec, route: Route, context: Context) -> None:
    shown = summary(spec, route.answers, context.language)

    rows = [row for part in shown for row in part.rows]
    assert {row.field.key for row in rows if row.text} == set(route.answers)
    assert not any(row.missing for row in rows if row.field.type != "dependent_choice")


def _is_read_back(spec: FormSpec, route: Route, context: Context) -> None:
    for question in spec.fields():
        kind, answer = field_type(question.type), route.answers.get(question.key)
        cells = kind.cells(question, answer, context.language)

        read = kind.read_cells(question, cells, replace(context, answers=route.answers)) if cells else None

        assert read == answer


def _is_rendered(spec: FormSpec, route: Route) -> None:
    effective = effective_answers(spec, route.answers)
    for part in route.steps:
        context = replace(ARABIC, answers=effective)
        for data in (None, MultiValueDict[str, str]()):
            form = StepForm(part, answers=route.answers, context=context, data=data)
            html = "".join(render_to_string(asked.template, {"part": asked}) for asked in form.parts)
            assert len(html) >= len(form.parts)
