"""The pages of an application at the window: the wizard's own, filled in by a clerk for somebody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from forms_builder.spec import StepSpec
from home.accounts.models import User
from service_requests.wizard import sending, updating
from service_requests.wizard.drafts import is_outdated, must_move, with_version
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.posted import Posted
from service_requests.wizard.uploads import attachments_of
from service_requests.wizard.views import StepView
from service_requests.wizard.visiting import followed, language_now, person_of, see_other, where_to_go_on
from service_requests.wizard.window.offers import WindowOffer, window_offer
from service_requests.wizard.window.sittings import give_up, sittings_of

Page = Callable[[HttpRequest, WindowOffer, Draft], HttpResponse]


def at_window(page: Page) -> Callable[..., HttpResponseBase]:
    """A page of a sitting that goes on, for its clerk; where it has ended, what became of it."""

    @never_cache
    @login_required
    @wraps(page)
    def view(http: HttpRequest, slug: str) -> HttpResponse:
        offer = window_offer(person_of(http), slug, language_now())
        return _ended(http, offer) or page(http, offer, _draft_of(offer))

    return view


def _draft_of(offer: WindowOffer) -> Draft:
    """The sitting's draft as it is now, with its form version.

    Raises:
        Http404: when it was cleared away.
    """
    mine = sittings_of(offer.clerk).filter(pk=offer.sitting.pk)
    draft = with_version(mine, offer.service.translation_key).first()
    if draft is None:
        raise Http404
    # They were read with the offer.
    draft.applicant, draft.acting_for, draft.service = offer.for_whom, offer.acting_for, offer.service
    return draft


def _ended(http: HttpRequest, offer: WindowOffer) -> HttpResponse | None:
    """Where a sitting leads that was sent or given up; None while it goes on."""
    if offer.sitting.request:
        messages.info(http, _("This application was sent already. Nothing was changed."))
        return see_other(offer.received_url(offer.sitting.request.public_id))
    if offer.sitting.closed_at:
        messages.info(http, _("This registration was given up, and what was typed is forgotten. Begin it again."))
        return see_other(offer.drafts_url)
    return None


def _journey(draft: Draft) -> Journey:
    return Journey(draft.form_version.value, draft.data, attachments_of(draft))


@at_window
@require_GET
def start(http: HttpRequest, offer: WindowOffer, draft: Draft) -> HttpResponse:
    """To where the clerk stands, or to the first step."""
    if must_move(draft):
        return redirect("apply:update", offer.slug)
    return redirect(where_to_go_on(_journey(draft), offer.slug))


@at_window
@require_GET
def review(http: HttpRequest, offer: WindowOffer, draft: Draft) -> HttpResponse:
    if must_move(draft):
        return redirect("apply:update", offer.slug)
    return sending.review_of(http, offer, draft, _journey(draft))


@never_cache
def submit(http: HttpRequest, slug: str) -> HttpResponse:
    """Send it. Whatever is pressed twice leads to the same request."""
    if http.method != "POST":
        return redirect("apply:review", slug)
    if not http.user.is_authenticated:
        messages.info(http, _("You were signed out and nothing was sent yet. Sign in, check the answers, send them."))
        return redirect_to_login(reverse("apply:review", args=[slug]))
    offer = window_offer(person_of(http), slug, language_now())
    return _ended(http, offer) or sending.send(http, offer, _draft_of(offer))


@at_window
def update(http: HttpRequest, offer: WindowOffer, draft: Draft) -> HttpResponse:
    if not (is_outdated(draft) or must_move(draft)):
        return see_other(reverse("apply:start", args=[offer.slug]))
    return updating.update_of(http, offer, draft)


@at_window
def stop(http: HttpRequest, offer: WindowOffer, draft: Draft) -> HttpResponse:
    """Give it up, once more asked for: nothing of what was typed is kept."""
    if http.method == "POST":
        give_up(draft)
        messages.success(http, _("The registration was given up. What was typed is forgotten."))
        return see_other(offer.drafts_url)
    context = {"offer": offer, "body": offer.body, "title": _("Give this registration up?")}
    return render(http, "pages/apply/window_stop.html", context)


class WindowStep(StepView):
    """One step, filled in for the person at the window."""

    is_the_applicants = False

    offer: WindowOffer

    @property
    def applicant(self) -> User:
        return self.offer.for_whom

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.offer = self._offered(kwargs["slug"])
            ended = _ended(request, self.offer)
            if ended:
                return followed(request, ended)
        return super().dispatch(request, *args, **kwargs)

    def _is_known(self, request: HttpRequest) -> bool:
        # No guest is a clerk.
        return request.user.is_authenticated

    @property
    def _must_say_for_whom(self) -> bool:
        return False

    def _offered(self, slug: str) -> WindowOffer:
        known: WindowOffer | None = getattr(self, "offer", None)
        return known or window_offer(self.person, slug, language_now())

    def _draft(self) -> Draft:
        # Never none: a draft of the wizard's own making would be the clerk's.
        return _draft_of(self.offer)

    def _already_sent(self, posted: Posted) -> HttpResponse | None:
        """It was sent, or given up, between two looks at it."""
        return _ended(self.request, window_offer(self.person, self.slug, language_now()))

    def _back(self, before: StepSpec | None, returns: bool) -> str:
        return super()._back(before, returns) if before or returns else self.offer.service_url

    def _next_address(self) -> str:
        return self.offer.drafts_url
