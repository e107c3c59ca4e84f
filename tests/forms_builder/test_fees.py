"""Fee lines read the answers: once, times a number, under a condition."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from forms_builder.compiler import compile_form
from forms_builder.fees import bill, fees_for
from forms_builder.review import errors
from forms_builder.spec import FormSpec
from services_catalog.blocks import FeeLineBlock, ListOf
from tests.forms_builder import samples
from tests.forms_builder.building import STEPS

COMPANIONS = samples.field(
    "group",
    "companions",
    item=samples.texts("مرافق", "companion"),
    required=False,
    fields=[samples.field("whole_number", "bags", least=0)],
)
COUNT = samples.field("computed", "count", operation="count", operands=["companions"], hidden=True)
BAGS = samples.field("computed", "bags_in_all", operation="sum", operands=["companions.bags"], hidden=True)
FAST = samples.field("yes_no", "fast")


LINES = ListOf("fee", FeeLineBlock())


def line(amount: str, **settings: Any) -> dict[str, Any]:
    words = samples.texts("رسم", settings.pop("name", "Fee"))
    return {"type": "fee", "id": f"fee-{amount}", "value": {"words": words, "amount": amount, **settings}}


def form(*lines: dict[str, Any], currency: str = "JOD") -> FormSpec:
    steps = STEPS.to_python([samples.step("all", COMPANIONS, COUNT, BAGS, FAST)])
    return compile_form(steps, currency=currency, fee_lines=LINES.to_python(list(lines)))


TWO = {"companions": [{"bags": 2}, {"bags": 3}], "fast": False}


def test_a_plain_line_is_due_once():
    assert [(fee.quantity, fee.amount) for fee in fees_for(form(line("10")), TWO)] == [(1, 10)]


def test_a_line_is_taken_times_the_entries_of_a_group():
    assert [fee.amount for fee in fees_for(form(line("10.125", per="count")), TWO)] == [Decimal("20.250")]


def test_a_line_is_taken_times_a_sum_over_a_group():
    assert [fee.amount for fee in fees_for(form(line("0.5", per="bags_in_all")), TWO)] == [Decimal("2.5")]


def test_a_line_under_a_condition_is_due_when_it_holds():
    spec = form(line("5", show_if=samples.condition(("fast", "equals", "yes"))))

    assert fees_for(spec, TWO) == []
    assert [fee.amount for fee in fees_for(spec, {**TWO, "fast": True})] == [5]


def test_nothing_counted_is_nothing_due():
    assert bill(form(line("10", per="count")), {}, "en") is None


def test_an_amount_that_was_sent_for_a_computed_number_changes_nothing():
    assert [fee.amount for fee in fees_for(form(line("10", per="count")), {**TWO, "count": 0})] == [20]


def test_the_bill_reads_in_the_currency_of_the_organisation():
    spec = form(line("10.125", per="count", name="Each"), line("5", name="Stamp"))

    due = bill(spec, TWO, "en")

    assert due is not None
    assert due.lines == [
        ("Each (\u20662 × 10.125\u2069)", "20.250 Jordanian dinars"),
        ("Stamp", "5 Jordanian dinars"),
    ]
    assert due.total == "25.250 Jordanian dinars"


def test_fees_belong_to_the_published_form():
    spec = form(line("10", per="count"))

    assert FormSpec.model_validate(spec.model_dump(mode="json")) == spec


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"per": "nothing"}, "no question has this key"),
        ({"per": "fast"}, "a number only"),
        ({"show_if": samples.condition(("nothing", "answered", ""))}, "no question has this key"),
    ],
)
def test_a_line_that_reads_what_is_not_there_does_not_go_live(settings: dict[str, Any], told: str):
    with override("en"):
        (fault,) = errors(form(line("10", **settings)))

    assert fault.block == "fee-10"
    assert told in fault.message
