"""What a request objects to, and what objects to it; with the way there for whom it is there."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.objections import ANSWERED


@dataclass(frozen=True)
class Linked:
    """Another request beside this one; `address` is empty for who may not open it."""

    number: str
    is_objection: bool
    address: str


def linked_to(request: ServiceRequest, user: Any) -> list[Linked]:
    """The contested one first; no query for one that was not answered and objects to nothing."""
    if request.parent_id is None and request.status not in ANSWERED:
        return []
    others = ServiceRequest.objects.filter(Q(parent=request.pk) | Q(pk=request.parent_id)).order_by("submitted_at")
    found = list(others.values_list("pk", "public_id", "number", "parent"))
    keys = [key for key, *_rest in found]
    seen = set(visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True)) if keys else set()
    return [
        Linked(number, parent == request.pk, reverse("requests:inspect", args=[public_id]) if key in seen else "")
        for key, public_id, number, parent in found
    ]
