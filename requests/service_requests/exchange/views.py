"""The admin pages of an exchange: export, upload, preview and confirmation."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.spreadsheets.formats import MOST_ROWS
from service_requests.exchange import exporting
from service_requests.exchange.applying import Outcome, apply
from service_requests.exchange.forms import UploadForm
from service_requests.exchange.judging import judge
from service_requests.exchange.models import ImportRun
from service_requests.exchange.staging import Findings
from service_requests.workflow.permissions import EXPORT, IMPORT

LIST = "requests:list"
_ROWS_ON_PAGE = 50

logger = logging.getLogger(__name__)


class _ExchangePage(WagtailAdminTemplateMixin, View):
    """A page for those who hold one right, below the list of requests."""

    right = ""
    header_icon = "upload"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [{"url": self.list_url, "label": _("Requests")}, {"url": "", "label": self.get_page_title()}]
        return [*self.breadcrumbs_items, *trail]

    @property
    def list_url(self) -> str:
        return reverse(LIST)

    @property
    def language(self) -> str:
        return (get_language() or "ar").split("-")[0]


class ExportPage(_ExchangePage):
    """How many requests would leave the office, and in what format; with `format`, the file."""

    right = EXPORT
    header_icon = "download"
    page_title = gettext_lazy("Export requests")
    template_name = "service_requests/exchange/export.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        write = exporting.WRITERS.get(request.GET.get("format", ""))
        if write is None or not self.is_possible:
            return self.render_to_response(self.get_context_data())
        logger.info("Person %s exported %s requests as %s.", request.user.pk, self.count, request.GET["format"])
        return write(self.selection, self.language)

    @cached_property
    def selection(self) -> Any:
        return exporting.selection(self.request)

    @cached_property
    def count(self) -> int:
        return exporting.count(self.selection)

    @property
    def is_possible(self) -> bool:
        return 0 < self.count <= MOST_ROWS

    @property
    def list_url(self) -> str:
        return reverse(LIST, query=self._parameters())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        address = reverse("exchange:export")
        return {
            **context,
            "count": self.count,
            "most": MOST_ROWS,
            "is_too_many": self.count > MOST_ROWS,
            "list_url": self.list_url,
            "xlsx_url": f"{address}?{self._parameters(format='xlsx').urlencode()}",
            "csv_url": f"{address}?{self._parameters(format='csv').urlencode()}",
        }

    def _parameters(self, **more: str) -> Any:
        """Filters and search of the list, without what belongs to this page."""
        parameters = self.request.GET.copy()
        for own in ("format", "p"):
            parameters.pop(own, None)
        parameters.update(more)
        return parameters


class UploadPage(_ExchangePage, FormView):  # type: ignore[type-arg]
    """Takes an edited file and stages what it would change."""

    right = IMPORT
    page_title = gettext_lazy("Import changes")
    template_name = "service_requests/exchange/upload.html"
    form_class = UploadForm

    def form_valid(self, form: UploadForm) -> HttpResponse:
        try:
            findings = judge(form.cleaned_data["file"], by=self.request.user, language=self.language)
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        run = ImportRun.objects.create(
            created_by=self.request.user,
            file_name=self.request.FILES["file"].name[:255],
            findings=findings.as_json(),
        )
        return redirect("exchange:preview", run.public_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "list_url": self.list_url, "most": MOST_ROWS}


class PreviewPage(_ExchangePage, TemplateView):
    """What a file would change, and the button that does it; afterwards, what it did."""

    right = IMPORT
    template_name = "service_requests/exchange/preview.html"

    @cached_property
    def run(self) -> ImportRun:
        """The person's own run. Others', and those past their life, are not there."""
        runs = ImportRun.objects.filter(public_id=self.kwargs["run"], created_by=self.request.user)
        run = runs.first()
        if run is None or (run.applied_at is None and run.expires_at <= timezone.now()):
            raise Http404
        return run

    def get_page_title(self) -> str:
        return _("Import finished") if self.run.applied_at else _("Check the changes")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        requests, here = super().get_breadcrumbs_items()[-2:]
        upload = {"url": reverse("exchange:import"), "label": _("Import changes")}
        return [*self.breadcrumbs_items, requests, upload, here]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "discard" in request.POST:
            ImportRun.objects.filter(pk=self.run.pk, applied_at=None).delete()
            messages.success(request, _("The import was discarded. Nothing was changed."))
            return redirect("exchange:import")
        # A second press finds the run applied; the page then says what it did.
        apply(self.run, by=self.request.user)
        return redirect("exchange:preview", self.run.public_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {"run": self.run, "list_url": self.list_url}
        if self.run.applied_at:
            return {**context, "outcome": Outcome(**self.run.outcome)}
        findings = Findings.from_json(self.run.findings)
        return {
            **context,
            "findings": findings,
            "cells": sum(len(row.changes) for row in findings.rows),
            "faulty_rows": len({fault.line for fault in findings.faults}),
            "page": Paginator(findings.rows, _ROWS_ON_PAGE).get_page(self.request.GET.get("p")),
        }
