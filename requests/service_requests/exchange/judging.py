"""Judge the rows of an uploaded file: what they would change, and what is wrong with them.

A resource of django-import-export whose import writes nothing: it gives the findings that are staged
in an `ImportRun`, previewed and confirmed (`exchange.applying`). The stock dry run writes every row
and rolls back, holding the database's write lock all the while, so it is not used.

A cell that says what an export would say is never read: an untouched file changes nothing, whatever
its language and whatever a spreadsheet made of it.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff
from import_export.results import Result, RowResult
from tablib import Dataset

from cms.arabic import clean, digits
from cms.languages import content_languages
from cms.spreadsheets.cells import same
from cms.spreadsheets.formats import LINE, TORN
from cms.spreadsheets.headings import key_of, label_of
from forms_builder.fields import Context
from service_requests.exchange.answering import AnswersOfRow
from service_requests.exchange.columns import ASSIGNEE, CHANGED, LABELS, NUMBER, WRITABLE
from service_requests.exchange.fingerprints import fingerprint
from service_requests.exchange.placing import PLACE_FIELDS, Places, still_elsewhere
from service_requests.exchange.resources import RequestResource
from service_requests.exchange.staging import Change, ChangedRow, Fault, Findings
from service_requests.records.earlier import mark_of
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import concerns, visible_to
from service_requests.workflow.permissions import ASSIGN

if TYPE_CHECKING:
    from home.accounts.models import User

# Spreadsheets write dates in a way of their own: that they differ tells nothing.
_REWRITTEN = frozenset({"submitted_at", "submitted_hijri", CHANGED, "closed_at"})


def judge(dataset: Dataset, *, by: "User", language: str) -> Findings:
    """What importing these records would do. Writes nothing, and takes the same queries for any number.

    Raises:
        ValidationError: when the table as a whole cannot be used.
    """
    return JudgingResource(by=by, language=language).judge(dataset)


class _CellDiff(Diff):
    """What a row changes, cell by cell, as a reader of the language sees it."""

    def __init__(self, resource: "JudgingResource", instance: ServiceRequest, new: bool) -> None:
        self.left = resource.shown(instance)[resource.language]
        self.changes: list[Change] = []

    def compare_with(self, resource: "JudgingResource", instance: ServiceRequest) -> None:
        if not resource.differs(instance):
            return
        right = resource.texts(instance, resource.language)
        self.changes = [
            Change(resource.labels[key], self.left[key], right[key]) for key in right if self.left[key] != right[key]
        ]

    def as_html(self) -> list[Change]:
        return self.changes


class _Loaded(BaseInstanceLoader):
    """Finds a request among those the resource has loaded for this person."""

    def get_instance(self, row: dict[str, str]) -> ServiceRequest | None:
        found: ServiceRequest | None = self.resource.requests.get(_number(row[NUMBER]))
        return found


class JudgingResource(RequestResource):
    """Reads the rows of one file for one person."""

    class Meta:
        instance_loader_class = _Loaded
        skip_unchanged = True
        report_skipped = False
        store_instance = True

    def __init__(self, *, by: "User", language: str) -> None:
        super().__init__(language=language)
        self.by = by
        self.may_place = by.has_perm(ASSIGN)
        self.requests: dict[str, ServiceRequest] = {}
        self.findings = Findings()
        self._times: Counter[str] = Counter()
        self._stored: dict[int, ServiceRequest] = {}
        self._shown: dict[int, dict[str, dict[str, str]]] = {}

    def judge(self, dataset: Dataset) -> Findings:
        """See the function of this name."""
        headings = list(dataset.headers)
        keys = _keys(headings)
        self._load([record[keys.index(NUMBER)] for record in dataset])
        self.findings.unknown = [
            label_of(heading)
            for heading, key in zip(headings, keys, strict=True)
            if key not in self.fields and key != LINE
        ]
        dataset.headers = keys
        self._keep(self.import_data(dataset, use_transactions=False), dataset)
        return self.findings

    def _load(self, written: Sequence[str]) -> None:
        self._times = Counter(map(_number, written))
        visible = visible_to(self.by).filter(number__in=list(self._times))
        self.prepare(visible)
        loaded = visible.defer("search_text").select_related("organisation", "department", "assignee", "applicant")
        self.requests = {request.number: request for request in loaded}
        self.places = Places({request.organisation_id for request in self.requests.values()})
        if self.may_place:
            for key, field in PLACE_FIELDS.items():
                self.fields[key] = field(key, self.places)

    # What django-import-export asks for each row, in the order it asks.

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return _CellDiff

    def before_import_row(self, row: dict[str, str], **kwargs: Any) -> None:
        number = _number(row[NUMBER])
        if row[LINE].endswith(TORN):
            raise ValidationError(_("This row has more cells than there are headings."))
        if not number:
            raise ValidationError({NUMBER: _("Write the number of the request.")})
        if self._times[number] > 1:
            raise ValidationError({NUMBER: _("This number stands in more than one row. Keep one of them.")})

    def init_instance(self, row: dict[str, str] | None = None) -> ServiceRequest:
        # Nothing is made by an import, and what a person may not see is not there for him.
        raise ValidationError({NUMBER: _("No request with this number was found.")})

    def after_init_instance(self, instance: ServiceRequest, new: bool, row: dict[str, str], **kwargs: Any) -> None:
        if concerns(self.by, instance):
            raise ValidationError(_("This request is your own: a colleague has to work on it."))
        self._stored[instance.pk] = deepcopy(instance)

    def import_instance(self, instance: ServiceRequest, row: dict[str, str], **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, shown=self.shown(instance), **kwargs)
        except ValidationError as error:
            errors |= error.error_dict
        if not errors and self._is_left_behind(instance):
            errors[ASSIGNEE] = still_elsewhere(instance)
        errors |= self._read_answers(instance, row)
        self._note_kept(instance, row)
        if errors:
            raise ValidationError(errors)

    def skip_row(
        self,
        instance: ServiceRequest,
        original: ServiceRequest,
        row: dict[str, str],
        import_validation_errors: Any = None,
    ) -> bool:
        return not import_validation_errors and not self.differs(instance)

    def save_instance(self, instance: ServiceRequest, is_create: bool, row: dict[str, str], **kwargs: Any) -> None:
        """Nothing is written: what was found is staged."""

    def after_import_row(self, row: dict[str, str], row_result: RowResult, **kwargs: Any) -> None:
        row_result.line = _line(row[LINE])

    # What stood before, and what became of it.

    def shown(self, request: ServiceRequest) -> dict[str, dict[str, str]]:
        """What an export would say of the request as it is stored, in every language."""
        if request.pk not in self._shown:
            self._shown[request.pk] = {code: self.texts(request, code) for code, _name in content_languages()}
        return self._shown[request.pk]

    def differs(self, request: ServiceRequest) -> bool:
        """Whether its row changes anything."""
        before = self._stored[request.pk]
        return (before.answers, before.department_id, before.assignee_id) != (
            request.answers,
            request.department_id,
            request.assignee_id,
        )

    def _is_left_behind(self, request: ServiceRequest) -> bool:
        """Whether it moves to a department in which its assignee does not work."""
        moves = request.department_id != self._stored[request.pk].department_id
        return moves and not self.places.works_in(request.assignee_id, request.department_id, request.service_id)

    def _read_answers(self, request: ServiceRequest, row: dict[str, str]) -> dict[str, Any]:
        spec = self.versions[request.form_version_id].value
        context = Context(
            language=self.language,
            country=request.organisation.country,
            applicant=mark_of(request.applicant, request.acting_for_id, read_by=self.by),
        )
        reading = AnswersOfRow(
            spec, self.layout(request, self.language), request.answers, row, self.shown(request), context
        )
        reading.read()
        for key in reading.kept:
            self.findings.kept.setdefault(self.labels[key], []).append(_line(row[LINE]))
        for key in self.answer_columns:
            if row.get(key, "").strip() and key not in reading.columns:
                reading.errors[key] = _("The form of this request does not ask this. Empty the cell.")
        request.answers = reading.answers
        return reading.errors

    def _note_kept(self, request: ServiceRequest, row: dict[str, str]) -> None:
        """Columns of the record that imports leave alone although the file says otherwise."""
        line = _line(row[LINE])
        written = set() if not self.may_place else set(WRITABLE)
        for key in LABELS.keys() & row.keys() - _REWRITTEN - written - {NUMBER}:
            if not any(same(row[key].strip(), texts[key].strip()) for texts in self.shown(request).values()):
                self.findings.kept.setdefault(self.labels[key], []).append(line)
        if _is_older(row.get(CHANGED, ""), self.shown(request)[self.language][CHANGED]):
            self.findings.outdated.append(line)

    def _keep(self, result: Result, dataset: Dataset) -> None:
        """Turn what django-import-export found into findings."""
        if result.base_errors:
            raise result.base_errors[0].error
        self.findings.unchanged = result.totals[RowResult.IMPORT_TYPE_SKIP]
        self.findings.rows = [
            self._changed_row(row) for row in result.rows if row.import_type == RowResult.IMPORT_TYPE_UPDATE
        ]
        lines, numbers = dataset[LINE], dataset[NUMBER]
        for invalid in result.invalid_rows:
            line, number = _line(lines[invalid.number - 1]), _number(numbers[invalid.number - 1])
            for key, messages in invalid.error_dict.items():
                column = "" if key == NON_FIELD_ERRORS else self.labels[key]
                self.findings.faults += [Fault(line, number, column, str(message)) for message in messages]
        # An error that is no finding is a defect of ours, never a row to be passed over.
        for broken in result.error_rows:
            raise broken.errors[0].error

    def _changed_row(self, row: RowResult) -> ChangedRow:
        request: ServiceRequest = row.instance
        stored = self._stored[request.pk]
        return ChangedRow(
            line=row.line,
            request=request.pk,
            number=request.number,
            seen=fingerprint(stored),
            changes=row.diff,
            answers=request.answers if request.answers != stored.answers else None,
            department=request.department_id,
            assignee=request.assignee_id,
        )


def _keys(headings: Sequence[str]) -> list[str]:
    """The keys of the headings of a file.

    Raises:
        ValidationError: when rows could not be told apart, or a column stands twice.
    """
    keys = [heading if heading == LINE else key_of(heading) for heading in headings]
    if NUMBER not in keys:
        raise ValidationError(
            _("The column “%(column)s” is missing. Export the requests, edit that file and upload it.")
            % {"column": LABELS[NUMBER]},
            code="no_number",
        )
    twice = next((key for key, times in Counter(filter(None, keys)).items() if times > 1), None)
    if twice:
        raise ValidationError(
            _("The column “%(column)s” stands in this file twice. Delete one of them.") % {"column": twice},
            code="twice",
        )
    return keys


def _number(text: str) -> str:
    return digits(clean(text)).replace(" ", "").upper()


def _line(text: str) -> int:
    return int(text.removesuffix(TORN))


def _is_older(written: str, now: str) -> bool:
    """Whether a file states an earlier last change than the request has; unreadable moments tell nothing."""
    try:
        return datetime.fromisoformat(written.strip()) < datetime.fromisoformat(now)
    except ValueError:
        return False
