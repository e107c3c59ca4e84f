"""An entry of a registry, found by its numbers: a permit by contractor, number and year.

The citizen types the key; the server finds the entry and shows the columns the editor chose. What is
posted of them is never read: the entry is looked up again whenever the answer is checked. The columns'
labels are put into the spec when the form is compiled, so an old request prints without its registry.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from pydantic import BaseModel, ConfigDict, Field
from wagtail import blocks

from cms.arabic import clean, digits, fold
from cms.blocks import CodeBlock, LineBlock, LocalisedTextBlock
from cms.languages import Texts, content_languages, in_language
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Column, Context, FileUrl
from forms_builder.fields.date import gregorian_text, read_day
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.fields.showing import comma, left_to_right
from forms_builder.ports import ColumnKind, Entry, KnownRegistry, TooManyLookups, Wanted, registries
from forms_builder.spec import FieldSpec

# Longer is no number of anything.
LONGEST_PART = 100


class ShownColumn(BaseModel):
    """A column as it stood when the form was compiled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: dict[str, str] = {}
    kind: ColumnKind = "text"


class LookupWidget(PartsWidget):
    """One input for each column of the key."""

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if isinstance(value, list | tuple) else [None] * len(self.parts)


class LookupField(TypedMixin, forms.Field):
    """Cleaned to the answer, {"key", "values", "entry"}, or to None."""

    def __init__(self, *, kind: "Lookup", spec: FieldSpec, context: Context, **kwargs: Any) -> None:
        self.kind = kind
        self.spec = spec
        self.context = context
        super().__init__(**kwargs)

    def clean(self, value: Any) -> dict[str, Any] | None:
        typed = [_typed(part) for part in value] if isinstance(value, list | tuple) else []
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        labels = self.kind.part_labels(self.spec, self.context.language)
        if not all(typed) or len(typed) != len(labels):
            missing = next((label for label, text in zip(labels.values(), typed, strict=False) if not text), "")
            raise ValidationError(
                _("%(question)s: write this too: %(part)s")
                % {"question": in_language(self.spec.label, self.context.language), "part": missing},
                code="incomplete",
            )
        return self.kind.looked_up(self.spec, typed, self.context)

    def key_of(self, answer: Mapping[str, Any]) -> list[str]:
        return self.kind.typed_key(self.spec, answer)


