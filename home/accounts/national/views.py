"""Pages of the national sign-in: out to the provider, back from it, and what is said when nobody came in.

In a demonstration without a provider a page of our own stands in for it, marked as one (`stand_in`).
"""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from home.accounts.models import User
from home.accounts.national import METHOD, is_on, oidc, option, stand_in
from home.accounts.national.claims import Confirmed
from home.accounts.national.linking import link
from home.accounts.national.refusals import Reason, Refused
from home.accounts.sign_in import landing, may_enter_the_desk

# Where the person was going, for "try again" after an answer that belongs to no sign-in.
_WANTED = "national_next"
# In the address of the page that says that it is needed: where whoever does not want it goes.
_BACK = "back"


def assurance_of(request: HttpRequest) -> str:
    """How surely the state confirmed, in this session, who is signed in; empty where it did not.

    A provider that names no levels leaves the name of the way.
    """
    records = get_authentication_records(request, _person(request))
    return next((record.get("assurance") or METHOD for record in reversed(records) if record["method"] == METHOD), "")


def way_in(next_url: str) -> str:
    """The address that begins the national sign-in and leads to `next_url` after it; empty where it is off."""
    if not is_on():
        return ""
    return reverse("national_sign_in") + (f"?{urlencode({'next': next_url})}" if next_url else "")


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@method_decorator(never_cache, name="dispatch")
class NationalPage(View):
    """Base of the pages: not there while the national sign-in is off, and limited for each connection."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_on():
            raise Http404
        try:
            if not ratelimit.consume(request, app="allauth.account", action="national_sign_in", limit_get=True):
                raise Refused(Reason.TOO_MANY)
            return super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            return _in_words(request, refused)


class OutView(NationalPage):
    """A link: it changes nothing here, and what comes back is tied to this session."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        wanted = get_next_redirect_url(request) or ""
        request.session[_WANTED] = wanted
        if not option("issuer"):
            return HttpResponseRedirect(reverse("national_stand_in"))
        return HttpResponseRedirect(oidc.way_out(request, wanted))


class BackView(NationalPage):
    """Where the provider sends the person back to."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not option("issuer"):
            raise Http404
        confirmed, wanted = oidc.come_back(request)
        return enter(request, confirmed, wanted)


class StandInView(NationalPage):
    """Sample people to choose from: only with settings of a demonstration, and only where no provider runs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.NATIONAL_STAND_IN or option("issuer"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "account/national/stand_in.html", {"people": stand_in.people()})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        person = stand_in.chosen(request.POST.get("person", ""))
        if person is None:
            raise Refused(Reason.CANCELLED)
        return enter(request, person, request.session.get(_WANTED, ""))


@method_decorator(never_cache, name="dispatch")
class NeededView(View):
    """What somebody is shown who came in another way and wants what only the national sign-in opens."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = get_next_redirect_url(request) or ""
        context = {
            "national": way_in(wanted),
            "national_is_a_test": settings.NATIONAL_STAND_IN,
            "back": get_next_redirect_url(request, _BACK) or "",
        }
        return render(request, "account/national/needed.html", context)


def needed(next_url: str, *, back: str = "") -> str:
    """The address that says that the national sign-in is needed, and leads by it to `next_url`, or `back`."""
    return f"{reverse('national_needed')}?{urlencode({'next': next_url} | ({_BACK: back} if back else {}))}"


def enter(request: HttpRequest, confirmed: Confirmed, wanted: str) -> HttpResponseBase:
    """Sign the person in, and keep in the session that and how surely the state confirmed who he is.

    Whoever has a second factor is asked for it; whose account is closed is told so.
    """
    person = link(confirmed)
    if request.user.is_authenticated and request.user != person:
        # Nothing of one person's session is left to another.
        get_adapter().logout(request)
    request.session.pop(_WANTED, None)
    if person.is_active:
        record_authentication(request, person, METHOD, assurance=confirmed.assurance)
    if wanted.startswith(reverse("wagtailadmin_home")) and not may_enter_the_desk(person):
        wanted = ""
    response: HttpResponseBase = perform_login(request, person, redirect_url=wanted or landing(person))
    return response


def _in_words(request: HttpRequest, refused: Refused) -> HttpResponse:
    wanted = request.session.get(_WANTED, "")
    context = {
        "words": refused.words,
        "again": way_in(wanted),
        "another_way": reverse("account_login") + (f"?{urlencode({'next': wanted})}" if wanted else ""),
    }
    return render(request, "account/national/refused.html", context, status=refused.words.status)
