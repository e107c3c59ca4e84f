"""Who is asking, in which language, and where he goes on: what every page of an application needs."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from forms_builder.fields.base import Context
from home.accounts.budgets import network_of
from home.accounts.establishments.models import Establishment
from home.accounts.guests import at_the_keyboard
from home.accounts.known import confirmed_answers, known_answers, known_of
from home.accounts.models import User
from home.accounts.national.views import assurance_of, needed
from service_requests.records.earlier import mark_of
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import Offer, offered
from services_catalog.models import ServicePage

SEE_OTHER = 303
# An office or a café shares one address; more than so many who guess at once are one who changes accounts.
_PEOPLE_OF_A_NETWORK = 10


def person_of(http: HttpRequest) -> User:
    """Whoever is at the keyboard, signed in or a guest; the views ask for that."""
    person = at_the_keyboard(http)
    assert person is not None
    return person


def may_apply(person: User | None, offer: Offer) -> bool:
    """Whether he is known enough to apply for this: guests are not everywhere."""
    return person is not None and (not person.is_guest or offer.service.is_for_guests)


def applying(page: Callable[[HttpRequest, Offer], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page of an application, for whoever may apply; where it must be said first in whose name, the page for that."""

    @never_cache
    @wraps(page)
    def view(http: HttpRequest, slug: str) -> HttpResponseBase:
        person = at_the_keyboard(http)
        offer = offered(person, slug, language_now()) if person else None
        if person is None or offer is None or not may_apply(person, offer):
            return redirect_to_login(http.path)
        if must_confirm(http, offer.service):
            return redirect(asked_to_confirm(http, offer.service, http.path))
        if offer.acting_for is None and not offer.service.is_for_persons:
            return redirect("apply:start", slug=slug)
        return page(http, offer)

    return view


def language_now() -> str:
    return (get_language() or "ar").split("-")[0]


def context_for(
    person: User,
    offer_country: str,
    http: HttpRequest,
    draft: Draft | None = None,
    *,
    acting_for: Establishment | None = None,
) -> Context:
    """What forms may know of the world: language, country, the account, and when and from where this is sent.

    `acting_for` is said where there is no draft yet.

    The account is the applicant's; what is limited is counted for the person at the keyboard, who at the service
    window serves many.
    """
    at_window = draft is not None and draft.is_of_the_window
    applicant = draft.applicant if draft and at_window else person
    establishment = acting_for or (draft.acting_for if draft else None)
    asked_by = {f"person:{person.pk}": 1, f"network:{network_of(http)}": _PEOPLE_OF_A_NETWORK}
    return Context(
        language=language_now(),
        country=offer_country,
        known=known_answers(applicant) | known_of(establishment),
        confirmed=confirmed_answers(applicant),
        signed_in=not person.is_guest,
        evidence={
            "at": timezone.now().isoformat(),
            "address": http.META.get("REMOTE_ADDR", ""),
            "assurance": "" if at_window else assurance_of(http),
        },
        asked_by={f"window:{person.pk}": _PEOPLE_OF_A_NETWORK} if at_window else asked_by,
        holder=draft.holder if draft else "",
        applicant=mark_of(
            applicant, establishment.pk if establishment else None, read_by=person if at_window else None
        ),
        for_another=at_window,
    )


def must_confirm(http: HttpRequest, service: ServicePage) -> bool:
    """Whether the service wants the national sign-in and this session has not come in by it."""
    return service.requires_national_sign_in and not assurance_of(http)


def asked_to_confirm(http: HttpRequest, service: ServicePage, address: str) -> str:
    """The page that says that the national sign-in is needed: on to `address` by it, or back to the service."""
    return needed(address, back=service.get_url(http) or "")


def see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = SEE_OTHER
    return response


def is_htmx(http: HttpRequest) -> bool:
    return bool(http.headers.get("HX-Request"))


def followed(http: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A redirect that moves the window also where htmx asked; it would be followed out of sight."""
    if is_htmx(http) and isinstance(response, HttpResponseRedirect):
        return HttpResponse(headers={"HX-Redirect": response.url})
    return response


def where_to_go_on(journey: Journey, slug: str) -> str:
    """The first step that is not finished, or the review."""
    if journey.first_open:
        return reverse("apply:step", args=[slug, journey.first_open.key])
    return reverse("apply:review", args=[slug])


def clock(draft: Draft | None) -> str:
    if draft is None or draft._state.adding:
        return ""
    return timezone.localtime(draft.updated_at).strftime("%H:%M")
