"""The compiled form: an immutable value.

Publishing turns the editor's blocks into a `FormSpec`; drafts, requests, export columns and
documents read this value and never the live blocks. It is stored as JSON in a `FormVersion`.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from cms.languages import Texts

# The layout of this JSON. A reader that meets a higher number must refuse it.
FORMAT = 1

# A condition in JsonLogic (jsonlogic.com), within the closed subset of forms_builder.conditions.
Logic = dict[str, Any]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One choice. `value` is stored and never translated; `parent` ties it to another answer's value."""

    value: str
    label: Texts
    hint: Texts = {}
    parent: str = ""


class FieldSpec(_Frozen):
    """One question.

    Attributes:
        key: stable name of the answer.
        type: key of the field type (forms_builder.fields).
        settings: what only this type knows, checked by its `Settings` model.
        fields: the questions of one row, for a repeating group.
        block: id of the editor's block, so that a fault found in the spec can be shown there.
    """

    key: str
    type: str
    label: Texts
    hint: Texts = {}
    required: bool = True
    show_if: Logic | None = None
    require_if: Logic | None = None
    options: tuple[Option, ...] = ()
    settings: dict[str, Any] = {}
    fields: tuple["FieldSpec", ...] = ()
    block: str = ""


class StepSpec(_Frozen):
    """One page of the wizard.

    Attributes:
        key: stands in its address.
        ends: whoever comes here cannot apply: the page explains why, and nothing is asked after it.
        next_label, next_url: where an ending sends people instead.
    """

    key: str
    title: Texts
    intro: Texts = {}
    show_if: Logic | None = None
    fields: tuple[FieldSpec, ...] = ()
    ends: bool = False
    next_label: Texts = {}
    next_url: str = ""
    block: str = ""

    def field(self, key: str) -> FieldSpec | None:
        return next((field for field in self.fields if field.key == key), None)


class FeeLine(_Frozen):
    """One amount that is due.

    Attributes:
        amount: in the form's currency, a decimal number as text.
        per: key of a number the amount is taken times; empty for once.
        show_if: whether it is due at all.
    """

    words: Texts
    amount: str
    per: str = ""
    show_if: Logic | None = None
    block: str = ""


class FormSpec(_Frozen):
    """A whole form, and what is due for it (forms_builder.fees)."""

    format: int = FORMAT
    steps: tuple[StepSpec, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    currency: str = ""

    def fields(self) -> Iterator[FieldSpec]:
        """Every question in the order it is asked; the questions of a group are not among them."""
        for step in self.steps:
            yield from step.fields

    def field(self, key: str) -> FieldSpec | None:
        return next((field for field in self.fields() if field.key == key), None)

    def step(self, key: str) -> StepSpec | None:
        return next((step for step in self.steps if step.key == key), None)
