"""What the exchange adds to the admin: its addresses, and buttons above the list of requests."""

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button

from service_requests.workflow.permissions import EXPORT, IMPORT

if TYPE_CHECKING:
    from home.accounts.models import User


def addresses() -> list[URLResolver]:
    return [path("requests/", include("service_requests.exchange.urls"))]


def list_buttons(user: "User", parameters: QueryDict) -> list[Button]:
    """Export of the list as it is filtered, and import, for those who may."""
    filters = parameters.copy()
    filters.pop("p", None)
    buttons = []
    if user.has_perm(EXPORT):
        url = reverse("exchange:export", query=filters)
        buttons.append(Button(_("Export"), url=url, icon_name="download", priority=90))
    if user.has_perm(IMPORT):
        buttons.append(Button(_("Import changes"), url=reverse("exchange:import"), icon_name="upload", priority=100))
    return buttons
