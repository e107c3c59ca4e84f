"""Forms for tests: from the editor's JSON to a compiled form."""

from typing import Any

from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.fields.base import Context
from forms_builder.spec import FieldSpec, FormSpec
from tests.forms_builder import registers, samples

ARABIC = Context(language="ar", evidence={"at": "2026-11-21T10:00:00+03:00", "address": "192.0.2.1"})
ENGLISH = Context(language="en", evidence=ARABIC.evidence)

STEPS = FormStepsBlock()


def compiled(*steps: dict[str, Any]) -> FormSpec:
    return compile_form(STEPS.to_python(list(steps)), organisation=registers.OFFICE)


def one_step(*fields: dict[str, Any]) -> FormSpec:
    return compiled(samples.step("details", *fields))


def one_field(type_: str, **settings: Any) -> FieldSpec:
    """A compiled field called `q`."""
    found = one_step(samples.field(type_, "q", **settings)).field("q")
    assert found is not None
    return found
