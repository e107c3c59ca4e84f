"""Notices that reached nobody: why, and sending them again, one by one, some, or all that a filter finds."""

import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from cms.arabic import clean, digits
from service_requests.desk.policy import visible_notices
from service_requests.desk.register import EVENTS, VIEW_NOTICES, masked_recipient, name_of_channel
from service_requests.notices.failing import dead, send_again, why
from service_requests.notices.models import Notice

RESEND = "service_requests.resend_notice"
PER_PAGE = 50


class FindForm(forms.Form):
    """Which of them. Nonsense in an address finds what it says: nothing of that kind."""

    number = forms.CharField(label=gettext_lazy("Request number"), max_length=40, required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    error = forms.ChoiceField(label=gettext_lazy("Why"), required=False)

    def __init__(self, *args: Any, among: "QuerySet[Notice]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs.update({"dir": "ltr", "autocomplete": "off"})
        found = among.order_by().values_list("channel", "error").distinct()
        everything = [("", _("All"))]
        ways, errors = sorted({way for way, _error in found}), sorted({error for _way, error in found})
        self._choose("channel", [*everything, *((way, name_of_channel(way)) for way in ways)])
        self._choose("error", [*everything, *((error, why(error)) for error in errors if error)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def found_in(self, notices: "QuerySet[Notice]") -> "QuerySet[Notice]":
        """Those of these that answer to what was asked."""
        if not self.is_valid():
            return notices.none()
        asked = self.cleaned_data
        if asked["number"]:
            notices = notices.filter(request__number__icontains=digits(clean(asked["number"])))
        if asked["channel"]:
            notices = notices.filter(channel=asked["channel"])
        return notices.filter(error=asked["error"]) if asked["error"] else notices


@require_admin_access
@require_http_methods(["GET", "POST"])
def failed_notices(request: HttpRequest) -> HttpResponse:
    """The list; and sending again what was ticked, or all that was found."""
    user: Any = request.user
    if not user.has_perm(VIEW_NOTICES):
        raise Http404
    among = dead(visible_notices(user))
    asked = request.GET
    form = FindForm(asked, among=among, label_suffix="")
    found = form.found_in(among)
    if request.method == "POST":
        if not user.has_perm(RESEND):
            raise Http404
        _send(request, found)
        return redirect(f"{reverse('failed_notices')}?{asked.urlencode()}" if asked else "failed_notices")
    page = Paginator(found.order_by("-created_at", "-id"), PER_PAGE).get_page(asked.get("p"))
    context = {
        "header_title": _("Notices that reached nobody"),
        "header_icon": "warning",
        "breadcrumbs_items": [
            {"url": reverse("notices_modeladmin_index"), "label": _("Notices")},
            {"url": "", "label": _("Notices that reached nobody")},
        ],
        "form": form,
        "is_filtered": any(asked.get(name) for name in form.fields),
        "may_send": user.has_perm(RESEND),
        "page": page,
        "rows": [_row(notice) for notice in page],
        "query": urlencode({name: asked[name] for name in form.fields if asked.get(name)}),
    }
    return TemplateResponse(request, "service_requests/desk/failed_notices.html", context)


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "notice": notice,
        "event": EVENTS.get(notice.event, notice.event),
        "channel": name_of_channel(notice.channel),
        "recipient": masked_recipient(notice),
        "why": why(notice.error),
    }


def _send(request: HttpRequest, found: "QuerySet[Notice]") -> None:
    """Others' notices are not among those found, whatever ids were sent."""
    user: Any = request.user
    if request.POST.get("which") != "all":
        ids = list(_readable(request.POST.getlist("notice")))
        if not ids:
            messages.warning(request, _("Tick the notices that are to be sent again."))
            return
        found = found.filter(public_id__in=ids)
    count = send_again(found, by=user)
    if count:
        told = ngettext("%(count)d notice is sent again.", "%(count)d notices are sent again.", count)
        messages.success(request, told % {"count": count})
    else:
        messages.warning(request, _("Nothing was sent again: a colleague was quicker, or none is left."))


def _readable(ids: list[str]) -> Any:
    for public_id in ids:
        # What is no id belongs to no notice.
        with suppress(ValueError):
            yield uuid.UUID(public_id)


admin_doors = [path("notices-failed/", failed_notices, name="failed_notices")]
