"""In whose name: the page before the first step where a service is for establishments."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from home.accounts.establishments.delegating import current_establishments
from home.accounts.establishments.models import Establishment
from service_requests.wizard.offers import Offer, office_slug
from service_requests.wizard.visiting import person_of

# In the address of the start: it was said already that he applies for himself.
FOR_ONESELF = "myself"


@dataclass(frozen=True)
class Choice:
    """One in whose name he may apply; no establishment for himself."""

    address: str
    establishment: Establishment | None = None


def choice_of_establishment(http: HttpRequest, offer: Offer) -> HttpResponse:
    """His establishments of today to choose from; on to the form where there is one, and how to get one where not."""
    mine = list(current_establishments(person_of(http)))
    start = {one.pk: reverse("apply:start", args=[office_slug(one, offer.slug)]) for one in mine}
    if len(mine) == 1 and not offer.service.is_for_persons:
        return redirect(start[mine[0].pk])
    choices = [Choice(start[one.pk], one) for one in mine]
    if offer.service.is_for_persons:
        choices.insert(0, Choice(f"{reverse('apply:start', args=[offer.slug])}?{FOR_ONESELF}"))
    title = _("In whose name do you apply?") if choices else _("You act for no establishment")
    context = {"offer": offer, "body": offer.body, "title": title, "choices": choices}
    return render(http, "pages/apply/for_whom.html", context)
