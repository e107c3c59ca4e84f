"""Requests as a resource of django-import-export: which columns a selection has, and what they say.

`exporting` streams its rows; `importing` builds on it. A resource belongs to one reader, one language
and one selection; preparing it takes the same few queries for any number of requests.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override
from import_export.resources import ModelResource

from cms.spreadsheets.headings import heading
from forms_builder.models import FormVersion
from service_requests.exchange.columns import (
    LABELS,
    AnswerField,
    Layout,
    RecordField,
    answer_cells,
    answer_columns,
    layout_of,
)
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.services import service_names

_AT_ONCE = 200


class RequestResource(ModelResource):
    """Requests in one language. Call `prepare` before anything else."""

    class Meta:
        model = ServiceRequest
        fields: tuple[str, ...] = ()
        import_id_fields = ("number",)
        chunk_size = _AT_ONCE

    def __init__(self, *, language: str) -> None:
        super().__init__()
        self.language = language
        self.versions: dict[int, FormVersion] = {}
        self.titles: dict[int, str] = {}
        self.labels: dict[str, str] = {}
        self._layouts: dict[tuple[int, str], Layout] = {}

    def prepare(self, selection: "QuerySet[ServiceRequest, Any]") -> None:
        """Find the columns and the words of these requests."""
        unordered = selection.order_by()
        self.versions = FormVersion.objects.in_bulk(set(unordered.values_list("form_version_id", flat=True)))
        services = set(unordered.values_list("service_id", flat=True))
        self.answer_columns = answer_columns(self.versions.values(), self.language)
        with override(self.language):
            self.titles = dict(service_names(services))
            own = {key: str(label) for key, label in LABELS.items()}
        self.labels = own | {key: column.label for key, column in self.answer_columns.items()}
        self.fields.update({key: self.record_field(key) for key in own})
        self.fields.update({key: AnswerField(key) for key in self.answer_columns})

    def record_field(self, key: str) -> RecordField:
        return RecordField(key)

    def get_export_headers(self, selected_fields: list[str] | None = None) -> list[str]:
        return [
            heading(field.column_name, self.labels[field.column_name])
            for field in self.get_export_fields(selected_fields)
        ]

    def rows(self, selection: ServiceRequestQuerySet) -> Iterator[list[str]]:
        """One row of texts per request, read from the database a few at a time."""
        for request in self.iter_queryset(_whole(selection)):
            yield self.export_resource(request)

    def export_resource(
        self, instance: ServiceRequest, selected_fields: list[str] | None = None, **kwargs: Any
    ) -> list[str]:
        texts = self.texts(instance, self.language)
        return [texts[field.column_name] for field in self.get_export_fields(selected_fields)]

    def layout(self, request: ServiceRequest, language: str) -> Layout:
        """The questions of the form the request was made with, and their columns."""
        key = (request.form_version_id, language)
        if key not in self._layouts:
            self._layouts[key] = layout_of(self.versions[request.form_version_id].value, language)
        return self._layouts[key]

    def texts(self, request: ServiceRequest, language: str) -> dict[str, str]:
        """What every column says of one request."""
        request.service_title = self.titles.get(request.service_id, "")  # type: ignore[attr-defined]
        cells = answer_cells(self.layout(request, language), request.answers, language)
        with override(language):
            return {name: field.export(request, language=language, cells=cells) for name, field in self.fields.items()}


def _whole(selection: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """The selection with all that a row of the export shows, in one query."""
    return (
        selection.defer(None)
        .defer("search_text")
        .select_related(None)
        .select_related("organisation", "department", "assignee", "acting_for")
    )
