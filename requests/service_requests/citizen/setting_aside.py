"""Lead a citizen back to what he had typed when the session or the page was too old to take it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from home.accounts.guests import at_the_keyboard
from service_requests.wizard.models import Stash
from service_requests.wizard.visiting import see_other


def back_with(http: HttpRequest, stash: Stash, address: str) -> HttpResponse:
    """To the page it was typed on, by way of sign-in where that is needed."""
    if stash.person.is_guest and at_the_keyboard(http) is None:
        return see_other(reverse("my_requests:follow"))
    address = f"{address}?{urlencode({'restore': str(stash.public_id)})}"
    target = address if at_the_keyboard(http) is not None else redirect_to_login(address).url
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def ask_to_sign_in(http: HttpRequest, stash: Stash | None, address: str) -> HttpResponse:
    """The session has ended: what was kept waits behind the sign-in."""
    if stash is None:
        return redirect_to_login(address)
    if stash.person.is_guest:
        messages.info(http, _("Your visit has ended, and what you typed is kept. Follow your request to go on."))
    else:
        messages.info(http, _("You were signed out. Sign in: what you typed is kept."))
    return back_with(http, stash, address)
