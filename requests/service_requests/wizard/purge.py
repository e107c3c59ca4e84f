"""Clear away what nobody came back for: old drafts, old stashes, files that belong to nothing, guests who sent nothing.

Runs once a day, and by `manage.py purge_drafts`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cms.jobs import schedule
from home.accounts.models import User
from service_requests.casework.models import AskedDocument
from service_requests.records.files import delete_file
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.drafts import KEPT_AT_THE_WINDOW, KEPT_FOR
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.posted import uuid_of
from service_requests.wizard.reminding import was_told
from services_catalog.processes.statuses import Status

if TYPE_CHECKING:
    from django.db.models import QuerySet

_AT_ONCE = 500


@dataclass(frozen=True)
class Purged:
    """How much was cleared away."""

    drafts: int
    stashes: int
    files: int
    guests: int


@schedule("purge_drafts", every=timedelta(days=1))
def purge_daily() -> None:
    purge(timezone.now())


def purge(now: datetime) -> Purged:
    """Delete what was last touched more than 28 days ago, if its person was told of it; at the window, more than 7."""
    before = now - KEPT_FOR
    old = Q(was_told(now), registered_by=None, updated_at__lt=before) | Q(
        registered_by__isnull=False, updated_at__lt=now - KEPT_AT_THE_WINDOW
    )
    drafts, _ = Draft.objects.filter(old, closed_at=None).delete()
    # Given up at the window: that somebody was served is known as long as anything is.
    Draft.objects.filter(closed_at__lt=before, request=None).delete()
    old_stashes = Stash.objects.filter(created_at__lt=before)
    stashes, _ = old_stashes.exclude(pk__in=_waited_for(old_stashes, "step_key")).delete()
    return Purged(drafts, stashes, _delete_files(before), _delete_guests(before))


def _delete_guests(before: datetime) -> int:
    """Guests who have sent nothing and have nothing left; after their files, which are theirs."""
    idle = User.objects.filter(is_guest=True, date_joined__lt=before, service_requests=None, drafts=None)
    uploaded = Attachment.objects.filter(owner=OuterRef("pk"))
    gone = list(idle.filter(~Exists(uploaded)).values_list("pk", flat=True))
    User.objects.filter(pk__in=gone).delete()
    # Leaving is an event as well: nothing of somebody who sent nothing is kept.
    User.history.filter(id__in=gone).delete()
    return len(gone)


def _waited_for(rows: "QuerySet[Any]", column: str) -> list[int]:
    """Those that were put down for an answer which the office still waits for, however long that takes.

    The place in this column names the request, or the document that was asked for (citizen.reply, citizen.correcting).
    """
    of_answers = Q()
    for place in ("asked", "reply", "correct"):
        of_answers |= Q(**{f"{column}__startswith": f"{place}."})
    places = rows.filter(of_answers).values_list("pk", column)
    named = {pk: mark for pk, place in places if (mark := uuid_of(place.split(".")[1]))}
    waiting = ServiceRequest.objects.filter(status=Status.WAITING_CITIZEN)
    asked = AskedDocument.objects.filter(answered_at=None, request__in=waiting.values("pk"))
    marks = set(named.values())
    wanted = set(waiting.filter(public_id__in=marks).values_list("public_id", flat=True))
    wanted |= set(asked.filter(public_id__in=marks).values_list("public_id", flat=True))
    return [pk for pk, mark in named.items() if mark in wanted]


def _delete_files(before: datetime) -> int:
    """Files of no request: their draft is gone, or was submitted without them."""
    unclaimed = Q(draft_upload=None) | Q(draft_upload__draft__closed_at__isnull=False)
    orphans = Attachment.objects.filter(unclaimed, request=None, message=None, uploaded_at__lt=before)
    orphans = orphans.exclude(pk__in=_waited_for(orphans, "field_key"))
    deleted = 0
    while batch := list(orphans[:_AT_ONCE]):
        for attachment in batch:
            delete_file(attachment)
        deleted += len(batch)
    return deleted
