"""What the editor's page is told so that questions and values are picked from lists."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from wagtail.blocks.base import BlockField, BlockWidget

from forms_builder.blocks import FormStepsBlock
from forms_builder.fields import field_type, field_types
from forms_builder.fields.base import block_of
from forms_builder.picking import facts
from tests.forms_builder.building import STEPS, compiled, one_field
from tests.forms_builder.samples import SAMPLES, field, step


def test_the_lists_come_with_the_block_of_a_form() -> None:
    widget = BlockWidget(FormStepsBlock())

    assert '"noValue"' in widget.block_json
    assert any("cms/form-editor" in str(script) for script in widget.media._js)


def test_lists_are_in_the_language_of_the_editor() -> None:
    with override("ar"):
        arabic = facts()
    with override("en"):
        english = facts()

    assert (arabic["words"]["chooseField"], english["words"]["chooseField"]) == ("اختر سؤالاً", "Choose a question")
    assert dict(arabic["countries"])["JO"] == "الأردن"
    assert arabic["registries"]["permits"][2] == ["name", "اسم المقاول", False]
    assert english["registries"]["permits"][0] == ["contractor", "Contractor number", True]


def test_everything_told_is_plain_data() -> None:
    assert json.loads(json.dumps(facts())) == facts()


@pytest.mark.parametrize("kind", [kind.key for kind in field_types() if kind.operators])
def test_what_is_picked_for_a_type_is_a_value_that_its_conditions_allow(kind: str) -> None:
    """A list of options, days or countries would be no help where the review refuses what was picked."""
    picked = {
        "text": "word", "yes_no": "no", "countries": "JO", "number": "12", "date": "2026-11-21",
        "month": "2026-11", "time": "09:30",
    }  # fmt: skip
    spec = one_field(kind, **SAMPLES[kind][0])
    type_ = field_type(kind)

    if set(type_.operators) <= {"answered", "not_answered"}:
        assert type_.condition_input == "text"
    else:
        options = [option.value for option in spec.options]
        value = type_.condition_value(
            options[0] if type_.condition_input == "options" else picked[type_.condition_input]
        )
        assert type_.allows_condition_value(spec, value)


@pytest.mark.parametrize(("kind", "name"), [("lookup", "registry"), ("appointment", "calendar")])
def test_what_is_gone_from_a_list_stays_stored_and_is_told_at_publishing(kind: str, name: str) -> None:
    block = block_of(kind).child_blocks[name]

    assert BlockField(block).clean("gone") == "gone"
    with pytest.raises(ValidationError):
        BlockField(block).clean("")
    spec = compiled(step("first", field(kind, "q", **{**SAMPLES[kind][0], name: "gone"}))).field("q")
    assert spec is not None
    assert any("gone" in message for message in field_type(kind).faults(spec))


def test_a_draft_keeps_keys_that_no_question_has() -> None:
    rule: dict[str, Any] = {"field": "nobody", "operator": "equals", "value": "x"}
    show_if = {"match": "all", "rules": [{"type": "rule", "value": rule}]}
    raw = [step("first", field("url", "site", show_if=show_if))]

    kept = STEPS.clean_deferred(STEPS.to_python(raw))

    assert kept[0].value["fields"][0].value["show_if"]["rules"][0].value["field"] == "nobody"


@pytest.mark.parametrize("name", ["show", "blocked_values"])
def test_a_new_look_up_has_no_empty_entry_that_would_have_to_be_removed(name: str) -> None:
    assert list(block_of("lookup").child_blocks[name].get_default()) == []
