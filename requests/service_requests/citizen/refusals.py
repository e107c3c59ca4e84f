"""Lead back to an answer that could not be taken: the session or the page was too old (CSRF_FAILURE_VIEW)."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from service_requests.citizen import correcting, objecting, rating, reply, views
from service_requests.citizen.setting_aside import back_with
from service_requests.wizard import refusals

# By the name of the address that a page was sent to: what keeps it, and where it is shown again.
KEPT = {
    "my_requests:reply": (reply.put_aside, "my_requests:detail"),
    "my_requests:correct": (correcting.put_aside, "my_requests:correct"),
    "my_requests:object": (objecting.put_aside, "my_requests:object"),
    "my_requests:rate": (rating.put_aside, "my_requests:rate"),
    "my_requests:cancel": (views.put_reason_aside, "my_requests:cancel"),
}


def csrf_failure(http: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Refuse the POST; an answer to the office is kept, the rest is as for the pages of an application."""
    match = http.resolver_match
    # A stale mark says “CSRF …”; the other reasons mean that another site sent this.
    if match is not None and match.view_name in KEPT and reason.startswith("CSRF "):
        put_aside, shown_at = KEPT[match.view_name]
        stash = put_aside(http, match.kwargs["public_id"])
        if stash:
            messages.info(http, _("What you typed is still here"))
            return back_with(http, stash, reverse(shown_at, kwargs=match.kwargs))
    return refusals.csrf_failure(http, reason)
