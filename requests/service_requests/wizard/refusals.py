"""What a person sees when a form comes back without the mark that protects it (CSRF_FAILURE_VIEW).

The mark goes stale when cookies are deleted or when one signs in again in another tab. On a step of
an application what was typed is put aside and the step shown again; elsewhere a page says what to do.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from home.accounts.guests import at_the_keyboard
from service_requests.wizard.models import Stash
from service_requests.wizard.stashing import put_aside
from service_requests.wizard.visiting import followed, see_other


def csrf_failure(http: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Refuse the POST; nothing of it has an effect on a draft."""
    match = http.resolver_match
    # A stale mark says “CSRF …”; the other reasons mean that another site sent this.
    if match is not None and reason.startswith("CSRF "):
        if match.view_name == "apply:step":
            stash = put_aside(http, match.kwargs["step"])
            if stash and stash.person.is_guest and at_the_keyboard(http) is None:
                return back_to_link(http, match.kwargs["slug"])
            if stash:
                return back_to_step(http, match.kwargs["slug"], stash)
        if match.view_name == "apply:submit":
            messages.warning(http, _("The page was open for too long. Check your answers and send them again."))
            return redirect("apply:review", slug=match.kwargs["slug"])
    return render(http, "403_csrf.html", status=403)


def back_to_step(http: HttpRequest, slug: str, stash: Stash) -> HttpResponseBase:
    """To the step it came from, by way of sign-in where that is needed."""
    address = step_address(slug, stash)
    if at_the_keyboard(http) is not None:
        target = address
    else:
        target = redirect_to_login(address).url
    return followed(http, see_other(target))


def back_to_link(http: HttpRequest, slug: str) -> HttpResponseBase:
    """The session of a guest has ended: to where he reads that the link of his application leads on."""
    messages.info(
        http,
        _("Your visit has ended, and what you typed is kept. Open the link of your application to go on with it."),
    )
    return see_other(reverse("apply:start", args=[slug]))


def step_address(slug: str, stash: Stash) -> str:
    query = urlencode({"restore": str(stash.public_id)})
    return f"{reverse('apply:step', args=[slug, stash.step_key])}?{query}"
