"""Registries and their entries in the admin, each with its history."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.history import RecordHistoryView
from cms.scoped import ScopedViewSet
from services_catalog.registries.forms import EntryForm, RegistryForm
from services_catalog.registries.models import Registry, RegistryEntry
from services_catalog.registries.views import REGISTRIES, AddEntry, EntryFilters, EntryList, RegistryList, admin_doors

Registry.base_form_class = RegistryForm  # type: ignore[attr-defined]  # read by Wagtail
RegistryEntry.base_form_class = EntryForm  # type: ignore[attr-defined]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return admin_doors


@hooks.register("before_delete_snippet")
def keep_registries_with_entries(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """Said before the question “are you sure?”, so nobody agrees to what cannot be done."""
    for registry in instances:
        if isinstance(registry, Registry) and registry.entries.exists():
            return _refused(request, registry)
    return None


@hooks.register("before_bulk_action")
def keep_many_registries(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any
) -> HttpResponse | None:
    return keep_registries_with_entries(request, objects) if action_type == "delete" else None


def _refused(request: HttpRequest, registry: Registry) -> HttpResponse:
    messages.error(request, _("“%(registry)s” has entries and is not deleted.") % {"registry": registry})
    return redirect(REGISTRIES)


def other_values(entry: RegistryEntry) -> SafeString:
    """What an entry says beside its key and its expiry, which have columns of their own."""
    registry = entry.registry
    told = [column.key for column in registry.column_list if not column.is_key and column.key != registry.expiry]
    return format_html_join(" · ", "<bdi>{}</bdi>", ((text,) for key in told if (text := entry.values.get(key))))


class RegistryViewSet(ScopedViewSet):
    model = Registry
    icon = "table"
    list_display = ["__str__", "key", "organisation"]
    index_view_class = RegistryList
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("organisation")]),
        FieldPanel("columns"),
    ]


class EntryViewSet(ScopedViewSet):
    model = RegistryEntry
    icon = "list-ul"
    list_display = [
        "__str__",
        Column("other_values", label=_("Values"), accessor=other_values),
        "registry",
        "expires_on",
        "used_by",
    ]
    index_view_class = EntryList
    add_view_class = AddEntry
    filterset_class = EntryFilters
    search_fields = ["search_text"]
    search_backend_name = None
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldPanel("values"), FieldPanel("used_by", read_only=True), FieldPanel("release")]


class RegistryGroup(SnippetViewSetGroup):
    menu_label = _("Registries")
    menu_icon = "table"
    menu_order = 310
    items = (RegistryViewSet, EntryViewSet)


register_snippet(RegistryGroup)
