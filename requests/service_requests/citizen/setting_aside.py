"""Lead a citizen back to what he had typed when the session or the page was too old to take it."""

import uuid
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.arabic import storable
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.wizard import stashing
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import uuid_of
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.visiting import see_other


def shown_to(http: HttpRequest, public_id: uuid.UUID) -> tuple[User, ServiceRequest] | None:
    """Whom the page was shown to that is sent now, and his request; None when somebody else sits there."""
    ticket = Ticket.read(http.POST.get("ticket", ""))
    now = at_the_keyboard(http)
    if ticket is None or (now is not None and now.pk != ticket.person):
        return None
    person = stashing.shown_to(ticket)
    request = person and own_requests(person).filter(public_id=public_id).first()
    return (person, request) if person and request else None


def put_aside(
    person: User,
    request: ServiceRequest,
    place: str,
    posted: QueryDict,
    names: Iterable[str],
    *,
    refusals: Mapping[str, Iterable[str]] | None = None,
) -> Stash:
    """Keep what was typed under these names of a form of this request, and why files that came with it were not."""
    typed = {name: [storable(text) for text in posted.getlist(name)] for name in names}
    typed |= stashing.with_refusals(refusals or {})
    return Stash.objects.create(person=person, service_id=request.service_id, step_key=place, typed=typed)


def restored(person: User, place: str, mark: str) -> dict[str, list[str]]:
    """What he had typed there, by the mark in the address; empty when it is not his."""
    known = uuid_of(mark)
    kept = Stash.objects.filter(public_id=known, person=person, step_key=place).first() if known else None
    return dict(kept.typed) if kept else {}


def forget(person: User, place: str) -> None:
    """It was sent: what was kept for it is no longer needed."""
    Stash.objects.filter(person=person, step_key=place).delete()


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
