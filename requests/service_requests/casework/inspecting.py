"""Inspecting a file drawn at random: are its documents complete, its fees set? Directors do, unannounced."""

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from service_requests.casework.models import Inspection, keep
from service_requests.casework.rights import INSPECT
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import not_concerning, visible_to

if TYPE_CHECKING:
    from home.accounts.models import User


def may_inspect(user: "User") -> bool:
    return user.has_perm(INSPECT)


def inspections_of(request: ServiceRequest) -> list[Inspection]:
    return list(Inspection.objects.filter(request=request).select_related("inspector"))


@transaction.atomic
def draw(*, by: "User") -> ServiceRequest | None:
    """A file at random among those he may see and nobody inspected yet, or among all; None when there is none.

    One that he drew before and has not judged yet is drawn again first: nobody draws until he likes what he gets.

    Raises:
        PermissionDenied: when he is no director.
    """
    if not may_inspect(by):
        raise PermissionDenied
    files = visible_to(by).filter(not_concerning(by))
    begun = files.filter(inspections__inspector=by, inspections__recorded_at=None).first()
    if begun:
        return begun
    drawn = _any_of(files.filter(inspections=None)) or _any_of(files)
    if drawn:
        keep(Inspection(request=drawn, inspector=by, drawn_at=timezone.now()), by=by)
    return drawn


@transaction.atomic
def record(request: ServiceRequest, *, by: "User", result: str, text: str) -> bool:
    """Write down what was found; False when there is no inspection of his that waits for it.

    The same once more, by a second press, is recorded already.

    Raises:
        PermissionDenied: when he is no director.
    """
    if not may_inspect(by):
        raise PermissionDenied
    his = Inspection.objects.select_for_update(of=("self",)).filter(request=request, inspector=by)
    inspection = his.filter(recorded_at=None).first()
    if inspection is None:
        last = his.order_by("recorded_at").last()
        return last is not None and (last.result, last.text) == (result, text)
    inspection.result, inspection.text, inspection.recorded_at = result, text, timezone.now()
    keep(inspection, by=by)
    return True


def _any_of(files: ServiceRequestQuerySet) -> ServiceRequest | None:
    count = files.count()
    return files.order_by("pk")[secrets.randbelow(count)] if count else None
