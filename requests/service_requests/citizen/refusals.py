"""Lead back to an answer that could not be taken: the session or the page was too old (CSRF_FAILURE_VIEW)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from service_requests.citizen.reply import put_aside
from service_requests.wizard import refusals
from service_requests.wizard.models import Stash


def csrf_failure(http: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Refuse the POST; an answer to the office is kept, the rest is as for the pages of an application."""
    match = http.resolver_match
    # A stale mark says “CSRF …”; the other reasons mean that another site sent this.
    if match is not None and match.view_name == "my_requests:reply" and reason.startswith("CSRF "):
        stash = put_aside(http, match.kwargs["public_id"])
        if stash:
            messages.info(http, _("What you typed is still here"))
            return back_to_answer(http, stash, str(match.kwargs["public_id"]))
    return refusals.csrf_failure(http, reason)


def back_to_answer(http: HttpRequest, stash: Stash, public_id: str) -> HttpResponse:
    """To the question, by way of sign-in where that is needed."""
    query = urlencode({"restore": str(stash.public_id)})
    address = f"{reverse('my_requests:detail', args=[public_id])}?{query}"
    target = address if http.user.is_authenticated else redirect_to_login(address).url
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response
