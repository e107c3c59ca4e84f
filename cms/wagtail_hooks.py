"""What the project itself adds to the Wagtail admin."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from cms.scoped import ScopedDelete

# After the stock action of the same name, which it replaces for scoped records.
hooks.register("register_bulk_action", ScopedDelete, order=50)


@hooks.register("insert_global_admin_css")
def looks_of_the_admin() -> SafeString:
    """The portal's lettering on every page of the admin, and the looks of our own pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))
