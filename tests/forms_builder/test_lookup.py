"""The lookup field type beyond what every type must do (test_field_types)."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from forms_builder.fields import field_type
from forms_builder.fields.base import Context
from forms_builder.review import review
from forms_builder.spec import FieldSpec
from forms_builder.validation import settle, validate
from tests.forms_builder import samples
from tests.forms_builder.building import ARABIC, ENGLISH, compiled, one_step
from tests.forms_builder.registers import EXPIRED, FOUND, RENEWED, RegistersInMemory
from tests.forms_builder.samples import SAMPLES, texts

LOOKUP = field_type("lookup")
SETTINGS, ANSWER = SAMPLES["lookup"]


def field(**more: Any) -> FieldSpec:
    found = one_step(samples.field("lookup", "q", **{**SETTINGS, **more})).field("q")
    assert found is not None
    return found


def clean(spec: FieldSpec, *typed: str, context: Context = ENGLISH) -> Any:
    with override(context.language):
        return LOOKUP.form_field(spec, context, required=True).clean(list(typed))


def key(entry: Any) -> tuple[str, str]:
    return entry.values["contractor"], entry.values["permit"]


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (("12045", "A-99"), "not_found", "There is no permit with these numbers."),
        (("99", "A-77"), "not_found", "There is no permit with these numbers."),
        (key(EXPIRED), "expired", "This permit has expired."),
        (key(RENEWED), "used", "This permit was renewed."),
        (("12045", ""), "incomplete", "Question q: write this too: Permit number"),
    ],
)
def test_what_is_wrong_is_said_in_the_editors_words(typed: tuple[str, str], code: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean(field(), *typed)

    assert (refused.value.code, refused.value.messages) == (code, [told])


def test_whoever_is_limited_is_told_to_wait(registers: RegistersInMemory) -> None:
    registers.is_limited = True

    with pytest.raises(ValidationError) as refused:
        clean(field(), *key(FOUND), context=replace(ENGLISH, asked_by={"person:1": 1}))

    assert refused.value.code == "limited"
    assert clean(field(), *key(FOUND)) == ANSWER


def test_nothing_is_looked_for_until_the_key_is_complete(registers: RegistersInMemory) -> None:
    for typed in (("", ""), ("12045", ""), (" ", "\u200f")):
        with pytest.raises(ValidationError):
            clean(field(), *typed)

    assert registers.asked == []


def test_an_answer_that_is_sent_by_a_program_is_looked_up_again() -> None:
    forged = {**ANSWER, "values": {"name": "x", "more": "y"}, "entry": "entry-3"}

    result = validate(one_step(samples.field("lookup", "q", **SETTINGS)), {"q": forged}, ARABIC)

    assert result.answers == {"q": ANSWER}


def test_only_the_organisations_own_registry_is_looked_into(registers: RegistersInMemory) -> None:
    registers.known = replace(registers.known, organisation="another")
    spec = compiled(samples.step("s", samples.field("lookup", "q", **SETTINGS)))

    with override("en"):
        assert any("Choose the registry again" in fault.message for fault in review(spec))
    assert validate(spec, {"q": ANSWER}, ARABIC).faults


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"registry": ""}, 1),
        ({"registry": "nothing"}, 1),
        ({"show": []}, 1),
        ({"show": ["name", "nothing"]}, 1),
        ({"blocked_column": "nothing"}, 1),
        ({"blocked_values": []}, 1),
        ({"blocked_column": "", "blocked_values": ["x"]}, 1),
        ({"not_found": {"ar": "لا"}}, 1),
        ({"expired": {}}, 2),
        ({"used": {"en": "Used"}}, 1),
        ({"used": {}, "blocked_column": "", "blocked_values": []}, 0),
        ({"used": {}, "blocked_column": "", "blocked_values": [], "once": True}, 2),
    ],
)
def test_review_finds_what_is_wrong_at_the_block(more: dict[str, Any], count: int) -> None:
    spec = one_step(samples.field("lookup", "q", **{**SETTINGS, **more}))

    found = [fault for fault in review(spec) if fault.level == "error"]

    assert len(found) == count
    assert all(fault.block == "block-q" for fault in found)


def test_a_registry_without_key_columns_finds_nothing(registers: RegistersInMemory) -> None:
    registers.known = replace(
        registers.known, columns=tuple(replace(column, is_key=False) for column in registers.known.columns)
    )

    with override("en"):
        assert any("no key column" in fault.message for fault in _errors())


def _errors() -> list[Any]:
    return [fault for fault in review(one_step(samples.field("lookup", "q", **SETTINGS))) if fault.level == "error"]


def test_an_empty_registry_is_a_warning(registers: RegistersInMemory) -> None:
    registers.entries = []
    after = samples.field("short_text", "n", show_if=samples.condition(("q", "answered", "")))

    found = review(one_step(samples.field("lookup", "q", **SETTINGS), after))

    assert {fault.level for fault in found} == {"warning"}
    assert "block-q" in {fault.block for fault in found}


def test_an_old_form_prints_after_its_registry_is_gone(registers: RegistersInMemory) -> None:
    spec = field()
    registers.known, registers.entries = replace(registers.known, key="gone"), []

    assert LOOKUP.as_text(spec, ANSWER, "en") == (
        "Contractor number: 12045, Permit number: A-77, Contractor's name: شركة البناء المتين, Ends on: 31 May 2027"
    )


def test_an_entry_that_can_be_used_once_is_used_when_the_request_is_made() -> None:
    spec = one_step(samples.field("lookup", "q", **{**SETTINGS, "once": True}))

    first = settle(spec, {"q": ANSWER}, number="A-1", language="en")
    second = settle(spec, {"q": ANSWER}, number="A-2", language="en")

    assert first == []
    assert [(fault.field, fault.message) for fault in second] == [("q", "This permit was renewed.")]


def test_two_entries_of_a_group_cannot_use_the_same_one() -> None:
    inner = samples.field("lookup", "inner", **{**SETTINGS, "once": True})
    group = samples.field("group", "g", item=texts("تصريح", "permit"), fields=[inner])

    faults = settle(one_step(group), {"g": [{"inner": ANSWER}, {"inner": ANSWER}]}, number="A-1", language="en")

    assert [(fault.field, fault.row, fault.subfield) for fault in faults] == [("g", 2, "inner")]


def test_an_imported_row_that_names_the_same_entry_keeps_what_was_shown(registers: RegistersInMemory) -> None:
    spec = field()
    cells = LOOKUP.cells(spec, ANSWER, "en")
    registers.entries = []

    assert LOOKUP.read_cells(spec, cells, replace(ENGLISH, answers={"q": ANSWER})) == ANSWER
    with pytest.raises(ValidationError):
        LOOKUP.read_cells(spec, ["12045", "A-78", *cells[2:]], replace(ENGLISH, answers={"q": ANSWER}))
