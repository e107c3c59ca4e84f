"""Rate the service after the answer, once; and what all ratings of a service come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Avg, Count
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from service_requests.feedback.models import MOST, Rating
from service_requests.records.models import ServiceRequest
from services_catalog.facts import Fact
from services_catalog.models import ServicePage
from services_catalog.processes.statuses import Status

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Whoever called his request off got no answer to rate.
RATED = frozenset({Status.COMPLETED, Status.REJECTED})


class NotRated(Exception):
    """A rating that is not taken; its text says why, in the reader's language."""


@dataclass(frozen=True)
class Survey:
    """What somebody filled in; everything but the stars may be left out."""

    stars: int
    solved: str = ""
    ease: int | None = None
    staff: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Average:
    """What ratings come to; `stars` means nothing where there are none."""

    stars: float
    number: int

    @property
    def words(self) -> str:
        """`4.2 of 5 (12 ratings)`."""
        if not self.number:
            return _("No ratings yet")
        return ngettext(
            "%(stars)s of %(most)s (%(number)s rating)", "%(stars)s of %(most)s (%(number)s ratings)", self.number
        ) % {"stars": number_format(round(self.stars, 1), 1, use_l10n=False), "most": MOST, "number": self.number}


def rating_of(request: ServiceRequest) -> Rating | None:
    return Rating.objects.filter(request=request).first()


def rate(request: ServiceRequest, survey: Survey) -> Rating:
    """Keep the rating of an answered request; the caller has found it among the person's own.

    Raises:
        NotRated: before the answer, and when it was rated already. Of two at the same moment one is kept.
    """
    if request.status not in RATED:
        raise NotRated(_("You can rate the service once your request is answered."))
    with transaction.atomic():
        rating, is_new = Rating.objects.get_or_create(
            request=request,
            defaults={
                "service_id": request.service_id,
                "stars": survey.stars,
                "solved": survey.solved,
                "ease": survey.ease,
                "staff": survey.staff,
                "comment": survey.comment,
            },
        )
    if not is_new:
        raise NotRated(_("You have rated this already. Thank you: the first rating is kept."))
    return rating


def average_of(ratings: "QuerySet[Rating]") -> Average:
    """One query."""
    found = ratings.order_by().aggregate(stars=Avg("stars"), number=Count("pk"))
    return Average(float(found["stars"] or 0), found["number"])


def rating_of_service(page: ServicePage, request: HttpRequest) -> Iterable[Fact]:
    """For the page of the service (services_catalog.facts): real ratings only, and how many they are."""
    if page.pk is None:
        return []
    average = average_of(Rating.objects.filter(service=page.pk))
    return [Fact("key", _("Rating of the service"), average.words, stars=round(average.stars))]
