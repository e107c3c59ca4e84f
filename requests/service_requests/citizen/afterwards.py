"""What comes after the answer, on the page of a request: the objection and the rating, and what they led to."""

from dataclasses import dataclass

from home.accounts.models import User
from service_requests.citizen.reply import ticket_for
from service_requests.feedback.models import Rating
from service_requests.feedback.rating import RATED, rating_of
from service_requests.records.mentioned import mentioned_in
from service_requests.records.models import ServiceRequest
from service_requests.workflow.objections import Way, objection_to, way_of


@dataclass(frozen=True)
class Afterwards:
    """Plain values for partials/requests/afterwards.html.

    Attributes:
        contested: what this request objects to.
        objection: the objection to it.
        mentioned: earlier ones of his that it names.
        way: how it may be objected to.
        rating: the one that was given.
        asks_rating: whether it may be rated now.
    """

    contested: ServiceRequest | None
    objection: ServiceRequest | None
    mentioned: list[ServiceRequest]
    way: Way | None
    rating: Rating | None
    asks_rating: bool
    ticket: str


def afterwards(request: ServiceRequest, person: User) -> Afterwards:
    """Few queries; none for a request that runs and names no other."""
    is_answered = request.status in RATED
    rating = rating_of(request) if is_answered else None
    objection = objection_to(request) if is_answered else None
    return Afterwards(
        contested=request.parent,
        objection=objection,
        mentioned=mentioned_in(request),
        way=None if objection else way_of(request),
        rating=rating,
        asks_rating=is_answered and rating is None,
        ticket=ticket_for(request, person),
    )
