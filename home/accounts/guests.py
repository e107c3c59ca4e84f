"""Guests: people who apply without an account, where a service allows it; and who is at the keyboard at all.

A guest is an account that nobody can sign in to: inactive, without password, identity or right, listed nowhere. A
session holds it by passing a check against programs, by the signed link of its application, or by a code to the
mobile it has proved. It sees the wizard and what was sent by it, and no page that asks for sign-in
(docs/decisions/0017).
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from home.accounts.models import User

IN_THE_SESSION = "guest"


def new_guest() -> User:
    """A guest of nothing yet. Whoever calls has seen that no program asks."""
    public_id = uuid.uuid4()
    return User.objects.create(
        public_id=public_id,
        username=f"guest-{public_id.hex[:16]}",
        password=make_password(None),
        is_active=False,
        is_guest=True,
    )


def admit(http: HttpRequest, guest: User) -> None:
    """This session is the guest's from now on, under a new key: nobody has prepared it for him."""
    http.session.cycle_key()
    http.session[IN_THE_SESSION] = str(guest.public_id)
    http.guest = guest  # type: ignore[attr-defined]  # read once in a request


def leave(http: HttpRequest) -> None:
    """On a shared computer the next one finds nothing."""
    http.session.flush()
    http.guest = None  # type: ignore[attr-defined]  # as above


def guest_of(http: HttpRequest) -> User | None:
    """The guest of this session, for templates as `request.guest`; nobody for whoever is signed in."""
    if http.user.is_authenticated or IN_THE_SESSION not in http.session:
        return None
    if not hasattr(http, "guest"):
        found = User.objects.filter(public_id=http.session[IN_THE_SESSION], is_guest=True).first()
        http.guest = found  # type: ignore[attr-defined]  # as above
    guest: User | None = http.guest  # type: ignore[attr-defined]  # as above
    return guest


def at_the_keyboard(http: HttpRequest) -> User | None:
    """Whoever is signed in, else the guest of this session, else nobody we know."""
    return http.user if isinstance(http.user, User) else guest_of(http)


def known_person(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """In the place of `login_required` where guests come too; the view asks `at_the_keyboard`."""

    @wraps(view)
    def asked(http: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if at_the_keyboard(http) is None:
            return redirect_to_login(http.get_full_path())
        return view(http, *args, **kwargs)

    return asked
