"""Staff come in with a second factor: a code from an app, or a recovery code. allauth's, with our words and our door.

`SecondFactorMiddleware` is the one door: whoever may enter the desk gets nowhere but to his account pages before the
factor was shown in this session. Whoever has one is asked at sign-in already, whichever way he comes in.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.accounts.models import User
from home.accounts.sign_in import may_enter_the_desk

_ALWAYS_OPEN = ("/admin/login/", "/admin/logout/", "/healthz/", "/static/")
_METHOD = "mfa"


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's, naming the portal and the person in his app, and speaking our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one in the app, then write it"),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.WAGTAIL_SITE_NAME)

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


class SecondFactorMiddleware:
    """Leads staff who have not shown a second factor in this session to where they do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.STAFF_SECOND_FACTOR and _is_stopped(request):
            return _led_on(request)
        return self.get_response(request)


def _is_stopped(request: HttpRequest) -> bool:
    path = request.path_info
    if path.startswith(_ALWAYS_OPEN) or _is_of_the_account(path):
        return False
    person = request.user
    if not isinstance(person, User) or _has_shown_it(request, person):
        return False
    # Asked afresh: somebody may have become staff since he came in. The header of every page asks it too.
    return may_enter_the_desk(person)


def _is_of_the_account(path: str) -> bool:
    """Signing out, the password and the second factor itself."""
    return any(path.startswith(f"/{code}/account/") for code, _name in settings.LANGUAGES)


def _has_shown_it(request: HttpRequest, person: User) -> bool:
    return any(record["method"] == _METHOD for record in get_authentication_records(request, person))


def _led_on(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": _("Staff need a second factor: sign in with it first.")}, status=403)
    has_one = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    wanted = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
    address = f"{reverse('mfa_reauthenticate' if has_one else 'mfa_index')}?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@receiver(authenticator_added)
def shown_when_set_up(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Whoever sets an app up has just written a code of it."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, _METHOD, type=authenticator.type)


@receiver(authenticator_removed)
def not_shown_any_more(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A session that showed a factor which is gone has shown none."""
    records = get_authentication_records(request, user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [each for each in records if each["method"] != _METHOD]
