"""What the project itself adds to the Wagtail admin."""

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.permissions import page_permission_policy

from cms.scoped import ScopedDelete

# After the stock action of the same name, which it replaces for scoped records.
hooks.register("register_bulk_action", ScopedDelete, order=50)


@hooks.register("insert_global_admin_css")
def looks_of_the_admin() -> SafeString:
    """The portal's lettering on every page of the admin, and the looks of our own pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("construct_help_menu")
def help_for_what_one_does(request: Any, items: list[Any]) -> None:
    """The guide for editors is for those who edit pages; what is new in Wagtail is news to nobody here."""
    items[:] = [item for item in items if not item.name.startswith("whats-new-in-wagtail")]
    if not _edits_pages(request.user):
        items[:] = [item for item in items if item.name != "editor-guide"]


@hooks.register("construct_reports_menu")
def reports_for_what_one_does(request: Any, items: list[Any]) -> None:
    """The report on translations is about pages, and stock shows it to everyone."""
    if not _edits_pages(request.user):
        items[:] = [item for item in items if "/localize/" not in item.url]


def _edits_pages(person: Any) -> bool:
    return bool(page_permission_policy.user_has_any_permission(person, {"add", "change", "publish"}))
