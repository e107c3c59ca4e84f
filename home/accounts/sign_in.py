"""How a person is recognised at the door, and how often he may try.

allauth and Django load the two classes by the names in the settings.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.arabic import clean
from cms.identity import fold_identity
from home.accounts.models import User


def known_as(login: str) -> list[User]:
    """Whom a typed name may mean: a username, or an identity number in either digit set.

    Two kinds of document may carry the same number, so it can be more than one person.
    """
    name, number = clean(login), fold_identity(login)
    by_number = Q(identity_number=number) if number else Q(pk=None)
    return list(User.objects.filter(Q(username__iexact=name) | by_number).order_by("pk"))


def may_enter_the_desk(person: User) -> bool:
    return person.has_perm("wagtailadmin.access_admin")


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
    """Password sign-in by username or identity number."""

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
        "username_password_mismatch": _("The identity number, username or password is not right. Check them"),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again"),
        "enter_current_password": _("This is not your current password"),
        "incorrect_password": _("This is not your current password"),
        "rate_limited": _("Too many failed attempts. Wait five minutes, then try again"),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one"),
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counted per account: neither another spelling nor another host name gives more attempts."""
        login = str(credentials.get("username", ""))
        people = known_as(login)
        if people:
            return "account:" + ",".join(str(person.pk) for person in people)
        return f"nobody:{fold_identity(login)}"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing(request.user)  # type: ignore[arg-type]  # only asked once somebody is signed in

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return f"/{get_language()}/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")
