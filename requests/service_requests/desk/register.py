"""The register of notices: who was told what, when, after how many attempts. Read-only.

wagtail-modeladmin fits a register that is inspected and exported but never edited; everything else it
would offer (adding, editing, deleting, its unscoped history) has no address here.
"""

import codecs
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.admin.filters import AllValuesFieldListFilter, DateFieldListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.urls import re_path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView, WMABaseView

from cms.arabic import digits
from cms.history import spoken
from service_requests.desk.policy import visible_notices
from service_requests.history.tellings import OUTCOMES
from service_requests.notices.channels import channel
from service_requests.notices.events import EVENT_LABELS
from service_requests.notices.failing import dead, why
from service_requests.notices.models import Notice

VIEW_NOTICES = "service_requests.view_notice"
EVENTS = {**EVENT_LABELS, **{str(kind): words for kind, words in OUTCOMES.items()}}
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
    """The first cell leads to the notice, by its public id. The list is scoped already: no question per row."""

    def get_buttons_for_obj(self, obj: Notice, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return []

    def get_primary_button(self, obj: Notice) -> dict[str, Any]:
        button: dict[str, Any] = self.inspect_button(str(obj.public_id))
        return button


class NoticeList(IndexView):
    """The list and its export."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            messages.warning(request, _("A filter of that address could not be read. These are all notices."))
            return redirect(self.index_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trail = [{"url": "", "label": self.get_page_title()}]
        context: dict[str, Any] = super().get_context_data(breadcrumbs_items=trail, **kwargs)
        context["dead"] = dead(visible_notices(self.request.user)).count()
        return context

    def get_search_results(self, request: Any, queryset: "QuerySet[Notice]", search_term: str) -> "QuerySet[Notice]":
        found: QuerySet[Notice] = super().get_search_results(request, queryset, digits(search_term.strip()))
        return found

    def to_row_dict(self, item: Notice) -> dict[str, Any]:
        words = {
            "created_at": _local(item.created_at),
            "channel": name_of_channel(item.channel),
            "state": item.get_state_display(),
            "attempts": item.attempts,
            "error": why(item.error),
            "sent_at": _local(item.sent_at) if item.sent_at else "",
        }
        return {name: inert(value) for name, value in {**super().to_row_dict(item), **words}.items()}

    def stream_csv(self, queryset: "QuerySet[Notice]") -> Iterator[str]:
        """Excel knows by the mark at its beginning that the file is in UTF-8."""
        yield codecs.BOM_UTF8.decode()
        yield from super().stream_csv(queryset)


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

    def get_meta_title(self) -> str:
        return self.get_page_title()

    def get_page_title(self) -> str:
        return gettext("Notice of request %(number)s") % {"number": self.instance.request.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        register = {"url": self.index_url, "label": capfirst(self.verbose_name_plural)}
        trail = [register, {"url": "", "label": self.instance.request.number}]
        context: dict[str, Any] = super().get_context_data(breadcrumbs_items=trail, **kwargs)
        return context

    def get_dict_for_field(self, field_name: str) -> dict[str, Any]:
        told = getattr(self.model_admin, field_name, None)
        if told is None:
            plain: dict[str, Any] = super().get_dict_for_field(field_name)
            return plain
        return {"label": told.short_description, "value": told(self.instance)}


def _notice(public_id: str) -> Notice:
    with suppress(ValueError, Notice.DoesNotExist):
        return Notice.objects.select_related("request").get(public_id=uuid.UUID(public_id))
    raise Http404


def name_of_channel(key: str) -> str:
    """What people call a channel; one that is not installed any more keeps its key."""
    with suppress(KeyError):
        return str(channel(key).label)
    return key


def masked_recipient(notice: Notice) -> str:
    """Enough to recognise it, too little to use it."""
    with suppress(KeyError):
        return channel(notice.channel).masked(notice.recipient)
    return ""


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def _moment(moment: datetime) -> SafeString:
    """Day and time by the portal's clock, on one line in either direction of writing."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}"><bdi dir="ltr">{}</bdi></time>', local.isoformat(), local.strftime("%Y/%m/%d %H:%M")
    )


class ChannelFilter(AllValuesFieldListFilter):
    """The channels that were used, by their names."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": name_of_channel(str(choice["display"]))}


class DayFilter(DateFieldListFilter):
    """Stock choices; the first of them has no Arabic of its own."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for place, choice in enumerate(super().choices(changelist)):
            yield choice if place else {**choice, "display": _("Any day")}


