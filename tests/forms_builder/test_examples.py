"""A generated answer is a right answer, whatever the settings; conditions can be met and missed by one."""

from dataclasses import replace
from typing import Any

import pytest

from forms_builder.examples import choices
from forms_builder.fields import field_type, field_types
from forms_builder.validation import validate
from tests.forms_builder.building import ARABIC, ENGLISH, compiled, one_field
from tests.forms_builder.samples import DECLARED, FILES, SAMPLES, TWO, field, option, step, texts

ASKING = [kind.key for kind in field_types() if kind.has_answer and not kind.computes]

# What a setting does to an answer: (type, settings, country).
NARROW: list[tuple[str, dict[str, Any], str]] = [
    ("short_text", {"max_length": 1}, "SA"),
    ("long_text", {"max_length": 2}, "SA"),
    ("full_name", {"parts": 2}, "SA"),
    ("identity_document", {"kinds": ["residence"]}, "SA"),
    ("identity_document", {"kinds": ["national_id"]}, "EG"),
    ("identity_document", {"kinds": ["national_id", "passport"]}, "JO"),
    ("identity_document", {"kinds": ["passport"]}, "SA"),
    ("identity_document", {"kinds": ["border_number"]}, "EG"),
    ("phone", {"mobile_only": False}, "EG"),
    ("phone", {}, "JO"),
    ("phone", {}, "DE"),
    ("iban", {}, "JO"),
    ("iban", {}, "EG"),
    ("iban", {"any_country": True}, "US"),
    ("country", {}, "JO"),
    ("date", {"earliest_days": 3, "latest_days": 3}, "SA"),
    ("date", {"latest_days": -7000}, "SA"),
    ("hijri_date", {"earliest_days": 400}, "SA"),
    ("time", {"earliest": "13:30", "latest": "13:31"}, "SA"),
    ("time", {"latest": "07:00"}, "SA"),
    ("whole_number", {"least": 40, "most": 41}, "SA"),
    ("whole_number", {"least": None, "most": -3}, "SA"),
    ("whole_number", {"least": 1, "most": 1}, "SA"),
    ("decimal", {"least": 0.25, "most": 0.5, "decimals": 2}, "SA"),
    ("money", {"least": 1.5, "currency": "JPY"}, "SA"),
    ("many_of", {"options": [*TWO, option("c")], "least": 3}, "SA"),
    ("many_of", {"options": TWO, "most": 1}, "SA"),
    ("files", {**FILES, "kinds": ["heic"], "max_files": 1, "max_megabytes": 1}, "SA"),
    (
        "group",
        {"item": texts("مرافق"), "least": 3, "most": 3, "fields": [field("email", "mail"), field("url", "site")]},
        "SA",
    ),
    ("declaration", {"text": DECLARED}, "SA"),
]


@pytest.mark.parametrize("context", [ARABIC, ENGLISH], ids=["ar", "en"])
@pytest.mark.parametrize("type_", ASKING)
def test_a_generated_answer_is_right_and_always_the_same(type_: str, context: Any) -> None:
    settings, _answer = SAMPLES[type_]
    spec = compiled(step("first", field("one_of", "parent", options=TWO), field(type_, "q", **settings)))
    asked = spec.field("q")
    assert asked is not None
    context = replace(context, answers={"parent": "a"})

    answer = field_type(type_).example(asked, context)

    result = validate(spec, {"parent": "a", "q": answer}, context)
    assert (result.faults, result.answers) == ([], {"parent": "a", "q": answer})
    assert field_type(type_).example(asked, context) == answer


@pytest.mark.parametrize(("type_", "settings", "country"), NARROW)
def test_a_generated_answer_keeps_to_the_settings(type_: str, settings: dict[str, Any], country: str) -> None:
    asked = one_field(type_, **settings)
    context = replace(ARABIC, country=country)

    answer = field_type(type_).example(asked, context)

    assert answer not in (None, "", [])
    assert field_type(type_).check(asked, answer, context, required=True) == answer


def test_a_choice_is_of_the_options_that_the_other_answer_offers() -> None:
    asked = one_field(
        "dependent_choice", depends_on="parent", options=[option("x", parent="a"), option("y", parent="b")]
    )
    kind = field_type("dependent_choice")

    assert kind.example(asked, replace(ARABIC, answers={"parent": "b"})) == "y"
    assert kind.example(asked, ARABIC) is None


def test_what_asks_nothing_has_no_example() -> None:
    assert field_type("computed").example(one_field("computed", operation="count", operands=[]), ARABIC) is None


# type, settings, values that conditions compare with → pairs of tests that some choice must pass.
@pytest.mark.parametrize(
    ("type_", "settings", "values", "told_apart"),
    [
        ("whole_number", {"least": 0}, [3], [lambda n: n < 3, lambda n: n == 3, lambda n: n > 3]),
        ("decimal", {"decimals": 1}, [2.25], [lambda n: n < 2.25, lambda n: n > 2.25]),
        ("date", {}, ["2026-05-01"], [lambda d: d < "2026-05-01", lambda d: d > "2026-05-01"]),
        ("yes_no", {}, [True], [lambda b: b is True, lambda b: b is False]),
        ("one_of", {"options": [*TWO, option("c")]}, ["b"], [lambda v: v == "b", lambda v: v != "b"]),
        ("short_text", {"max_length": 1}, ["E"], [lambda v: v == "E", lambda v: v != "E"]),
        ("short_text", {}, ["مثال", "Example"], [lambda v: v not in ("مثال", "Example")]),
        ("month_year", {}, ["2026-01"], [lambda v: v == "2026-01", lambda v: v != "2026-01"]),
        ("time", {"earliest": "09:00"}, ["09:00"], [lambda v: v == "09:00", lambda v: v != "09:00"]),
        ("country", {}, ["SA"], [lambda v: v == "SA", lambda v: v != "SA"]),
        (
            "many_of",
            {"options": [*TWO, option("c")], "least": 2},
            ["a", "b"],
            [
                lambda v: "a" in v and "b" in v,
                lambda v: "a" in v and "b" not in v,
                lambda v: "a" not in v and "b" in v,
            ],
        ),
    ],
)
def test_choices_tell_apart_what_conditions_compare(
    type_: str, settings: dict[str, Any], values: list[Any], told_apart: list[Any]
) -> None:
    asked = one_field(type_, **settings)

    offered = choices(asked, values, ARABIC, required=True)

    assert None not in offered
    assert all(any(test(answer) for answer in offered) for test in told_apart)
    assert all(field_type(type_).check(asked, answer, ARABIC, required=True) == answer for answer in offered)
    assert choices(asked, values, ARABIC, required=False)[-1] is None
