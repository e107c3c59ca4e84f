"""Sittings: drafts that a clerk fills in for somebody at the window. Nobody but that clerk ever meets one.

The person's own drafts are others (`drafts.own_drafts`), also for the same service.
"""

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from home.accounts.establishments.models import Establishment
from home.accounts.models import User
from service_requests.appointments import booking
from service_requests.records.files import delete_file
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import wide_columns
from service_requests.wizard.storage import empty
from service_requests.wizard.uploads import attachments_of
from service_requests.wizard.window.rights import services_of
from services_catalog.models import ServicePage

# So many stand on the page of the window.
_SHOWN = 20


def sittings_of(clerk: User) -> "QuerySet[Draft]":
    """Everything this clerk fills in, or filled in, for others."""
    return Draft.objects.filter(registered_by=clerk)


def unfinished(clerk: User) -> "QuerySet[Draft]":
    """What he has begun and neither sent nor given up, the newest first; of services that are still his."""
    rows = sittings_of(clerk).filter(closed_at=None, service__in=services_of(clerk)).select_related("applicant")
    return rows.defer("data").order_by("-updated_at")[:_SHOWN]


def begin(
    clerk: User, person: User, service: ServicePage, language: str, acting_for: Establishment | None = None
) -> Draft:
    """The clerk's open draft for this person and service: the one that is there, or a new one.

    In whose name the person applies is as it was said last, also of what is there.

    Raises:
        LookupError: when the service takes no applications.
    """
    version = service.form_version
    if version is None:
        raise LookupError
    begun = sittings_of(clerk).filter(applicant=person, service=service, closed_at=None)
    there = begun.first()
    if there:
        begun.filter(pk=there.pk).exclude(acting_for=acting_for).update(acting_for=acting_for)
        return there
    try:
        with transaction.atomic():
            return Draft.objects.create(
                applicant=person,
                registered_by=clerk,
                acting_for=acting_for,
                service=service,
                form_version=version,
                language=language,
                data=empty(),
            )
    except IntegrityError:
        # Pressed twice: the other press was faster.
        return begun.get()


def sitting(clerk: User, public_id: uuid.UUID) -> Draft | None:
    """One of his, open or not, with what its pages need."""
    return (
        sittings_of(clerk)
        .filter(public_id=public_id)
        .select_related("applicant", "acting_for", "service", "request")
        .defer(*wide_columns("service__"), "request__answers", "request__search_text")
        .first()
    )


def give_up(draft: Draft) -> None:
    """Forget what was typed and give back what is held. That the person was served stays known for a while."""
    with transaction.atomic():
        now = timezone.now()
        ended = Draft.objects.filter(pk=draft.pk, closed_at=None).update(
            closed_at=now, updated_at=now, data=empty(), revision=F("revision") + 1
        )
        if ended:
            booking.release(draft.holder)
            for file in attachments_of(draft):
                delete_file(file)
