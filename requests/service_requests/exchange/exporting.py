"""The filtered list as a file. Called by the export page.

The list itself says which requests are meant: its view is asked for its rows, with the filters and
search of the address. Who may see which of them is asked again.
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language_info

from cms.spreadsheets.formats import CSV, MOST_ROWS, XLSX
from service_requests.exchange.resources import RequestResource
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import visible_to

_KEPT_IN_MEMORY = 4 * 1024 * 1024


def selection(request: HttpRequest) -> ServiceRequestQuerySet:
    """The requests that the desk's list would show for this address, to this person."""
    listing = ServiceRequest.snippet_viewset.index_view  # type: ignore[attr-defined]
    view = listing.view_class(**listing.view_initkwargs)
    view.setup(request)
    requests: ServiceRequestQuerySet = view.get_queryset()
    return requests.filter(pk__in=visible_to(request.user).order_by().values("pk"))


def count(requests: ServiceRequestQuerySet) -> int:
    """How many there are; one more than an export takes stands for any larger number."""
    return requests.order_by()[: MOST_ROWS + 1].count()


def as_csv(requests: ServiceRequestQuerySet, language: str) -> HttpResponseBase:
    headers, rows = _table(requests, language)
    response = StreamingHttpResponse(CSV().stream(headers, rows), content_type=CSV.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{_name(CSV.key)}"'
    return _never_kept(response)


def as_xlsx(requests: ServiceRequestQuerySet, language: str) -> HttpResponseBase:
    headers, rows = _table(requests, language)
    file: Any = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 -- the response closes it
    XLSX().write(headers, rows, file, right_to_left=get_language_info(language)["bidi"])
    file.seek(0)
    return _never_kept(FileResponse(file, as_attachment=True, filename=_name(XLSX.key), content_type=XLSX.CONTENT_TYPE))


WRITERS = {XLSX.key: as_xlsx, CSV.key: as_csv}


def _table(requests: ServiceRequestQuerySet, language: str) -> tuple[list[str], Iterator[list[str]]]:
    resource = RequestResource(language=language)
    # Requests that arrive between counting and reading do not lift the limit.
    chosen = requests[:MOST_ROWS]
    resource.prepare(ServiceRequest.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))))
    return resource.get_export_headers(), resource.rows(chosen)


def _name(extension: str) -> str:
    return f"requests-{timezone.localdate():%Y-%m-%d}.{extension}"


def _never_kept(response: HttpResponseBase) -> HttpResponseBase:
    """Personal data: no cache keeps it, and no browser guesses what it is."""
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