class NoticeRegister(ModelAdmin):
    model = Notice
    base_url_path = "notices"
    menu_label = _("Notices")
    menu_icon = "mail"
    menu_order = 30
    list_display = ("written", "case", "event_name", "channel_name", "shown_recipient", "state", "attempts",
                    "delivered")  # fmt: skip
    list_filter = ("state", ("channel", ChannelFilter), ("created_at", DayFilter))
    list_per_page = 50
    export_filename = "notices"
    list_export = ("created_at", "case_number", "event_name", "channel", "masked_recipient", "state", "attempts",
                   "error", "sent_at")  # fmt: skip
    search_fields = ("request__number",)
    inspect_view_enabled = True
    history_view_enabled = False
    inspect_view_fields = ["case", "event_name", "written", "channel_name", "shown_recipient", "language_name",
                           "state", "attempts", "what_went_wrong", "delivered", "reported", "resent"]  # fmt: skip
    index_template_name = "service_requests/desk/notices.html"
    inspect_template_name = "service_requests/desk/notice.html"
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

    def get_extra_attrs_for_field_col(self, obj: Notice, field_name: str) -> dict[str, Any]:
        """The name of the column, for phones: there a row is a card."""
        return {"data-label": capfirst(str(label_for_field(field_name, Notice, model_admin=self)))}

    def written(self, notice: Notice) -> SafeString:
        return _moment(notice.created_at)

    written.short_description = _("written")  # type: ignore[attr-defined]  # read by modeladmin
    written.admin_order_field = "created_at"  # type: ignore[attr-defined]  # read by modeladmin

    def delivered(self, notice: Notice) -> SafeString | str:
        return _moment(notice.sent_at) if notice.sent_at else "—"

    delivered.short_description = _("sent")  # type: ignore[attr-defined]  # read by modeladmin
    delivered.admin_order_field = "sent_at"  # type: ignore[attr-defined]  # read by modeladmin

    def what_went_wrong(self, notice: Notice) -> str:
        return why(notice.error) or "—"

    what_went_wrong.short_description = _("what went wrong")  # type: ignore[attr-defined]  # read by modeladmin

    def reported(self, notice: Notice) -> SafeString | str:
        return _moment(notice.reported_at) if notice.reported_at else "—"

    reported.short_description = _("reported by the gateway")  # type: ignore[attr-defined]  # read by modeladmin

    def resent(self, notice: Notice) -> SafeString | str:
        if notice.resent_at is None:
            return "—"
        return format_html("{} <bdi>{}</bdi>", _moment(notice.resent_at), spoken(notice.resent_by))

    resent.short_description = _("sent again")  # type: ignore[attr-defined]  # read by modeladmin

    def channel_name(self, notice: Notice) -> str:
        return name_of_channel(notice.channel)

    channel_name.short_description = _("channel")  # type: ignore[attr-defined]  # read by modeladmin
    channel_name.admin_order_field = "channel"  # type: ignore[attr-defined]  # read by modeladmin

    def language_name(self, notice: Notice) -> str:
        return str(dict(settings.LANGUAGES).get(notice.language, notice.language))

    language_name.short_description = _("language")  # type: ignore[attr-defined]  # read by modeladmin

    def case(self, notice: Notice) -> SafeString:
        url = reverse("requests:inspect", args=[notice.request.public_id])
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', url, notice.request.number)

    case.short_description = _("Request")  # type: ignore[attr-defined]  # read by modeladmin

    def event_name(self, notice: Notice) -> str:
        return str(EVENTS.get(notice.event, notice.event))

    event_name.short_description = _("event")  # type: ignore[attr-defined]  # read by modeladmin

    def case_number(self, notice: Notice) -> str:
        return notice.request.number

    case_number.short_description = _("Request")  # type: ignore[attr-defined]  # read by modeladmin

    def masked_recipient(self, notice: Notice) -> str:
        return masked_recipient(notice)

    masked_recipient.short_description = _("recipient")  # type: ignore[attr-defined]  # read by modeladmin

    def shown_recipient(self, notice: Notice) -> SafeString:
        return format_html('<bdi dir="ltr">{}</bdi>', self.masked_recipient(notice))

    shown_recipient.short_description = _("recipient")  # type: ignore[attr-defined]  # read by modeladmin
