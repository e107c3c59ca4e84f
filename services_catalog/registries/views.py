"""The admin pages of a registry beside the stock ones: its entries, their export, and the import of a file."""

import logging
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.arabic import fold
from cms.spreadsheets.formats import CSV, FORMATS, XLSX
from services_catalog.registries import importing
from services_catalog.registries.forms import UploadForm
from services_catalog.registries.models import Registry, RegistryEntry, RegistryImport
from services_catalog.registries.resources import EntryResource
from services_catalog.registries.scope import registries_of

VIEW, ADD, CHANGE, DELETE = (f"registries.{right}_registryentry" for right in ("view", "add", "change", "delete"))
_AT_ONCE = 2_000

logger = logging.getLogger(__name__)


REGISTRIES, ENTRIES = "wagtailsnippets_registries_registry:list", "wagtailsnippets_registries_registryentry:list"


def entries_address(registry: Registry) -> str:
    return reverse(ENTRIES, query={"registry": registry.pk})


def may_import(user: Any) -> bool:
    return bool(user.has_perm(ADD) and user.has_perm(CHANGE))


class RegistryList(IndexView):
    """The registries; each leads to its entries."""

    def get_list_more_buttons(self, instance: Registry) -> list[Any]:
        buttons = list(super().get_list_more_buttons(instance))
        if self.request.user.has_perm(VIEW):
            buttons.insert(0, Button(_("Entries"), url=entries_address(instance), icon_name="list-ul", priority=1))
        if may_import(self.request.user):
            address = reverse("registries_import", args=[instance.pk])
            buttons.insert(1, Button(_("Import"), url=address, icon_name="upload", priority=2))
        return buttons


class EntryFilters(WagtailFilterSet):
    registry = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Registry"), queryset=lambda request: registries_of(request.user)
    )

    class Meta:
        model = RegistryEntry
        fields = ("registry",)


class EntryList(IndexView):
    """Entries, of one registry or of all that the person may see."""

    def search_queryset(self, queryset: "QuerySet[RegistryEntry]") -> "QuerySet[RegistryEntry]":
        return queryset.filter(search_text__contains=fold(self.search_query)) if self.is_searching else queryset

    @cached_property
    def registry(self) -> Registry | None:
        """The one that is looked at: chosen, or the only one."""
        chosen = self.request.GET.get("registry", "")
        mine = registries_of(self.request.user)
        if chosen.isascii() and chosen.isdigit():
            return mine.filter(pk=int(chosen[:18])).first()
        only = list(mine[:2])
        return only[0] if len(only) == 1 else None

    def get_add_url(self) -> str | None:
        if self.registry is None or not self.request.user.has_perm(ADD):
            return None
        return reverse(self.add_url_name, query={"registry": self.registry.pk})

    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if self.registry is not None and may_import(self.request.user):
            address = reverse("registries_import", args=[self.registry.pk])
            buttons.append(HeaderButton(_("Import"), url=address, icon_name="upload"))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if self.registry is not None:
            for format_, label in (("xlsx", _("Export as XLSX")), ("csv", _("Export as CSV"))):
                address = reverse("registries_export", args=[self.registry.pk, format_])
                buttons.append(Button(label, url=address, icon_name="download"))
        return buttons


class AddEntry(CreateView):
    """A new entry of the registry in the address."""

    @cached_property
    def registry(self) -> Registry:
        chosen = self.request.GET.get("registry", "")
        if not (chosen.isascii() and chosen.isdigit()):
            raise Http404
        return get_object_or_404(registries_of(self.request.user), pk=int(chosen[:18]))

    def get_initial_form_instance(self) -> RegistryEntry:
        return RegistryEntry(registry=self.registry)

    def get_add_url(self) -> str:
        return reverse(self.add_url_name, query={"registry": self.registry.pk})

    def get_success_url(self) -> str:
        return entries_address(self.registry)


