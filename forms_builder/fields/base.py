"""What every field type answers. One class in one file under `fields/`; `register` makes it known.

An *answer* is the JSON value stored for a field: a string, a bool, a list of option values, a dict
with parts (identity document, declaration), a list of file references, or a list of rows (group).
No answer is `None`. `form_value` is what the Django form field takes as initial and returns as
cleaned data.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from pydantic import BaseModel, ConfigDict

from cms.languages import in_language
from forms_builder import wording
from forms_builder.spec import FieldSpec

Answer = Any  # a JSON value; its shape is the field type's own
Answers = Mapping[str, Answer]
FileRef = Mapping[str, Any]  # {"id", "name", "size", "type"} of a stored file
FileUrl = Callable[[FileRef], str]
# What an editor picks or types the value of a comparison with.
ConditionInput = Literal["text", "options", "yes_no", "countries", "number", "date", "month", "time"]


class Settings(BaseModel):
    """Base of the settings that only one field type knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Context:
    """What a form may know of the world while it is filled: plain values, no person and no request.

    Attributes:
        language: language of labels and messages.
        country: ISO 3166 code, the default of phones.
        known: values the account knows, by purpose (`full_name`, `email`, `mobile`, `identity`), and of the
            establishment that is acted for (`establishment_name`, `establishment_number`).
        confirmed: the part of `known` that the state vouches for: shown, and not the applicant's to change.
        evidence: what a declaration keeps beside its text (`at`: ISO time, `address`: IP address), and
            how surely the state confirmed who sends (`assurance`).
        answers: effective answers so far, for fields that depend on others.
        signed_in: whether the account of the applicant is known.
        passed: keys of the checks that were passed in this application.
        may_answer_in_words: whether an answer to a sum in words was charged to its budget and may pass a check.
        no_more_in_words: why no answer to a sum in words is looked at, where there were too many; else empty.
        asked_by: who fills it, as marks (his account, his network), each with the number of people it may stand
            for. It limits what may be tried so many times only; staff, imports and previews are not limited.
        holder: whoever holds an appointment while the form is filled; empty where nobody can.
        applicant: whose earlier requests may be named, as a mark that the app above reads; empty where nobody is known.
        for_another: somebody else fills it in for the applicant, so what his browser remembers is not to be offered.
    """

    language: str
    country: str = "SA"
    known: Mapping[str, Answer] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, Answer] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    signed_in: bool = False
    passed: Collection[str] = ()
    may_answer_in_words: bool = False
    no_more_in_words: str = ""
    asked_by: Mapping[str, int] = field(default_factory=dict)
    holder: str = ""
    applicant: str = ""
    for_another: bool = False


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
    condition_input: ClassVar[ConditionInput] = "text"
    # Whether the answer tells something about a person; decides what is masked and erased.
    personal: ClassVar[bool] = False
    # Content blocks ask nothing and have no answer.
    has_answer: ClassVar[bool] = True
    # Whether it may be asked once for each row of a group.
    in_groups: ClassVar[bool] = True
    # Whether the answer is worked out of others instead of asked for.
    computes: ClassVar[bool] = False
    # Whether a step is held until it is passed, although it has no answer.
    checks: ClassVar[bool] = False
    # Whether its answers refer to entries of registries, which a request may use up.
    looks_up: ClassVar[bool] = False
    # Key into Context.known that may fill the field in.
    known_as: ClassVar[str] = ""

    # Template of the question (templates/components/fields), and its group in the editor's menu.
    template: ClassVar[str] = "components/fields/text.html"
    menu: ClassVar[str | Promise] = ""

    def settings(self, spec: FieldSpec) -> Any:
        """The field's settings, checked."""
        return self.Settings.model_validate(spec.settings)

    @abstractmethod
    def block(self) -> Any:
        """The editor's block (a Wagtail StructBlock)."""

    def known_for(self, spec: FieldSpec) -> str:
        """Key into Context.known that fills this question in; empty where nothing does."""
        return self.known_as if spec.settings.get("from_account", bool(self.known_as)) else ""

    def is_asked(self, spec: FieldSpec, context: Context) -> bool:
        """Whether this person is asked at all, where the conditions bring the question up."""
        return True

    def completed(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The editor's settings with what the type adds when a form is compiled, so that the spec needs nobody."""
        return settings

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        """What is wrong with the definition, in words for the editor, beyond what every field must have."""
        return iter(())

    def warnings(self, spec: FieldSpec) -> Iterator[str]:
        """What does not stop publishing and should be known before, in words for the editor."""
        return iter(())

    def reads(self, spec: FieldSpec) -> set[str]:
        """Keys of other answers that decide how this question looks or what it comes to."""
        return set()

    def faults_of_reading(self, spec: FieldSpec, earlier: Mapping[str, FieldSpec]) -> Iterator[str]:
        """What is wrong with the questions it reads, in words for the editor; `earlier` by key."""
        return iter(())

    def compute(self, spec: FieldSpec, answers: Answers) -> Answer:
        """The answer that these effective answers come to, for a type that computes."""
        return None

    def condition_value(self, text: str) -> Answer:
        """The value that an editor wrote in a condition on such a field, as it is stored in answers."""
        return text

    def allows_condition_value(self, spec: FieldSpec, value: Answer) -> bool:
        """Whether an answer can ever have that value."""
        return not spec.options or any(option.value == value for option in spec.options)

    @abstractmethod
    def example(self, spec: FieldSpec, context: Context) -> Answer:
        """A right answer within the settings, the same each time; None where nothing can be answered.

        `context.answers` hold what the question reads.
        """

    def examples_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[Answer]:
        """Answers that conditions comparing with these values tell apart. What is no right answer is sifted out."""
        others = [option.value for option in spec.options if option.value not in values]
        return [*values, *others[:1]]

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        """Whether such a comparison that holds for none of `examples_near` holds for no answer at all."""
        return bool(spec.options) or not values

    def values_of_read(self, spec: FieldSpec, values: Sequence[Answer]) -> dict[str, list[Answer]]:
        """For each answer it reads (`group.key` in the rows of a group): the values that bring about these ones."""
        return {key: [] for key in self.reads(spec)}

    @abstractmethod
    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        """The Django field a citizen fills in. Its error messages name what to do, in his language."""

    def may_be_filled_in(self, spec: FieldSpec, answer: Answer, context: Context) -> bool:
        """Whether what the account knows may stand in the question before anybody has written there."""
        return self.fits(answer)

    def from_answer(self, spec: FieldSpec, answer: Answer) -> Any:
        """A stored answer as the form field's initial value."""
        return answer

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        """The form field's cleaned value as an answer; None when nothing was answered."""
        return cleaned if cleaned not in ("", [], None) else None

    def fits(self, answer: Answer) -> bool:
        """Whether the value has the shape of an answer of this type at all."""
        return isinstance(answer, str)

    def check(self, spec: FieldSpec, answer: Answer, context: Context, *, required: bool) -> Answer:
        """A stored or sent answer, checked and normalised like a typed one.

        Raises:
            ValidationError: saying what to do.
        """
        if answer is not None and not self.fits(answer):
            raise ValidationError(wording.unreadable(spec), code="unreadable")
        value = None if answer is None else self.from_answer(spec, answer)
        return self.to_answer(spec, self.form_field(spec, context, required=required).clean(value), context)

    def settle(  # noqa: B027 -- most types promise nothing
        self, spec: FieldSpec, answer: Answer, *, number: str, language: str
    ) -> None:
        """Make good what the answer promises, in the transaction that makes the request of this number.

        Raises:
            ValidationError: when it cannot be kept any more, saying what to do; nothing is sent then.
        """

    def used_up(self, spec: FieldSpec, answer: Answer) -> str:
        """Id of the entry of a registry that the answer uses up for its request; empty where it uses up none."""
        return ""

    @abstractmethod
    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        """The answer in words, for SMS, search, exports and plain text. Empty for no answer."""

    def example_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        """An example (`example`) in words, for those who may edit the form and not read what it looks things up in."""
        return self.as_text(spec, answer, language)

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        """The answer as it is shown on a page, escaped, numbers isolated from the text's direction.

        `file_url` gives the address of a file to those who may open it.
        """
        return escape(self.as_text(spec, answer, language))

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        """The columns of an export; none for what has no answer."""
        return [Column(spec.key, in_language(spec.label, language))] if self.has_answer else []

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        """One text per column, such that `read_cells` gives the same answer back."""
        return [self.as_text(spec, answer, language)] if self.has_answer else []

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """The answer that a row of an imported file means, checked like a citizen's.

        Raises:
            django.core.exceptions.ValidationError: in words a clerk understands.
        """
        typed = cells[0].strip() if cells else ""
        return self.to_answer(spec, self.form_field(spec, context, required=False).clean(typed), context)

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


_BLOCKS: dict[str, Any] = {}


def block_of(key: str) -> Any:
    """The editor's block of a field type, made once: a step and a group share it."""
    if key not in _BLOCKS:
        _BLOCKS[key] = _TYPES[key].block()
    return _BLOCKS[key]


def object_schema(fields: Iterable[FieldSpec]) -> dict[str, Any]:
    """JSON Schema of an object with the answers of these questions.

    What is asked only under a condition cannot be demanded by the schema.
    """
    asked = [spec for spec in fields if field_type(spec.type).has_answer]
    return {
        "type": "object",
        "properties": {
            spec.key: {"title": in_language(spec.label), **field_type(spec.type).json_schema(spec)} for spec in asked
        },
        "required": [spec.key for spec in asked if spec.required and spec.show_if is None],
        "additionalProperties": False,
    }
