"""Read the answers of one row of an imported file, each by the form version its request was made with."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.spreadsheets.cells import same, undone
from cms.spreadsheets.formats import FORMULA
from forms_builder.fields import Context, field_type
from forms_builder.route import effective_answers
from forms_builder.spec import FieldSpec, FormSpec
from forms_builder.validation import Result, validate
from service_requests.exchange.columns import AnswerColumn, Layout
from service_requests.exchange.placing import no_formula

Shown = Mapping[str, Mapping[str, str]]  # language → column → text


class AnswersOfRow:
    """The cells of a row against the answers of its request.

    After `read`, `answers` holds what the request would say, `errors` what is wrong by column, and
    `kept` the columns in which the file differs though an import never changes them.
    """

    def __init__(
        self,
        spec: FormSpec,
        layout: Layout,
        stored: Mapping[str, Any],
        row: Mapping[str, str],
        shown: Shown,
        context: Context,
    ) -> None:
        self.spec = spec
        self.layout = layout
        self.stored = stored
        self.row = row
        self.shown = shown
        self.context = context
        self.answers: dict[str, Any] = dict(stored)
        self.errors: dict[str, str | list[str]] = {}
        self.kept: list[str] = []
        self.columns: set[str] = set()  # those of this form
        self._touched: dict[str, str] = {}  # key of a question → column in which it was changed

    def read(self) -> None:
        for field, columns in self.layout:
            self._read_field(field, columns)
        if self._touched and not self.errors:
            self._walk()

    def _read_field(self, field: FieldSpec, columns: list[AnswerColumn]) -> None:
        self.columns.update(column.key for column in columns)
        changed = [column for column in columns if self._differs(column)]
        if not changed:
            return
        if not all(column.writable for column in changed):
            self.kept += [column.key for column in changed]
            return
        try:
            answer = self._answer(field, columns)
        except ValidationError as error:
            self.errors[changed[0].key] = error.messages
            return
        if answer != self.stored.get(field.key):
            self._touched[field.key] = changed[0].key
            self.answers[field.key] = answer

    def _answer(self, field: FieldSpec, columns: list[AnswerColumn]) -> Any:
        """What the cells mean; where the file has only some columns of a question, the others stay."""
        now = self.shown[self.context.language]
        cells = [self.row.get(column.key, now.get(column.key, "")) for column in columns]
        if FORMULA in cells:
            raise ValidationError(no_formula())
        return field_type(field.type).read_cells(field, [undone(cell) for cell in cells], self._now())

    def _differs(self, column: AnswerColumn) -> bool:
        cell = self.row.get(column.key)
        return cell is not None and not any(
            same(cell, texts.get(column.key, "")) or same(cell.strip(), texts.get(column.key, "").strip())
            for texts in self.shown.values()
        )

    def _now(self) -> Context:
        """What a dependent choice may know: the answers so far."""
        return Context(
            language=self.context.language,
            country=self.context.country,
            applicant=self.context.applicant,
            answers={key: value for key, value in self.answers.items() if value is not None},
        )

    def _walk(self) -> None:
        """Go through the whole form with the new answers, as a citizen would."""
        filled = {key: value for key, value in self.answers.items() if value is not None}
        asked = effective_answers(self.spec, filled)
        first = next(iter(self._touched.values()))
        for key, column in self._touched.items():
            if key in filled and key not in asked:
                self.errors[column] = _("This question is not asked with the answers of this row. Empty the cell.")
        if set(_file_ids(self.stored)) - set(_file_ids(asked)):
            self.errors[first] = _("This would take files from the request, and an import removes none.")
        self._add_faults(asked, first)
        self.answers = asked

    def _add_faults(self, asked: Mapping[str, Any], first: str) -> None:
        """What validating the whole form finds, but for what was wrong before and is not of this row."""
        faults = list(_faults(validate(self.spec, asked, self._now())))
        if not faults:
            return
        known = {(key, message) for key, message in _faults(validate(self.spec, self.stored, self._now()))}
        for key, message in faults:
            if key in self._touched or (key, message) not in known:
                self.errors.setdefault(self._column(key) or first, message)

    def _column(self, key: str) -> str:
        return next((columns[0].key for field, columns in self.layout if field.key == key and columns), "")


def _faults(result: Result) -> Iterator[tuple[str, str]]:
    """(key of the question, message); in a group the message says in which row."""
    for fault in result.faults:
        yield fault.field, fault.message


def _file_ids(answer: Any) -> Iterator[str]:
    """Ids of the files an answer refers to, wherever they stand in it."""
    if isinstance(answer, list):
        for part in answer:
            yield from _file_ids(part)
    elif isinstance(answer, Mapping):
        if {"id", "name", "size", "type"} <= answer.keys():
            yield str(answer["id"])
        for part in answer.values():
            yield from _file_ids(part)
