"""What a request objects to, what objects to it, and which earlier ones it names; with the way there for whom it is."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from service_requests.records.mentioned import mentioned_in
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.objections import ANSWERED, objection_to


@dataclass(frozen=True)
class Linked:
    """Another request beside this one; `address` is empty for who may not open it."""

    words: str
    number: str
    address: str


def linked_to(request: ServiceRequest, user: Any) -> list[Linked]:
    """The contested one first; no query for a request that runs, objects to nothing and names no other."""
    found: list[tuple[str, ServiceRequest]] = []
    if request.parent is not None:
        found.append((_("Objects to"), request.parent))
    objection = objection_to(request) if request.status in ANSWERED else None
    if objection is not None:
        found.append((_("Objected to by"), objection))
    found += [(_("Names request"), other) for other in mentioned_in(request)]
    keys = [other.pk for _words, other in found]
    seen = set(visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True)) if keys else set()
    return [
        Linked(words, other.number, reverse("requests:inspect", args=[other.public_id]) if other.pk in seen else "")
        for words, other in found
    ]
