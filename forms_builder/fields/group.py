"""A repeating group: the same few questions for each companion, child or vehicle."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field
from wagtail import blocks

from cms.blocks import LocalisedTextBlock
from cms.languages import Texts, in_language
from forms_builder.conditions import holds
from forms_builder.fields import base, editing
from forms_builder.fields.asking import ROW, is_required, row_answers, shown_fields_of
from forms_builder.fields.base import Answer, Column, Context, FileUrl, field_type
from forms_builder.fields.showing import comma
from forms_builder.spec import FieldSpec

MOST_ROWS = 50

# A cell holds one row a line: `1) name: …; id: …`. What would end a part early is written with a backslash.
_SPECIAL = re.compile(r"([\\;\n])")
_PART = re.compile(r"((?:\\.|[^\\;])*)(?:;|$)", re.DOTALL)


class RowsField(forms.Field):
    """Cleaned to a list of checked rows. Rows are kept by the wizard, one small form each."""

    def __init__(self, *, spec: FieldSpec, context: Context, least: int, most: int, **kwargs: Any) -> None:
        self.spec = spec
        self.context = context
        self.least = least
        self.most = most
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = list(value or [])
        check_count(self.spec, len(rows), self.least, self.most, self.context.language)
        return [check_row(self.spec, row, number, self.context) for number, row in enumerate(rows, start=1)]


class RowError(ValidationError):
    """A wrong answer in a row, with its place."""

    def __init__(self, message: str, *, row: int, key: str) -> None:
        super().__init__(message, code="row")
        self.row = row
        self.key = key


def check_count(spec: FieldSpec, count: int, least: int, most: int, language: str) -> None:
    """Refuse too few rows and too many.

    Raises:
        ValidationError: saying how many to add or remove.
    """
    name = in_language(spec.label, language)
    if count < least:
        raise ValidationError(
            ngettext(
                "Add at least %(number)s entry: %(question)s", "Add at least %(number)s entries: %(question)s", least
            )
            % {"number": least, "question": name},
            code="too_few",
        )
    if count > most:
        raise ValidationError(
            ngettext(
                "Keep %(number)s entry and remove the others: %(question)s",
                "Keep %(number)s entries and remove the others: %(question)s",
                most,
            )
            % {"number": most, "question": name},
            code="too_many",
        )


def check_row(spec: FieldSpec, row: Mapping[str, Any], number: int, context: Context) -> dict[str, Any]:
    """The checked answers of one row, hidden questions left out.

    Raises:
        RowError: for the first wrong answer.
    """
    faults = list(row_faults(spec, row, number, context))
    if faults:
        raise faults[0]
    return checked_row(spec, row, context)


def checked_row(spec: FieldSpec, row: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The answers of a row that are right; its name stays."""
    answers = {key: answer for key, answer, _error in _walk_row(spec, row, context) if answer is not None}
    return {ROW: row[ROW], **answers} if ROW in row else answers


def row_faults(spec: FieldSpec, row: Mapping[str, Any], number: int, context: Context) -> Iterator[RowError]:
    """What is wrong in one row."""
    for key, _answer, error in _walk_row(spec, row, context):
        if error is not None:
            yield RowError(error, row=number, key=key)


def _walk_row(spec: FieldSpec, row: Mapping[str, Any], context: Context) -> Iterator[tuple[str, Answer, str | None]]:
    effective = {**context.answers, **row_answers(spec, row, context.answers)}
    inner = replace(context, answers=effective)
    for field in shown_fields_of(spec.fields, effective):
        kind = field_type(field.type)
        if not kind.has_answer:
            continue
        try:
            checked = kind.check(
                field,
                effective.get(field.key) if field.key in row else None,
                inner,
                required=is_required(field, effective),
            )
        except ValidationError as error:
            yield field.key, None, error.messages[0]
        else:
            yield field.key, checked, None


