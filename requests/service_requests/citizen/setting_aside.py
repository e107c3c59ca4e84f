"""Lead a citizen back to what he had typed when the session or the page was too old to take it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from service_requests.wizard.models import Stash


def back_with(http: HttpRequest, stash: Stash, address: str) -> HttpResponse:
    """To the page it was typed on, by way of sign-in where that is needed."""
    address = f"{address}?{urlencode({'restore': str(stash.public_id)})}"
    target = address if http.user.is_authenticated else redirect_to_login(address).url
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def ask_to_sign_in(http: HttpRequest, stash: Stash | None, address: str) -> HttpResponse:
    """The session has ended: what was kept waits behind the sign-in."""
    if stash is None:
        return redirect_to_login(address)
    messages.info(http, _("You were signed out. Sign in: what you typed is kept."))
    return back_with(http, stash, address)
