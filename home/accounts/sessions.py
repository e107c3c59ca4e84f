"""Where a person is signed in, and signing out from afar.

The rows are those of allauth.usersessions: made at sign-in, gone with the session itself. Its own middleware would
write one at every request; ours writes at most one every few minutes.
"""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.internal import flows
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from home.accounts.devices import device_in_words, network_masked
from home.accounts.jobs import SEEN_EVERY
from home.accounts.sign_in import signed_in


class LastSeenMiddleware:
    """Notes when a signed-in session was seen last, as exactly as the list needs it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES and getattr(request, "session", None) and request.session.session_key
        if key and _is_due(key) and request.user.is_authenticated:
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_due(session_key: str) -> bool:
    return bool(caches["seen"].add(f"seen:{session_key}", True, SEEN_EVERY.total_seconds()))


@method_decorator(never_cache, name="dispatch")
class SessionsView(LoginRequiredMixin, TemplateView):
    """The own sessions; a POST ends one (`session`) or all of them (`everywhere`)."""

    template_name = "account/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = UserSession.objects.purge_and_list(signed_in(self.request))
        rows = [
            {
                "pk": session.pk,
                "device": device_in_words(session.user_agent),
                "network": network_masked(session.ip),
                "seen": session.last_seen_at,
                "is_this": session.session_key == self.request.session.session_key,
            }
            for session in mine
        ]
        rows.sort(key=lambda row: (row["is_this"], row["seen"]), reverse=True)
        return super().get_context_data(**kwargs) | {"sessions": rows}

    def post(self, request: HttpRequest) -> HttpResponse:
        mine = UserSession.objects.filter(user=signed_in(request))
        if "everywhere" in request.POST:
            flows.sessions.end_sessions(request, list(mine))
            if request.user.is_authenticated:
                # This one was in no row.
                request.session.flush()
            messages.success(request, _("You have been signed out on all devices."))
            return HttpResponseRedirect(reverse("account_login"))
        chosen = request.POST.get("session", "")
        session = mine.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
        if session is None:
            raise Http404
        flows.sessions.end_sessions(request, [session])
        if request.user.is_authenticated:
            messages.success(request, _("That device has been signed out."))
            return HttpResponseRedirect(reverse("account_sessions"))
        return HttpResponseRedirect(reverse("account_login"))
