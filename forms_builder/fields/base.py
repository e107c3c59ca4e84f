"""What every field type answers. One class in one file under `fields/`; `register` makes it known.

An *answer* is the JSON value stored for a field: a string, a bool, a list of option values, a dict
with parts (identity document, declaration), a list of file references, or a list of rows (group).
No answer is `None`. `form_value` is what the Django form field takes as initial and returns as
cleaned data.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from pydantic import BaseModel, ConfigDict

from forms_builder.spec import FieldSpec

Answer = Any  # a JSON value; its shape is the field type's own
Answers = Mapping[str, Answer]


class Settings(BaseModel):
    """Base of the settings that only one field type knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Context:
    """What a form may know of the world while it is filled: plain values, no person and no request.

    Attributes:
        language: language of labels and messages.
        country: ISO 3166 code, the default of phones.
        known: values the account knows, by purpose (`full_name`, `email`, `mobile`, `identity`).
        evidence: what a declaration keeps beside its text (`at`: ISO time, `address`: IP address).
        answers: effective answers so far, for fields that depend on others.
    """

    language: str
    country: str = "SA"
    known: Mapping[str, Answer] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column of an export or import. `key` is matched on import; `label` is for people.

    A field type may need several (an identity document: its type and its number).
    """

    key: str
    label: str
    writable: bool = True


class FieldType(ABC):
    """A kind of question, from the editor's block to the exported cell."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "form"
    Settings: ClassVar[type[Settings]] = Settings
    # Keys of forms_builder.conditions.OPERATORS that a condition on such a field may use.
    operators: ClassVar[Sequence[str]] = ()
    # Whether the answer tells something about a person; decides what is masked and erased.
    personal: ClassVar[bool] = False
    # Content blocks ask nothing and have no answer.
    has_answer: ClassVar[bool] = True
    # Key into Context.known that may fill the field in.
    known_as: ClassVar[str] = ""

    def settings(self, spec: FieldSpec) -> Any:
        """The field's settings, checked."""
        return self.Settings.model_validate(spec.settings)

    @abstractmethod
    def block(self) -> Any:
        """The editor's block (a Wagtail StructBlock)."""

    @abstractmethod
    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        """The Django field a citizen fills in. Its error messages name what to do, in his language."""

    def from_answer(self, spec: FieldSpec, answer: Answer) -> Any:
        """A stored answer as the form field's initial value."""
        return answer

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        """The form field's cleaned value as an answer; None when nothing was answered."""
        return cleaned if cleaned not in ("", [], None) else None

    @abstractmethod
    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        """The answer in words, for SMS, search, exports and plain text. Empty for no answer."""

    def as_html(self, spec: FieldSpec, answer: Answer, language: str) -> SafeString:
        """The answer as it is shown on a page, escaped, numbers isolated from the text's direction."""
        return escape(self.as_text(spec, answer, language))

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        """The columns of an export; none for what has no answer."""
        from cms.languages import in_language

        return [Column(spec.key, in_language(spec.label, language))] if self.has_answer else []

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        """One text per column, such that `read_cells` gives the same answer back."""
        return [self.as_text(spec, answer, language)] if self.has_answer else []

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """The answer that a row of an imported file means, checked like a citizen's.

        Raises:
            django.core.exceptions.ValidationError: in words a clerk understands.
        """
        bound = self.form_field(spec, context, required=False)
        return self.to_answer(spec, bound.clean(cells[0].strip()), context)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        """JSON Schema of the answer."""
        return {"type": "string"}


_TYPES: dict[str, FieldType] = {}


def register(field_type: type[FieldType]) -> type[FieldType]:
    """Class decorator: make a field type known under its key.

    Raises:
        ImproperlyConfigured: when the key is taken.
    """
    if field_type.key in _TYPES:
        raise ImproperlyConfigured(f"Two field types are called “{field_type.key}”.")
    _TYPES[field_type.key] = field_type()
    return field_type


def field_type(key: str) -> FieldType:
    """The field type of that key.

    Raises:
        KeyError: when no type has it.
    """
    return _TYPES[key]


def field_types() -> Iterable[FieldType]:
    """Every field type, in the order the editor sees them."""
    return _TYPES.values()
