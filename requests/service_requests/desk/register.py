"""The register of notices: who was told what, when, after how many attempts. Read-only.

wagtail-modeladmin fits a register that is inspected and exported but never edited; everything else it
would offer (adding, editing, deleting, its unscoped history) has no address here.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView, WMABaseView

from cms.phones import masked
from service_requests.desk.policy import visible_notices
from service_requests.history.tellings import OUTCOMES
from service_requests.notices.models import Notice
from service_requests.notices.texts import SUBMITTED

VIEW_NOTICES = "service_requests.view_notice"
_EVENTS = {SUBMITTED: _("The request was submitted"), **OUTCOMES}
# A cell that begins with one of these is run as a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(value: Any) -> Any:
    """A cell that no spreadsheet program runs."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


class ReadersOnly(PermissionHelper):
    """Looking, within one's scope; nothing else, for superusers either."""

    def user_can_list(self, user: Any) -> bool:
        return bool(user.has_perm(VIEW_NOTICES))

    def user_can_inspect_obj(self, user: Any, obj: Notice) -> bool:
        return self.user_can_list(user) and visible_notices(user).filter(pk=obj.pk).exists()

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Notice) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Notice) -> bool:
        return False


class InspectButton(ButtonHelper):
    """One button a row, to the notice by its public id. The list is scoped already: no question per row."""

    def get_buttons_for_obj(self, obj: Notice, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return [self.inspect_button(str(obj.public_id))]


class NoticeList(IndexView):
    """The list and its export."""

    def to_row_dict(self, item: Notice) -> dict[str, Any]:
        return {name: inert(value) for name, value in super().to_row_dict(item).items()}


class NoticeDetail(InspectView):
    """One notice, found by its public id; another office's does not exist."""

    def __init__(self, model_admin: ModelAdmin, instance_pk: str) -> None:
        WMABaseView.__init__(self, model_admin)
        self.instance_pk = self.pk_quoted = instance_pk
        self.instance = _notice(instance_pk)

    def check_action_permitted(self, user: Any) -> bool:
        if not self.permission_helper.user_can_inspect_obj(user, self.instance):
            raise Http404
        return True


def _notice(public_id: str) -> Notice:
    with suppress(ValueError, Notice.DoesNotExist):
        return Notice.objects.select_related("request").get(public_id=uuid.UUID(public_id))
    raise Http404


class NoticeRegister(ModelAdmin):
    model = Notice
    base_url_path = "notices"
    menu_label = _("Notices")
    menu_icon = "mail"
    menu_order = 30
    list_display = ("created_at", "case", "event_name", "channel", "masked_recipient", "state", "attempts", "sent_at")
    list_filter = ("state", "channel", "created_at")
    list_per_page = 50
    list_export = ("created_at", "case_number", "event_name", "channel", "masked_recipient", "state", "attempts",
                   "error", "sent_at")  # fmt: skip
    search_fields = ("request__number",)
    inspect_view_enabled = True
    history_view_enabled = False
    inspect_view_fields = ["created_at", "event", "channel", "language", "text", "state", "attempts", "error",
                           "sent_at"]  # fmt: skip
    index_view_class = NoticeList
    inspect_view_class = NoticeDetail
    permission_helper_class = ReadersOnly
    button_helper_class = InspectButton

    def get_queryset(self, request: Any) -> "QuerySet[Notice]":
        return visible_notices(request.user).order_by("-created_at", "-id")

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        helper = self.url_helper
        return tuple(
            re_path(helper.get_action_url_pattern(action), view, name=helper.get_action_url_name(action))
            for action, view in (("index", self.index_view), ("inspect", self.inspect_view))
        )

    def register_admin_url_finders(self) -> None:
        # Stock pages would link to an edit view that does not exist.
        return

    def case(self, notice: Notice) -> SafeString:
        url = reverse("requests:inspect", args=[notice.request.public_id])
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', url, notice.request.number)

    case.short_description = _("Request")  # type: ignore[attr-defined]  # read by modeladmin

    def event_name(self, notice: Notice) -> str:
        return str(_EVENTS.get(notice.event, notice.event))

    event_name.short_description = _("event")  # type: ignore[attr-defined]  # read by modeladmin

    def case_number(self, notice: Notice) -> str:
        return notice.request.number

    case_number.short_description = _("Request")  # type: ignore[attr-defined]  # read by modeladmin

    def masked_recipient(self, notice: Notice) -> str:
        """Enough to recognise it, too little to use it."""
        address, _at, domain = notice.recipient.partition("@")
        return f"{address[:1]}…@{domain}" if domain else masked(notice.recipient)

    masked_recipient.short_description = _("recipient")  # type: ignore[attr-defined]  # read by modeladmin
