"""“My establishments”: whom a person may act for, whom he invites as an owner, and what he was invited to.

Whatever is not his is a 404. An owner is answered the same whether or not somebody is known.
"""

import uuid
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from home.accounts.establishments import delegating
from home.accounts.establishments.forms import InvitationForm
from home.accounts.establishments.models import Delegation, Establishment, Invitation
from home.accounts.models import User

TOO_MANY_REQUESTS = 429
# Longer numbers are no key of a row, and some databases refuse to look for them.
LONGEST_KEY = 19


@never_cache
@login_required
@require_GET
def establishments(http: HttpRequest) -> HttpResponse:
    """Whom he may act for, and the invitations that wait for his answer."""
    person = _person(http)
    mine = Delegation.objects.current().filter(person=person).select_related("establishment")
    context = {"delegations": list(mine), "invitations": list(delegating.invitations_for(person))}
    return render(http, "account/establishments.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def establishment(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One that he owns: who acts for it, who is invited; a POST invites one more."""
    person = _person(http)
    owned = get_object_or_404(delegating.owned_by(person), public_id=public_id)
    if http.method == "GET":
        return _shown(http, owned, InvitationForm())
    form = InvitationForm(http.POST)
    if not form.is_valid():
        return _shown(http, owned, form)
    if not ratelimit.consume(http, action="invite_delegate", user=person):
        form.add_error(None, _("You have invited many people within an hour. Wait an hour, then go on"))
        return _shown(http, owned, form, status=TOO_MANY_REQUESTS)
    delegating.invite(owned, form.invited(), by=person)
    messages.success(
        http,
        _(
            "The invitation is kept for 14 days. Tell the person: whoever signs in with this identity and mobile "
            "finds it under “My establishments” and accepts it there."
        ),
    )
    return redirect("account_establishment", public_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def end_delegation(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one, at once: the owner that of another, whoever acts for it his own."""
    person = _person(http)
    there = get_object_or_404(delegating.current_establishments(person), public_id=public_id)
    is_owner = delegating.owned_by(person).filter(pk=there.pk).exists()
    still = there.delegations.filter(ended_at=None)
    his = still.exclude(person=person) if is_owner else still.filter(person=person)
    key = http.POST.get("delegation", "")
    found = his.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else None
    if http.method == "POST" and found is not None:
        delegating.end(found)
        messages.success(http, _("The delegation has ended. It gives nothing any more."))
    return redirect("account_establishment", public_id) if is_owner else redirect("account_establishments")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def withdraw_invitation(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back an invitation that nobody has accepted yet."""
    mine = Invitation.objects.filter(establishment__in=delegating.owned_by(_person(http)))
    invitation = get_object_or_404(mine.select_related("establishment"), public_id=public_id)
    if http.method == "POST":
        delegating.withdraw(_person(http), public_id)
        messages.success(http, _("The invitation was taken back."))
    return redirect("account_establishment", invitation.establishment.public_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def answer_invitation(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Accept it or not: by a press of a button alone."""
    person = _person(http)
    get_object_or_404(Invitation.objects.meant_for(person), public_id=public_id)
    if http.method == "POST" and http.POST.get("do") == "accept":
        try:
            made = delegating.accept(person, public_id)
        except delegating.NotToBeAccepted:
            messages.warning(http, _("This invitation is not open any more. Ask the establishment for a new one."))
        else:
            told = _("You act for %(establishment)s now. Its requests stand under “My requests”.")
            messages.success(http, told % {"establishment": made.establishment})
    elif http.method == "POST":
        delegating.decline(person, public_id)
        messages.success(http, _("You have declined the invitation."))
    return redirect("account_establishments")


def _shown(http: HttpRequest, owned: Establishment, form: InvitationForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "establishment": owned,
        "delegations": list(owned.delegations.filter(ended_at=None).select_related("person")),
        "invitations": list(owned.invitations.open()),
        "form": form,
    }
    return render(http, "account/establishment.html", context, status=status)


def _person(http: HttpRequest) -> User:
    assert isinstance(http.user, User)  # login_required stands before every view here
    return http.user
