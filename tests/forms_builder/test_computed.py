"""Numbers worked out of other answers: counted rows, sums of rows, and what conditions make of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from forms_builder.display import summary
from forms_builder.fields import field_type
from forms_builder.forms import StepForm
from forms_builder.review import errors
from forms_builder.route import effective_answers, steps
from forms_builder.spec import FormSpec
from forms_builder.validation import validate
from tests.forms_builder import samples
from tests.forms_builder.building import ENGLISH, compiled, one_step

ROWS = [{"_row": "r1", "amount": 10.1}, {"_row": "r2", "amount": 20.2}, {"_row": "r3"}]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def bills(**computed: Any) -> FormSpec:
    return compiled(
        samples.step(
            "first",
            samples.field(
                "group",
                "bills",
                item=samples.texts("فاتورة", "bill"),
                most=5,
                required=False,
                fields=[samples.field("decimal", "amount", required=False), samples.field("short_text", "name")],
            ),
            samples.field("whole_number", "rooms", required=False),
            samples.field("computed", "total", **computed),
        ),
        samples.step("many", samples.field("short_text", "why"), show_if=samples.condition(("total", "at_least", "3"))),
    )


def total(answers: dict[str, Any], **computed: Any) -> Any:
    return effective_answers(bills(**computed), answers).get("total")


def test_the_rows_of_a_group_are_counted() -> None:
    assert total({"bills": ROWS}, operation="count", operands=["bills"]) == 3
    assert total({}, operation="count", operands=["bills"]) == 0


def test_a_field_is_summed_over_all_rows_as_people_add() -> None:
    # 10.1 + 20.2 is 30.299999999999997 in binary fractions.
    assert total({"bills": ROWS}, operation="sum", operands=["bills.amount"], decimals=2) == 30.3


@pytest.mark.parametrize(
    ("operation", "operands", "result"),
    [
        ("product", ["rooms", "12.5"], 50), ("difference", ["rooms", "1"], 3), ("quotient", ["rooms", "3"], 1.33),
        ("sum", ["rooms", "bills.amount", "5"], 39.3),
    ],
)  # fmt: skip
def test_numbers_are_worked_out(operation: str, operands: list[str], result: float) -> None:
    assert total({"rooms": 4, "bills": ROWS}, operation=operation, operands=operands, decimals=2) == result


@pytest.mark.parametrize("operation", ["product", "difference", "quotient"])
def test_a_missing_part_leaves_no_number(operation: str) -> None:
    assert total({}, operation=operation, operands=["rooms", "2"]) is None


def test_a_division_by_nothing_leaves_no_number() -> None:
    assert total({"rooms": 0}, operation="quotient", operands=["2", "rooms"]) is None


def test_a_condition_reads_the_count() -> None:
    form = bills(operation="count", operands=["bills"])

    assert errors(form) == []
    assert [step.key for step in steps(form, {"bills": ROWS})] == ["first", "many"]
    assert [step.key for step in steps(form, {"bills": ROWS[:2]})] == ["first"]


def test_what_is_sent_for_a_computed_number_is_not_believed() -> None:
    form = bills(operation="count", operands=["bills"])

    result = validate(form, {"bills": [{"name": "a"}], "rooms": 1, "total": 99}, ENGLISH)

    assert result.answers["total"] == 1


def test_a_computed_number_is_asked_of_nobody_and_shown_with_its_unit() -> None:
    form = bills(operation="product", operands=["rooms", "2"], unit=samples.texts("ريال", "riyals"))

    shown = StepForm(form.steps[0], answers={"rooms": 4}, context=ENGLISH)

    assert "total" not in shown.fields
    assert shown.parts[-1].html == '<bdi dir="ltr">8</bdi> riyals'  # type: ignore[attr-defined]


def test_a_hidden_number_is_not_drawn_and_counts_all_the_same() -> None:
    form = bills(operation="count", operands=["bills"], hidden=True)

    shown = StepForm(form.steps[0], answers={"bills": ROWS}, context=ENGLISH)

    assert "total" not in [part.key for part in shown.parts]
    assert [step.key for step in steps(form, {"bills": ROWS})] == ["first", "many"]


def test_a_number_of_a_row_is_worked_out_of_the_row() -> None:
    form = one_step(
        samples.field(
            "group",
            "items",
            item=samples.texts("صنف", "item"),
            most=5,
            fields=[
                samples.field("whole_number", "count"),
                samples.field("money", "price"),
                samples.field("computed", "cost", operation="product", operands=["count", "price"], decimals=2),
            ],
        ),
        samples.field("computed", "total", operation="sum", operands=["items.cost"], decimals=2),
    )
    rows = [{"count": 2, "price": 1.5}, {"count": 3, "price": 2}]

    assert errors(form) == []
    assert validate(form, {"items": rows}, ENGLISH).answers["total"] == 9


@pytest.mark.parametrize(
    ("computed", "words"),
    [
        ({"operation": "count", "operands": []}, "worked out of"),
        ({"operation": "count", "operands": ["rooms"]}, "no group"),
        ({"operation": "count", "operands": ["bills", "bills"]}, "one group only"),
        ({"operation": "sum", "operands": ["bills.name"]}, "no number"),
        ({"operation": "sum", "operands": ["bills"]}, "no number"),
        ({"operation": "sum", "operands": ["nothing"]}, "no question has this key"),
        ({"operation": "sum", "operands": ["why"]}, "comes later"),
    ],
)
def test_a_number_that_cannot_be_worked_out_is_a_fault(computed: dict[str, Any], words: str) -> None:
    found = [fault for fault in errors(bills(**computed)) if fault.block == "block-total"]

    assert words in " ".join(fault.message for fault in found)


def test_the_column_of_a_computed_number_is_not_imported() -> None:
    field = bills(operation="count", operands=["bills"]).field("total")
    assert field is not None

    assert [column.writable for column in field_type("computed").columns(field, "en")] == [False]


@pytest.mark.parametrize(("for_staff", "keys"), [(False, ["rooms"]), (True, ["rooms", "total"])])
def test_a_hidden_number_is_summed_up_for_staff_only(for_staff: bool, keys: list[str]) -> None:
    form = one_step(
        samples.field("whole_number", "rooms"),
        samples.field("computed", "total", operation="product", operands=["rooms", "2"], hidden=True),
    )

    (step,) = summary(form, {"rooms": 2}, "en", for_staff=for_staff)

    assert [row.field.key for row in step.rows] == keys
    assert [row.asked for row in step.rows] == [key == "rooms" for key in keys]
