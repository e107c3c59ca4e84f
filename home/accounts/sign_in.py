"""How a person is recognised at the door, and how often he may try.

allauth and Django load the two classes by the names in the settings.
"""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cms.arabic import clean
from cms.identity import fold_identity
from cms.phones import parse_phone
from home.accounts.email_proof import by_proved_address
from home.accounts.models import User

# One name may mean a family: they share an address or a mobile. The password decides, and each costs a hash: so many
# of them cost the address they are tried from one attempt.
PEOPLE_PER_ATTEMPT = 8
# Of ACCOUNT_RATE_LIMITS["login_failed"], the part that is counted for an account and not for an address.
PER_ACCOUNT = ",".join(
    rate for rate in settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",") if rate.endswith("/key")
)


def known_as(login: str) -> list[User]:
    """Whom a typed name may mean: a username, an identity number in either digit set, a mobile or a proved address.

    Two kinds of document may carry the same number, and a family one mobile, so it can be more than one person.
    """
    name, number = clean(login), fold_identity(login)
    meant = Q(username__iexact=name)
    if number:
        meant |= Q(identity_number=number)
    if "@" in name:
        meant |= by_proved_address(name)
    else:
        meant |= _by_mobile(name)
    return list(User.objects.filter(meant).order_by("pk"))


def _by_mobile(typed: str) -> Q:
    try:
        return Q(mobile=parse_phone(typed, settings.HOME_COUNTRY, mobile_only=True))
    except ValidationError:
        return Q(pk=None)


def known_by(mobile: str, identity_number: str) -> User | None:
    """Whose account a code sent to this mobile may open: his, and only if his identity number is this one.

    Args:
        mobile: in E.164.
        identity_number: as typed.
    """
    number = fold_identity(identity_number)
    if not number:
        return None
    people = User.objects.filter(mobile=mobile, identity_number=number, is_active=True).order_by("pk")
    return next((person for person in people if person.receives_codes), None)


def destination(http: HttpRequest, person: User, wanted: str | None) -> str:
    """Where a person goes who has come in: where he wanted to, unless that is the desk and he is no member of staff."""
    if not wanted:
        return landing(person)
    if wanted.startswith(reverse("wagtailadmin_home")) and not may_enter_the_desk(person):
        # Wagtail would send a citizen back here, and round again.
        messages.warning(http, gettext("The staff area is open to staff only. These are your own pages."))
        return landing(person)
    return wanted


def may_enter_the_desk(person: User) -> bool:
    return person.has_perm("wagtailadmin.access_admin")


def signed_in(http: HttpRequest) -> User:
    """Whose session it is; only for pages that ask for sign-in."""
    return cast(User, http.user)


def landing(person: User) -> str:
    """Where a person goes who did not come from somewhere: staff to the desk, citizens to their requests."""
    if may_enter_the_desk(person):
        return reverse("wagtailadmin_home")
    return own_requests() or reverse("account_profile")


def own_requests() -> str:
    """The address of "my requests"; empty where the app above is not installed."""
    try:
        return reverse("my_requests:list")
    except NoReverseMatch:
        return ""


class AccountBackend(AuthenticationBackend):
    """Password sign-in by any name a person is known as."""

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        for person in known_as(username):
            if self._check_password(person, password):
                return person
        return None

    def get_user(self, user_id: Any) -> User | None:
        """Whose session it is, with what the state confirmed of him: every form asks for both."""
        person = User.objects.select_related("national_confirmation").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of the portal."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("What you sign in with, or the password, is not right. Check both"),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again"),
        "enter_current_password": _("This is not your current password"),
        "incorrect_password": _("This is not your current password"),
        "rate_limited": _("Too many failed attempts. Wait five minutes, then try again"),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one"),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted per account: neither another spelling, another name nor another host name gives more attempts.

        A name that means several people is counted for each of them, and for the address it comes from once for every
        eight: a name of many is no way to have the portal hash without end.

        Raises:
            ValidationError: one of the counts is full.
        """
        first, *others = self._counted_as(str(credentials.get("username", "")))
        asked = {"request": request, "app": "allauth.account", "action": "login_failed"}
        used = [ratelimit.consume(**asked, key=first)]
        for place, other in enumerate(others, start=1):
            alone = {} if place % PEOPLE_PER_ATTEMPT == 0 else {"config": {"login_failed": PER_ACCOUNT}}
            used.append(ratelimit.consume(**asked, key=other, **alone))
        self._login_failed_rl_usage = ratelimit.RateLimitUsage(
            [each for usage in used if usage for each in usage.usage]
        )
        if not all(used):
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")

    def _counted_as(self, login: str) -> list[str]:
        return [f"account:{person.pk}" for person in known_as(login)] or [f"nobody:{fold_identity(login)}"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing(request.user)  # type: ignore[arg-type]  # only asked once somebody is signed in

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return f"/{get_language()}/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")
