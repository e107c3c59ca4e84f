"""What a clerk fills in at the window: a service, with the sitting it is filled in at."""

import uuid
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from home.accounts.establishments.models import Establishment
from home.accounts.models import User
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import Offer, SlugOfItsOwn, offer_of
from service_requests.wizard.window.rights import may_register
from service_requests.wizard.window.sittings import sitting
from services_catalog.organisations.scope import bodies_of


class WindowSlug(SlugOfItsOwn):
    """`window/` and the random name of a sitting, which does not tell who is served."""

    regex = "window/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def slug_of(draft: Draft) -> str:
    return f"window/{draft.public_id}"


@dataclass(frozen=True)
class WindowOffer(Offer):
    """A service that somebody applies for at the window."""

    sitting: Draft
    clerk: User

    @property
    def slug(self) -> str:
        return slug_of(self.sitting)

    @property
    def drafts_url(self) -> str:
        return reverse("window")

    def received_url(self, request: uuid.UUID) -> str:
        return reverse("window_received", args=[request])

    @property
    def service_url(self) -> str:
        """What the clerk reads of the service."""
        return reverse("window_service", args=[self.service.pk])

    @property
    def acting_for(self) -> Establishment | None:
        """The establishment in whose name the person before the window applies."""
        return self.sitting.acting_for

    @property
    def for_whom(self) -> User:
        return self.sitting.applicant


def window_offer(clerk: User, slug: str, language: str) -> WindowOffer:
    """The sitting that an address names.

    Raises:
        Http404: when it is none of this clerk's, or the service is not, or no longer, one of his bodies.
    """
    if not may_register(clerk):
        raise Http404
    found = sitting(clerk, uuid.UUID(slug.partition("/")[2]))
    if found is None:
        raise Http404
    offer = offer_of(found.service.slug, language)
    if not clerk.is_superuser and offer.organisation.pk not in bodies_of(clerk):
        raise Http404
    return WindowOffer(offer.service, offer.title, found, clerk)
