"""Write to the citizens of many requests at once; the requests themselves stay as they are.

The same text for all, filled in for each in the language he applied in: a message in his request, the notices that
tell him of it, and a row of history. A fixed number of statements per thousand.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from service_requests.casework.messages import texts_for
from service_requests.history.reasons import MESSAGE, written
from service_requests.history.writing import record_changes
from service_requests.notices.outbox import announce_many
from service_requests.notices.texts import WRITTEN
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.many import Done, batches, check_bulk, locked, sorted_out, with_unseen
from service_requests.workflow.moves import NotPossible, own_of
from service_requests.workflow.permissions import PROCESS

if TYPE_CHECKING:
    from home.accounts.models import User


def message_many(ids: Collection[int], texts: Mapping[str, str], *, by: "User") -> Done:
    """Write a message to the citizen of each of these requests.

    Args:
        texts: by language; placeholders in them are filled in for each request.

    Raises:
        NotPossible: without a text.
        PermissionDenied: when the person may not change many at once, or not write to citizens.
    """
    check_bulk(by)
    if not by.has_perm(PROCESS):
        raise PermissionDenied
    said = {language: text.strip() for language, text in texts.items() if text.strip()}
    if not said:
        raise NotPossible(_("Write what the citizens are to read."))
    done = Done()
    for batch in batches(ids):
        with transaction.atomic():
            done += _message_batch(batch, said, by)
    return done


def foresee_message(requests: Sequence[ServiceRequest], *, by: "User") -> Done:
    """What writing to these would do."""
    return sorted_out(requests, _obstacles(requests, by))[1]


def _message_batch(ids: Collection[int], texts: Mapping[str, str], by: "User") -> Done:
    requests = locked(ids, by, "department")
    free, done = sorted_out(requests, _obstacles(requests, by))
    now, filled = timezone.now(), texts_for(texts, free)
    messages = Message.objects.bulk_create(
        Message(
            request=request,
            kind=Message.Kind.WORD,
            author=by,
            department_id=request.department_id,
            text=filled[request.pk],
            written_at=now,
        )
        for request in free
    )
    # Nothing of the request changes, so the moment is that of the message.
    record_changes([request.pk for request in free], by=by, reason=written("", source=MESSAGE), at=now)
    announce_many(WRITTEN, free, occasions={message.request_id: str(message.public_id) for message in messages})
    return with_unseen(done, ids, requests)


def _obstacles(requests: Sequence[ServiceRequest], by: "User") -> list[str]:
    return [own_of(request, by) for request in requests]