@base.register
class Lookup(base.FieldType):
    """Found: its columns are shown and kept with the answer. Not found, expired, used: the editor's words."""

    key = "lookup"
    label = gettext_lazy("Look-up in a registry")
    icon = "search"
    menu = editing.CHOICES
    operators = ("answered", "not_answered")
    personal = True
    looks_up = True
    template = "components/fields/lookup.html"

    class Settings(base.Settings):
        registry: str = ""
        show: list[str] = []
        not_found: dict[str, str] = {}
        expired: dict[str, str] = {}
        used: dict[str, str] = {}
        blocked_column: str = ""
        blocked_values: list[str] = []
        once: bool = False
        most_failures: int = Field(default=10, ge=3, le=100)
        # Put in when the form is compiled.
        organisation: str = ""
        parts: list[ShownColumn] = []
        shown: list[ShownColumn] = []

    def block(self) -> blocks.StructBlock:
        column = CodeBlock(regex=editing.KEY_PATTERN, label=gettext_lazy("Column"))
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[
                ("registry", _registry_block()),
                (
                    "show",
                    blocks.ListBlock(
                        column,
                        min_num=0,
                        default=[],
                        label=gettext_lazy("Columns to show"),
                        help_text=gettext_lazy("Keys of columns of the registry, such as name. Kept with the answer."),
                    ),
                ),
                ("not_found", _message_block(gettext_lazy("When nothing is found"))),
            ],
            more=[
                ("expired", _message_block(gettext_lazy("When the entry has expired"), required=False)),
                ("used", _message_block(gettext_lazy("When the entry is used or blocked"), required=False)),
                (
                    "blocked_column",
                    CodeBlock(
                        regex=editing.KEY_PATTERN,
                        required=False,
                        label=gettext_lazy("Blocked by the column"),
                        help_text=gettext_lazy("For example status."),
                    ),
                ),
                (
                    "blocked_values",
                    blocks.ListBlock(
                        LineBlock(max_length=200, label=gettext_lazy("Value")),
                        min_num=0,
                        default=[],
                        label=gettext_lazy("when it has one of these values"),
                        help_text=gettext_lazy("As they stand in the registry."),
                    ),
                ),
                (
                    "once",
                    blocks.BooleanBlock(
                        required=False,
                        label=gettext_lazy("An entry can be used by one request only"),
                        help_text=gettext_lazy("Staff can make it available again in the registry."),
                    ),
                ),
                (
                    "most_failures",
                    blocks.IntegerBlock(
                        required=False,
                        default=10,
                        min_value=3,
                        max_value=100,
                        label=gettext_lazy("Wrong attempts in an hour"),
                        help_text=gettext_lazy(
                            "By one person, who then has to wait: nobody collects names by guessing."
                        ),
                    ),
                ),
            ],
        )

    # -- the definition

    def completed(self, settings: dict[str, Any]) -> dict[str, Any]:
        known = registries().registry(str(settings.get("registry") or ""))
        if known is None:
            return settings
        parts = [column for column in known.columns if column.is_key]
        named = {column.key: column for column in known.columns if not column.is_key}
        shown = [named[key] for key in settings.get("show") or () if key in named]
        return {
            **settings,
            "parts": [{"key": one.key, "label": dict(one.label), "kind": one.kind} for one in parts],
            "shown": [{"key": one.key, "label": dict(one.label), "kind": one.kind} for one in shown],
        }

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        known = registries().registry(settings.registry)
        if not settings.registry:
            yield _("Choose the registry.")
        elif known is None or (settings.organisation and known.organisation != settings.organisation):
            yield _("Choose the registry again: this organisation has none called “%(key)s”.") % {
                "key": settings.registry
            }
        else:
            yield from _faults_of_columns(settings, known)
        yield from _faults_of_messages(settings, known)

    def warnings(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        known = registries().registry(settings.registry)
        if known is not None and known.is_empty:
            yield _("The registry has no entries yet: nobody can answer this question.")

    def part_labels(self, spec: FieldSpec, language: str) -> dict[str, str]:
        """What is asked to find an entry, by column."""
        return {one.key: in_language(one.label, language) or one.key for one in self.settings(spec).parts}

    # -- looking up

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        parts = self.settings(spec).parts
        return LookupField(
            kind=self,
            spec=spec,
            context=context,
            required=required,
            error_messages={"required": wording.write(spec)},
            widget=LookupWidget({one.key: _input(one) for one in parts}),
        )

    def looked_up(self, spec: FieldSpec, typed: Sequence[str], context: Context) -> dict[str, Any]:
        """The answer for the entry with this key.

        Raises:
            ValidationError: in the editor's words; the same ones whichever part of the key is wrong.
        """
        settings = self.settings(spec)
        wanted = Wanted(
            organisation=settings.organisation,
            registry=settings.registry,
            key=tuple((one.kind, text) for one, text in zip(settings.parts, typed, strict=True)),
            asked_by=context.asked_by,
            most_failures=settings.most_failures,
        )
        try:
            entry = registries().find(wanted)
        except TooManyLookups as error:
            raise ValidationError(
                _("You have tried too many times. Wait an hour, then try again with the numbers before you."),
                code="limited",
            ) from error
        code = self._refusal(settings, entry)
        if code or entry is None:
            raise ValidationError(self._words(spec, code, context.language), code=code)
        return _answer(settings, entry)

    def _refusal(self, settings: "Lookup.Settings", entry: Entry | None) -> str:
        if entry is None:
            return "not_found"
        if entry.is_expired:
            return "expired"
        return "used" if (settings.once and entry.is_used) or _is_blocked(settings, entry) else ""

    def _words(self, spec: FieldSpec, code: str, language: str) -> str:
        written: Texts = getattr(self.settings(spec), code)
        return in_language(written, language) or wording.unreadable(spec)

    def settle(self, spec: FieldSpec, answer: Answer, *, number: str, language: str) -> None:
        """Where an entry can be used once only: of two requests for it at once, one is sent."""
        if self.settings(spec).once and not registries().use(answer["entry"], by=number):
            raise ValidationError(self._words(spec, "used", language), code="used")

    def used_up(self, spec: FieldSpec, answer: Answer) -> str:
        return str(answer.get("entry") or "") if self.settings(spec).once and self.fits(answer) else ""

    # -- answers

    def typed_key(self, spec: FieldSpec, answer: Any) -> list[str]:
        """What was typed to find the entry, part by part."""
        key = answer.get("key") if isinstance(answer, Mapping) else None
        key = key if isinstance(key, Mapping) else {}
        return [str(key.get(one.key) or "") for one in self.settings(spec).parts]

    def from_answer(self, spec: FieldSpec, answer: Answer) -> Any:
        return self.typed_key(spec, answer)

    def fits(self, answer: Answer) -> bool:
        if not isinstance(answer, Mapping):
            return False
        key, values = answer.get("key"), answer.get("values", {})
        are_texts = isinstance(key, Mapping) and all(isinstance(text, str) for text in key.values())
        return are_texts and isinstance(values, Mapping)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        settings = self.settings(spec)
        entries = registries().samples(settings.organisation, settings.registry)
        return next((_answer(settings, entry) for entry in entries if not self._refusal(settings, entry)), None)

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        settings = self.settings(spec)
        # Of an empty registry nothing can be said.
        return bool(registries().samples(settings.organisation, settings.registry))

    def facts(self, spec: FieldSpec, answer: Answer, language: str) -> list[tuple[str, SafeString]]:
        """(label, value) of the key and of what was found, for a page."""
        return [
            (label, left_to_right(text) if is_number else format_html("<bdi>{}</bdi>", text))
            for label, text, is_number in self._told(spec, answer, language)
        ]

    def example_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        """Examples are entries of real people; whoever edits a form need not be one who may read them."""
        return _("an entry of the registry") if answer else ""

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        if not answer:
            return ""
        return comma(language).join(f"{label}: {text}" for label, text, _n in self._told(spec, answer, language))

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        if not answer:
            return SafeString()
        lines = (
            format_html('<span class="muted">{}:</span> {}', label, value)
            for label, value in self.facts(spec, answer, language)
        )
        return format_html_join(SafeString("<br>"), "<span>{}</span>", ((line,) for line in lines))

    def _told(self, spec: FieldSpec, answer: Mapping[str, Any], language: str) -> Iterator[tuple[str, str, bool]]:
        settings = self.settings(spec)
        for columns, values in ((settings.parts, answer.get("key")), (settings.shown, answer.get("values"))):
            for column in columns:
                text = _in_words(column, str((values or {}).get(column.key) or ""), language)
                if text:
                    is_code = column.kind != "date" and text.isascii()
                    yield in_language(column.label, language) or column.key, text, is_code

    # -- exchange

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        settings = self.settings(spec)
        question = in_language(spec.label, language)
        return [
            Column(f"{spec.key}.{one.key}", f"{question}: {in_language(one.label, language)}", one in settings.parts)
            for one in (*settings.parts, *settings.shown)
        ]

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        settings = self.settings(spec)
        values = (answer or {}).get("values") or {}
        return [*self.typed_key(spec, answer), *(str(values.get(one.key) or "") for one in settings.shown)]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """The entry with the key in the cells; an answer that has this key already stays as it is."""
        typed = [_typed(cell) for cell in cells[: len(self.settings(spec).parts)]]
        present = context.answers.get(spec.key)
        if any(typed) and self.fits(present) and typed == self.typed_key(spec, present):
            return present
        return self.form_field(spec, context, required=False).clean(typed)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        settings = self.settings(spec)
        text = {"type": "string", "minLength": 1, "maxLength": LONGEST_PART}
        return {
            "type": "object",
            "properties": {
                "key": _object({one.key: {"title": in_language(one.label), **text} for one in settings.parts}),
                "values": {
                    **_object({one.key: {"title": in_language(one.label), "type": "string"} for one in settings.shown}),
                    "readOnly": True,
                },
                "entry": {"type": "string", "readOnly": True},
            },
            "required": ["key"],
            "additionalProperties": False,
        }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _registry_block() -> editing.PickBlock:
    # Read anew whenever the editor is opened: registries come and go while the server runs.
    return editing.PickBlock(
        choices=lambda: registries().names(),
        label=gettext_lazy("Registry"),
        help_text=gettext_lazy("The list in which the entry is looked for. Its key columns are asked for."),
    )


def _message_block(label: Any, *, required: bool = True) -> LocalisedTextBlock:
    return LocalisedTextBlock(
        required=required,
        multiline=True,
        max_length=500,
        label=label,
        help_text=gettext_lazy("What people are told, and what they can do then."),
    )


def _input(part: ShownColumn) -> forms.Widget:
    is_number = part.kind == "number"
    return text_widget(
        keypad="numeric" if is_number else "",
        left_to_right=part.kind != "text",
        size="short" if is_number else "medium",
        maxlength=LONGEST_PART,
        spellcheck="false",
    )


def _typed(part: Any) -> str:
    return digits(clean(part))[:LONGEST_PART] if isinstance(part, str) else ""


def _answer(settings: Lookup.Settings, entry: Entry) -> dict[str, Any]:
    return {
        "key": {one.key: entry.values.get(one.key, "") for one in settings.parts},
        "values": {one.key: entry.values.get(one.key, "") for one in settings.shown},
        "entry": entry.id,
    }


def _is_blocked(settings: Lookup.Settings, entry: Entry) -> bool:
    now = fold(entry.values.get(settings.blocked_column, ""))
    return bool(settings.blocked_column) and now in {fold(value) for value in settings.blocked_values}


def _in_words(column: ShownColumn, text: str, language: str) -> str:
    day = read_day(text) if column.kind == "date" else None
    return gregorian_text(day, language) if day else text


def _faults_of_columns(settings: Lookup.Settings, known: KnownRegistry) -> Iterator[str]:
    columns = {column.key for column in known.columns}
    if not any(column.is_key for column in known.columns):
        yield _("The registry has no key column: nothing can be found in it.")
    if not settings.show:
        yield _("Choose a column to show, so that people can see whether the right entry was found.")
    for key in (*settings.show, *filter(None, [settings.blocked_column])):
        if key not in columns:
            yield _("The registry has no column “%(key)s”.") % {"key": key}
    if bool(settings.blocked_column) != bool([value for value in settings.blocked_values if value]):
        yield _("Name both the column that blocks an entry and the values with which it does.")


def _faults_of_messages(settings: Lookup.Settings, known: KnownRegistry | None) -> Iterator[str]:
    wanted: list[tuple[str, Texts]] = [(pgettext("message of a look-up", "nothing is found"), settings.not_found)]
    if known is not None and known.has_expiry:
        wanted.append((pgettext("message of a look-up", "the entry has expired"), settings.expired))
    if settings.once or settings.blocked_column:
        wanted.append((pgettext("message of a look-up", "the entry is used or blocked"), settings.used))
    for what, texts in wanted:
        for code, name in content_languages():
            if not texts.get(code, "").strip():
                yield _("Write in %(language)s what people are told when %(case)s.") % {
                    "language": name,
                    "case": what,
                }