@base.register
class Group(base.FieldType):
    """Rows of the same questions. In an export the whole group is one cell, one row a line."""

    key = "group"
    label = gettext_lazy("Repeating group")
    icon = "copy"
    menu = editing.FILES
    operators = ("answered", "not_answered")
    personal = True
    in_groups = False
    template = "components/fields/group.html"

    class Settings(base.Settings):
        least: int = Field(default=0, ge=0, le=MOST_ROWS)
        most: int = Field(default=5, ge=1, le=MOST_ROWS)
        item: dict[str, str] = {}

    def block(self) -> blocks.StructBlock:
        inner = blocks.StreamBlock(
            [(kind.key, base.block_of(kind.key)) for kind in base.field_types() if kind.in_groups],
            label=gettext_lazy("Questions of one entry"),
            help_text=gettext_lazy("Asked once for each entry; their conditions read the answers of the same entry."),
        )
        item = LocalisedTextBlock(
            max_length=60, label=gettext_lazy("One entry is called"), help_text=gettext_lazy("For example: companion.")
        )
        least = blocks.IntegerBlock(
            default=0,
            min_value=0,
            max_value=MOST_ROWS,
            required=False,
            label=gettext_lazy("Entries at least"),
            help_text=gettext_lazy("How many entries there must be."),
        )
        most = blocks.IntegerBlock(
            default=5,
            min_value=1,
            max_value=MOST_ROWS,
            label=gettext_lazy("Entries at most"),
            help_text=gettext_lazy("How often the questions can be asked."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("item", item), ("most", most), ("fields", inner)],
            more=[("least", least)],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        if not spec.fields:
            yield _("Add the questions of one entry.")
        if settings.least > settings.most:
            yield _("Set the most entries to no fewer than the least.")

    def item(self, spec: FieldSpec) -> Texts:
        """What one row is called."""
        return self.settings(spec).item or spec.label

    def limits(self, spec: FieldSpec, *, required: bool) -> tuple[int, int]:
        settings = self.settings(spec)
        return max(settings.least, 1 if required else 0), settings.most

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        least, most = self.limits(spec, required=required)
        return RowsField(spec=spec, context=context, least=least, most=most, required=required)

    def fits(self, answer: Answer) -> bool:
        return isinstance(answer, list) and all(isinstance(row, Mapping) for row in answer)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        row = self._example_row(spec, context)
        return [dict(row) for _number in range(self.fewest(spec))] if row else None

    def _example_row(self, spec: FieldSpec, context: Context) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for field in spec.fields:
            kind = field_type(field.type)
            effective = {**context.answers, **row_answers(spec, row, context.answers)}
            if kind.has_answer and not kind.computes and holds(field.show_if, effective):
                answer = kind.example(field, replace(context, answers=effective))
                if answer is not None:
                    row[field.key] = answer
        return row

    def fewest(self, spec: FieldSpec) -> int:
        """Rows of an example."""
        return max(1, int(self.settings(spec).least))

    def counts_near(self, spec: FieldSpec, values: Sequence[Answer]) -> list[int]:
        """Numbers of rows that comparing with these values tells apart."""
        settings = self.settings(spec)
        found = [self.fewest(spec)]
        for value in values:
            if isinstance(value, int | float):
                found += [int(value) + by for by in (0, 1, -1)]
        return [count for count in dict.fromkeys(found) if max(1, settings.least) <= count <= settings.most]

    def row_title(self, spec: FieldSpec, row: Mapping[str, Any], number: int, language: str) -> str:
        """The first answer of the row; without one, the entry's noun and number."""
        for field in spec.fields:
            text = field_type(field.type).as_text(field, row.get(field.key), language)
            if text:
                return text
        return f"{in_language(self.item(spec), language)} {number}"

    def example_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        texts = (
            field_type(field.type).example_text(field, row.get(field.key), language)
            for row in answer or []
            for field in spec.fields
        )
        return comma(language).join(text for text in texts if text)

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        lines = []
        for number, row in enumerate(answer or [], start=1):
            texts = [field_type(field.type).as_text(field, row.get(field.key), language) for field in spec.fields]
            # An entry whose questions were all left open is an entry all the same.
            told = comma(language).join(text for text in texts if text)
            lines.append(told or self.row_title(spec, row, number, language))
        return "\n".join(lines)

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        if not answer:
            return SafeString()
        shown = (
            self._row_html(spec, row, language, file_url) or self.row_title(spec, row, number, language)
            for number, row in enumerate(answer, start=1)
        )
        rows = format_html_join("", "<li>{}</li>", ((row,) for row in shown))
        return format_html('<ol class="answer-rows">{}</ol>', rows)

    def _row_html(self, spec: FieldSpec, row: Mapping[str, Any], language: str, file_url: FileUrl | None) -> SafeString:
        shown = []
        for field in spec.fields:
            html = field_type(field.type).as_html(field, row.get(field.key), language, file_url)
            if html:
                label = in_language(field.label, language)
                shown.append(format_html('<span class="muted">{}:</span> {}', label, html))
        return format_html_join(SafeString("<br>"), "<span>{}</span>", ((part,) for part in shown))

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        return [Column(spec.key, in_language(spec.label, language))]

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        lines = [f"{number}) {self._line(spec, row, language)}" for number, row in enumerate(answer or [], start=1)]
        return ["\n".join(lines)]

    def _line(self, spec: FieldSpec, row: Mapping[str, Any], language: str) -> str:
        parts = []
        for field in spec.fields:
            kind = field_type(field.type)
            columns, cells = kind.columns(field, language), kind.cells(field, row.get(field.key), language)
            parts += [f"{column.key}: {_escaped(cell)}" for column, cell in zip(columns, cells, strict=True) if cell]
        return "; ".join(parts)

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """Rows from a cell. `context.answers` are the answers that the request has now, for its files."""
        present = [row for row in context.answers.get(spec.key) or [] if isinstance(row, Mapping)]
        rows = [self._read_line(spec, number, line, present, context) for number, line in _lines(cells[0])]
        least, most = self.limits(spec, required=False)
        check_count(spec, len(rows), min(least, len(rows)), most, context.language)
        return rows or None

    def _read_line(
        self, spec: FieldSpec, number: int, line: str, present: list[Mapping[str, Any]], context: Context
    ) -> dict[str, Any]:
        written = _parts(line)
        row: dict[str, Any] = {}
        for field in spec.fields:
            kind = field_type(field.type)
            keys = [column.key for column in kind.columns(field, context.language)]
            if not keys:
                continue
            before = _present(field, present[number - 1] if number <= len(present) else {}, present)
            inner = replace(context, answers={**context.answers, **row, field.key: before})
            try:
                answer = kind.read_cells(field, [written.pop(key, "") for key in keys], inner)
            except ValidationError as error:
                raise RowError(
                    f"{number}) {in_language(field.label, context.language)}: {error.messages[0]}",
                    row=number,
                    key=field.key,
                ) from error
            if answer is not None:
                row[field.key] = answer
        if written:
            raise RowError(
                _("Write the names of the parts as in the export, not “%(text)s”") % {"text": next(iter(written))},
                row=number,
                key="",
            )
        return row

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        settings = self.settings(spec)
        return {
            "type": "array",
            "minItems": max(1, settings.least),
            "maxItems": settings.most,
            "items": base.object_schema(spec.fields),
        }


def _escaped(cell: str) -> str:
    return _SPECIAL.sub(lambda found: "\\n" if found[1] == "\n" else f"\\{found[1]}", cell)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def _lines(cell: str) -> list[tuple[int, str]]:
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    return [(number, re.sub(r"^\d+\)\s*", "", line)) for number, line in enumerate(lines, start=1)]


def _parts(line: str) -> dict[str, str]:
    """`name: …; id: …` by name."""
    parts = {}
    for raw in _PART.findall(line):
        name, colon, value = raw.partition(":")
        if name.strip() or colon:
            parts[name.strip()] = _unescaped(value.strip())
    return parts


def _present(field: FieldSpec, row: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Any:
    """What the row holds now in this question; of files, what any row holds: they may move between rows."""
    if field.type != "files":
        return row.get(field.key)
    held = [row.get(field.key) for row in rows]
    return [item for answer in held if isinstance(answer, list) for item in answer]
