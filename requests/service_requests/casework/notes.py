"""Words among colleagues about a request."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from service_requests.casework.models import InternalNote, keep
from service_requests.casework.rights import PROCESS
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import concerns, visible_to

if TYPE_CHECKING:
    from home.accounts.models import User


def may_note(request: ServiceRequest, user: "User") -> bool:
    """Also about a closed request: what colleagues should know does not end with the decision."""
    return not concerns(user, request) and user.has_perm(PROCESS)


def notes_on(request: ServiceRequest) -> list[InternalNote]:
    return list(InternalNote.objects.filter(request=request).select_related("author"))


@transaction.atomic
def note(request: ServiceRequest, text: str, *, by: "User") -> None:
    """Leave a note for colleagues. His own last word said once more, by a second press, stays one note.

    Raises:
        PermissionDenied: when he may not, or for a request he cannot see.
    """
    seen = visible_to(by).select_for_update(of=("self",)).filter(pk=request.pk)
    if not may_note(request, by) or seen.first() is None:
        raise PermissionDenied
    last = InternalNote.objects.filter(request=request).last()
    if last and (last.author_id, last.text) == (by.pk, text):
        return
    keep(InternalNote(request=request, author=by, text=text, written_at=timezone.now()), by=by)
