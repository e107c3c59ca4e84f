"""The columns of an export: the record's own, then one or more for each question of its forms.

A heading is `key · label`; the label is for people, an import reads the key alone. Forms change, and
one selection holds requests of several versions and services: their questions are united by key, in
the order of the newest version, and each row fills the columns its own version knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export.fields import Field

from cms.hijri import hijri_text
from cms.languages import in_language
from cms.spreadsheets.cells import printable
from forms_builder.fields import field_type
from forms_builder.models import FormVersion
from forms_builder.spec import FieldSpec, FormSpec
from service_requests.records.models import ServiceRequest

if TYPE_CHECKING:
    from home.accounts.establishments.models import Establishment
    from home.accounts.models import User
    from services_catalog.organisations.models import Department

NUMBER = "number"
DEPARTMENT = "department"
ASSIGNEE = "assignee"
CHANGED = "updated_at"

# Keys of the record's own columns, in order.
LABELS: dict[str, Promise] = {
    NUMBER: _("Request number"),
    "transaction_number": _("Transaction number"),
    "service": _("Service"),
    "status": pgettext_lazy("of a request", "Status"),
    "stage": _("Stage"),
    DEPARTMENT: _("Department"),
    ASSIGNEE: _("Assignee"),
    "applicant_name": _("Applicant's name"),
    "applicant_identity": _("Applicant's identity number"),
    "applicant_mobile": _("Applicant's mobile"),
    "acting_for": _("On behalf of"),
    "channel": _("Channel"),
    "submitted_at": _("Submitted"),
    "submitted_hijri": _("Submitted (Hijri)"),
    CHANGED: _("Last change"),
    "closed_at": _("Closed"),
    "outcome": _("Outcome"),
    "outcome_note": _("Reason of the decision"),
}
# What an import may change of the record itself.
WRITABLE = (DEPARTMENT, ASSIGNEE)

# Set before the key of a question that is called like one of the record's own columns.
_ANSWER = "answer:"


@dataclass(frozen=True)
class AnswerColumn:
    """One column of a question; `key` is unlike those of the record."""

    key: str
    label: str
    writable: bool


Layout = list[tuple[FieldSpec, list[AnswerColumn]]]


def answer_columns(versions: Iterable[FormVersion], language: str) -> dict[str, AnswerColumn]:
    """The columns of all these forms, by key. Newer versions lead; what only older ones ask stands beside
    the question it followed."""
    united: list[str] = []
    columns: dict[str, AnswerColumn] = {}
    newest_first = sorted(versions, key=lambda version: (version.form_id, -version.number))
    for _form, of_form in groupby(newest_first, key=lambda version: version.form_id):
        first = len(united)
        for version in of_form:
            place = first
            for column in _columns_of(version.value, language):
                if column.key in columns:
                    place = united.index(column.key) + 1
                    continue
                columns[column.key] = column
                united.insert(place, column.key)
                place += 1
    return {key: columns[key] for key in united}


def questions(spec: FormSpec) -> Iterator[FieldSpec]:
    """What a form asks, without its headings and notes."""
    return (field for field in spec.fields() if field_type(field.type).has_answer)


def layout_of(spec: FormSpec, language: str) -> Layout:
    """Every question of a form with its columns: worked out once for all requests of a version."""
    return [(field, columns_of(field, language)) for field in questions(spec)]


def answer_cells(layout: Layout, answers: Mapping[str, Any], language: str) -> dict[str, str]:
    """What the columns of a form say for one request."""
    cells: dict[str, str] = {}
    for field, columns in layout:
        texts = field_type(field.type).cells(field, answers.get(field.key), language)
        for column, text in zip(columns, texts, strict=True):
            cells[column.key] = printable(text)
    return cells


def _columns_of(spec: FormSpec, language: str) -> Iterator[AnswerColumn]:
    for field in questions(spec):
        yield from columns_of(field, language)


def columns_of(field: FieldSpec, language: str) -> list[AnswerColumn]:
    """The columns of one question, in the order of its cells."""
    return [
        AnswerColumn(f"{_ANSWER}{column.key}" if column.key in LABELS else column.key, column.label, column.writable)
        for column in field_type(field.type).columns(field, language)
    ]


class AnswerField(Field):
    """A column of a question, filled from the cells the resource has worked out for the request."""

    def __init__(self, key: str) -> None:
        super().__init__(attribute=None, column_name=key, readonly=True)

    def export(self, instance: Any, **kwargs: Any) -> str:
        cells: dict[str, str] = kwargs["cells"]
        return cells.get(self.column_name, "")


class RecordField(Field):
    """A column of the record that an import never changes."""

    def __init__(self, key: str) -> None:
        super().__init__(attribute=key, column_name=key, readonly=True)

    def export(self, instance: Any, **kwargs: Any) -> str:
        return printable(_SAYS[self.column_name](instance, kwargs["language"]))


def department_text(department: "Department", language: str) -> str:
    return in_language(department.name, language) or department.key


def assignee_text(person: "User | None") -> str:
    """`Name (user name)`: names are not unique."""
    return f"{person.get_full_name()} ({person.get_username()})" if person else ""


def office_text(office: "Establishment | None", language: str) -> str:
    """`Name (number)`: in whose name it was applied for."""
    return f"{in_language(office.name, language)} ({office.number})" if office else ""


def _moment(request: ServiceRequest, moment: datetime | None) -> str:
    return moment.astimezone(request.organisation.zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _hijri(request: ServiceRequest, language: str) -> str:
    return hijri_text(request.submitted_at.astimezone(request.organisation.zone).date(), language)


def _outcome(request: ServiceRequest, language: str) -> str:
    """The label of the way out that was chosen."""
    for stage in request.workflow.stages:
        outcome = stage.outcome(request.outcome)
        if outcome:
            return in_language(outcome.label, language)
    return request.outcome


# What each column of the record says; sentences of the catalogue are read in the active language.
_SAYS: dict[str, Any] = {
    NUMBER: lambda request, language: request.number,
    "transaction_number": lambda request, language: request.transaction_number,
    "service": lambda request, language: request.service_title,
    "status": lambda request, language: str(request.get_status_display()),
    "stage": lambda request, language: in_language(request.stage.label, language),
    DEPARTMENT: lambda request, language: department_text(request.department, language),
    ASSIGNEE: lambda request, language: assignee_text(request.assignee),
    "applicant_name": lambda request, language: request.applicant_name,
    "applicant_identity": lambda request, language: request.applicant_identity,
    "applicant_mobile": lambda request, language: request.applicant_mobile,
    "acting_for": lambda request, language: office_text(request.acting_for, language),
    "channel": lambda request, language: str(request.get_channel_display()),
    "submitted_at": lambda request, language: _moment(request, request.submitted_at),
    "submitted_hijri": _hijri,
    CHANGED: lambda request, language: _moment(request, request.updated_at),
    "closed_at": lambda request, language: _moment(request, request.closed_at),
    "outcome": _outcome,
    "outcome_note": lambda request, language: request.outcome_note,
}