class _RegistryPage(WagtailAdminTemplateMixin, View):
    """A page about one registry of the person's own body; others are not there."""

    header_icon = "upload"
    request: Any
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_allowed(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self, user: Any) -> bool:
        return may_import(user)

    @cached_property
    def registry(self) -> Registry:
        return get_object_or_404(registries_of(self.request.user), pk=self.kwargs["registry"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [
            {"url": reverse(REGISTRIES), "label": _("Registries")},
            {"url": entries_address(self.registry), "label": str(self.registry)},
            {"url": "", "label": self.get_page_title()},
        ]
        return [*self.breadcrumbs_items, *trail]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "registry": self.registry, "entries_url": entries_address(self.registry)}


class ImportPage(_RegistryPage, FormView):  # type: ignore[type-arg]
    """Takes a file and shows what it would change."""

    page_title = gettext_lazy("Import entries")
    template_name = "services_catalog/registries/upload.html"
    form_class = UploadForm

    def form_valid(self, form: UploadForm) -> HttpResponse:
        replace = form.cleaned_data["mode"] == UploadForm.REPLACE
        if replace and not self.request.user.has_perm(DELETE):
            raise PermissionDenied
        try:
            run = importing.begin(
                self.registry,
                form.cleaned_data["file"].name or "",
                form.content(),
                replace=replace,
                by=self.request.user,
            )
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        return redirect("registries_preview", self.registry.pk, run.public_id)


class PreviewPage(_RegistryPage, TemplateView):
    """What a file would change, and the button that does it; afterwards, what it did."""

    template_name = "services_catalog/registries/preview.html"

    @cached_property
    def run(self) -> RegistryImport:
        """The person's own import. Others', and those past their life, are not there."""
        runs = RegistryImport.objects.filter(registry=self.registry, created_by=self.request.user)
        run = runs.filter(public_id=self.kwargs["run"]).first()
        if run is None or (run.applied_at is None and run.expires_at <= timezone.now()):
            raise Http404
        return run

    def get_page_title(self) -> str:
        if self.run.is_at_work:
            return _("The file is being worked on")
        return _("Import finished") if self.run.applied_at else _("Check the changes")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "discard" in request.POST:
            RegistryImport.objects.filter(pk=self.run.pk, applied_at=None).delete()
            messages.success(request, _("The import was discarded. Nothing was changed."))
            return redirect(entries_address(self.registry))
        if self.run.replace and not request.user.has_perm(DELETE):
            raise PermissionDenied
        importing.confirm(self.run)
        logger.info("Person %s imported into registry %s.", request.user.pk, self.registry.pk)
        return redirect("registries_preview", self.registry.pk, self.run.public_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        findings = self.run.findings
        return {
            **context,
            "run": self.run,
            "findings": findings,
            "may_be_stored": importing.may_be_stored(findings, replace=self.run.replace),
        }


class ExportPage(_RegistryPage):
    """Every entry of a registry as a file; imported again unchanged it changes nothing."""

    def is_allowed(self, user: Any) -> bool:
        return bool(user.has_perm(VIEW))

    def get(self, request: HttpRequest, registry: int, format: str) -> HttpResponseBase:
        if format not in FORMATS:
            raise Http404
        resource = EntryResource(self.registry, importing.language_now())
        headers = resource.get_export_headers()
        name = f"{self.registry.key}.{format}"
        logger.info("Person %s exported registry %s as %s.", request.user.pk, self.registry.pk, format)
        rows = resource.rows(self._entries())
        if format == CSV.key:
            return StreamingHttpResponse(
                CSV().stream(headers, rows),
                content_type=CSV.CONTENT_TYPE,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        # FileResponse closes it, which deletes it.
        file = TemporaryFile()  # noqa: SIM115
        XLSX().write(headers, rows, file, right_to_left=get_language_bidi())
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=name)

    def _entries(self) -> Iterator[RegistryEntry]:
        entries = RegistryEntry.objects.filter(registry=self.registry).order_by("lookup_key").only("values")
        return entries.iterator(chunk_size=_AT_ONCE)


admin_doors = [
    path("registries/<int:registry>/import/", ImportPage.as_view(), name="registries_import"),
    path("registries/<int:registry>/import/<uuid:run>/", PreviewPage.as_view(), name="registries_preview"),
    path("registries/<int:registry>/export/<slug:format>/", ExportPage.as_view(), name="registries_export"),
]
