"""An ending explains why somebody cannot apply, and nothing is asked after it."""

from typing import Any

import pytest
from django.utils.translation import override

from forms_builder.paths import explore
from forms_builder.review import errors
from forms_builder.route import effective_answers, steps
from forms_builder.validation import validate
from tests.forms_builder import samples
from tests.forms_builder.building import ENGLISH, compiled

MINOR = samples.condition(("adult", "equals", "no"))


def ending(**changes: Any) -> dict[str, Any]:
    value = {
        "title": samples.texts("لا يمكنك التقديم", "You cannot apply"),
        "key": "too-young",
        "intro": samples.texts("للبالغين فقط.", "Only adults can apply."),
        "next_label": {},
        "next_url": "",
        "show_if": MINOR,
        **changes,
    }
    return {"type": "ending", "value": value, "id": "ending"}


def form(*between: dict[str, Any]):
    return compiled(
        samples.step("about", samples.field("yes_no", "adult")),
        *between,
        samples.step("reason", samples.field("short_text", "reason")),
    )


def test_nothing_is_asked_after_an_ending():
    spec = form(ending())

    assert [step.key for step in steps(spec, {"adult": False})] == ["about", "too-young"]
    assert effective_answers(spec, {"adult": False, "reason": "because"}) == {"adult": False}


def test_who_does_not_meet_the_ending_never_hears_of_it():
    spec = form(ending())

    assert [step.key for step in steps(spec, {"adult": True})] == ["about", "reason"]


def test_answers_that_lead_to_an_ending_are_no_application():
    result = validate(form(ending()), {"adult": False, "reason": "because"}, ENGLISH)

    assert [(fault.step, fault.field) for fault in result.faults] == [("too-young", "")]
    assert "You cannot apply" in result.faults[0].message


def test_the_explorer_finds_the_way_that_ends_and_the_way_that_goes_on():
    found = explore(form(ending()), ENGLISH)

    assert {tuple(step.key for step in route.steps) for route in found.routes} == {
        ("about", "too-young"),
        ("about", "reason"),
    }
    assert not found.dead_steps


def test_a_step_behind_endings_for_every_answer_is_dead():
    other = ending(key="too-old", show_if=samples.condition(("adult", "equals", "yes"))) | {"id": "other"}

    found = errors(form(ending(), other))

    assert [fault.block for fault in found] == ["step-reason"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"show_if": samples.condition()}, "Say for whom"),
        ({"intro": {}}, "Write the explanation"),
        ({"intro": {"ar": "للبالغين"}}, "Write the introduction in English"),
        ({"next_label": samples.texts("اسألنا", "Ask us")}, "Write the address"),
        ({"next_url": "https://example.org"}, "Write the name of the next step"),
    ],
    ids=["no condition", "no explanation", "one language", "no address", "no name"],
)
def test_an_unfinished_ending_does_not_go_live(changes, told):
    with override("en"):
        found = [fault for fault in errors(form(ending(**changes))) if fault.block == "ending"]

    assert any(told in fault.message for fault in found)
