"""What staff press beside the list: take the next request, keep a filter under a name, forget it."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from service_requests.casework import filters
from service_requests.desk.forms import PlainForm
from service_requests.desk.listing import RequestFilters
from service_requests.records.scope import VIEW
from service_requests.workflow.permissions import PROCESS
from service_requests.workflow.taking import take_next

# What a saved filter may hold: the filters, the search and the order.
_KEPT = frozenset(
    {*RequestFilters.base_filters, "submitted_at_from", "submitted_at_to", "q", "ordering"} - {"submitted_at"}
)


class FilterForm(PlainForm):
    """A name for what the list is narrowed by."""

    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": gettext_lazy("Write a name for the filter."),
            "max_length": gettext_lazy("Shorten the name to 60 characters."),
        },
    )
    query = forms.CharField(max_length=4000, required=False)


@require_admin_access
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take next: be in charge of the oldest due request, and open it."""
    user: Any = request.user
    if not user.has_perm(PROCESS):
        raise Http404
    case = take_next(by=user)
    if case is None:
        messages.info(request, _("No request waits for you. New ones appear here as soon as they are submitted."))
        return redirect(reverse("requests:list"))
    messages.success(request, _("You are in charge of this request."))
    return redirect(reverse("requests:inspect", args=[case.public_id]))


@require_admin_access
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep what the list is narrowed by."""
    user: Any = request.user
    if not user.has_perm(VIEW):
        raise PermissionDenied
    form = FilterForm(request.POST)
    query = request.POST.get("query", "")
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif filters.save(user, form.cleaned_data["name"], query, known=_KEPT):
        messages.success(request, _("The filter “%(name)s” was saved.") % {"name": form.cleaned_data["name"]})
    else:
        messages.error(request, _("Nothing was saved: choose a filter first, or delete one of your saved filters."))
    return redirect(f"{reverse('requests:list')}?{_readable(query)}")


@require_admin_access
@require_POST
def forget_filter(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user: Any = request.user
    if not filters.forget(user, pk):
        raise Http404
    messages.success(request, _("The filter was deleted."))
    return redirect(reverse("requests:list"))


def _readable(query: str) -> str:
    """Back to the same list; what is no query leads to the whole of it."""
    return QueryDict(query[:4000]).urlencode()
