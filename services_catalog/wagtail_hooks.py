"""What the catalogue adds to the Wagtail admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.history import RecordHistoryView
from services_catalog import deleting, paths, trying, versions
from services_catalog.bundles import views as bundles
from services_catalog.doors import PublishWhatIsReady
from services_catalog.management.commands.publish_scheduled import REFUSED
from services_catalog.models import ServiceCategory, ServiceIndexPage, ServicePage

# Later than Wagtail's own: the registry keeps the last of each action.
_INSTEAD_OF_STOCK = 100


hooks.register("register_bulk_action", PublishWhatIsReady, order=_INSTEAD_OF_STOCK)


@hooks.register("register_bulk_action", order=_INSTEAD_OF_STOCK)
class DeleteWhatMayGo(DeleteBulkAction):
    """Bulk deleting that leaves services with requests where they are, and says so."""

    def prepare_action(self, objects: list[Page], objects_without_access: Any) -> Any:
        for page in list(objects):
            reason = deleting.reason_to_keep(page)
            if reason:
                messages.error(self.request, reason)
                objects.remove(page)
        if not objects:
            return redirect(self.next_url)
        return super().prepare_action(objects, objects_without_access)


@hooks.register("before_delete_page")
def keep_services_with_requests(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Said before the question “are you sure?”, so nobody agrees to what cannot be done."""
    reason = deleting.reason_to_keep(page)
    if not reason:
        return None
    messages.error(request, reason)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [*paths.admin_doors, *trying.admin_doors, *bundles.admin_doors, *versions.admin_doors]


@hooks.register("register_page_header_buttons")
def export_and_import(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """A service can be exported; the catalogue takes in services."""
    one = page.specific
    if isinstance(one, ServicePage) and one.source.live and bundles.may_export(one, user):
        address = reverse("services_catalog_export", args=[one.pk])
        yield Button(_("Export this service"), url=address, icon_name="download", priority=68)
    if isinstance(one, ServiceIndexPage) and bundles.may_import(user):
        yield Button(_("Import a service"), url=reverse("services_catalog_import"), icon_name="upload", priority=68)


class ImportItem(MenuItem):
    """“Import a service”, for those who may."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bundles.may_import(request.user)


@hooks.register("register_admin_menu_item")
def import_a_service() -> MenuItem:
    return ImportItem(_("Import a service"), reverse("services_catalog_import"), icon_name="upload", order=255)


@hooks.register("register_page_header_buttons")
def reports_of_the_form(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    service = page.specific
    if isinstance(service, ServicePage) and paths.may_see_paths(service, user):
        address = reverse("services_catalog_paths", args=[service.pk])
        yield Button(_("Try all paths"), url=address, icon_name="list-ol", priority=67)
        address = reverse("services_catalog_conditions", args=[service.pk])
        yield Button(_("Try the conditions"), url=address, icon_name="tasks", priority=67)
        address = reverse("services_catalog_versions", args=[service.pk])
        yield Button(_("Form versions"), url=address, icon_name="history", priority=68)


@hooks.register("register_log_actions")
def words_of_refused_publishing(actions: LogActionRegistry) -> None:
    @actions.register_action(REFUSED)
    class RefusedFormatter(LogFormatter):
        label = _("Refuse scheduled publishing")

        def format_message(self, log_entry: Any) -> str:
            return str(log_entry.data.get("reason", "")) or str(_("The scheduled page could not go live."))


@hooks.register("register_log_actions")
def words_of_retiring(actions: LogActionRegistry) -> None:
    @actions.register_action(versions.RETIRED)
    class RetiredFormatter(LogFormatter):
        label = _("Retire a form version")

        def format_message(self, log_entry: Any) -> str:
            return gettext("Version %(number)s of the form was retired.") % {"number": log_entry.data.get("number")}

    @actions.register_action(versions.REINSTATED)
    class ReinstatedFormatter(LogFormatter):
        label = _("Bring back a form version")

        def format_message(self, log_entry: Any) -> str:
            return gettext("Version %(number)s of the form is accepted again.") % {
                "number": log_entry.data.get("number")
            }


class ServiceCategoryViewSet(SnippetViewSet):
    model = ServiceCategory
    icon = "folder-open-inverse"
    menu_label = _("Service categories")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["__str__", "key", "order"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldPanel("name"), FieldPanel("key"), FieldPanel("icon"), FieldPanel("order")]


register_snippet(ServiceCategoryViewSet)
