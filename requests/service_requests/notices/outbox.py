"""Tell an applicant that something happened. Actions call `announce`; a job delivers.

The notice and its job are rows of the caller's transaction: they exist exactly when the change they
tell of does, and no web request ever waits for a gateway or a queue.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from cms.jobs import enqueue, enqueue_many, job_kind
from cms.jobs.models import Job
from service_requests.notices.channels import Envelope, channel, channels
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.texts import text_of
from service_requests.records.models import ServiceRequest

DELIVER = "deliver_notice"
LEASE = timedelta(minutes=5)
ATTEMPTS = 5


class StillBeingSent(Exception):
    """Another process holds the notice; whether it succeeds is seen at the next attempt."""


def announce(
    event: str, request: ServiceRequest, *, occasion: str = "", values: Mapping[str, str] | None = None
) -> None:
    """Write the notices of an event, one per channel that reaches the applicant.

    Call it inside the transaction of the change. The same (request, event, occasion) is told once,
    however often it is announced.

    Raises:
        KeyError: for an event that has no text.
    """
    for notice in _notices(event, request, occasion, values or {}):
        # A second announcement inserts nothing; its job then finds no notice of its id and ends.
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        enqueue(DELIVER, {"notice": str(notice.public_id)})


def announce_many(event: str, requests: Iterable[ServiceRequest], *, occasions: Mapping[int, str]) -> None:
    """The same for many requests, in two statements; `occasions` by the request's key."""
    notices = [notice for request in requests for notice in _notices(event, request, occasions.get(request.pk, ""), {})]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    enqueue_many(DELIVER, [{"notice": str(notice.public_id)} for notice in notices])


def _notices(event: str, request: ServiceRequest, occasion: str, values: Mapping[str, str]) -> list[Notice]:
    text = text_of(event, request, values)
    return [
        Notice(request=request, event=event, occasion=occasion, channel=way.key, recipient=recipient,
               language=request.language, text=text)
        for way in channels()
        if (recipient := way.recipient_of(request))
    ]  # fmt: skip


@job_kind(DELIVER, is_patient=True)
def deliver_notice(job: Job) -> None:
    """Send one notice. Repeating it never sends a second time what was marked as sent."""
    deliver(uuid.UUID(job.arguments["notice"]))


def deliver(public_id: uuid.UUID) -> None:
    """Claim, send, mark.

    Raises:
        StillBeingSent: while another process holds the notice.
        Exception: whatever the channel raised; the notice is due again, or failed after the last attempt.
    """
    if not _claim(public_id):
        if Notice.objects.filter(public_id=public_id, state=NoticeState.SENDING).exists():
            raise StillBeingSent(str(public_id))
        return
    notice = Notice.objects.get(public_id=public_id)
    try:
        channel(notice.channel).deliver(Envelope(str(notice.public_id), notice.recipient, notice.text, notice.language))
    except Exception as error:
        _mark_refused(notice, error)
        raise
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENT, sent_at=timezone.now(), leased_until=None, error=""
    )


def _claim(public_id: uuid.UUID) -> bool:
    """Of two processes that want to send the notice, exactly one finds a row to change."""
    now = timezone.now()
    free = Q(state=NoticeState.DUE) | Q(state=NoticeState.SENDING, leased_until__lt=now)
    return bool(
        Notice.objects.filter(free, public_id=public_id).update(
            state=NoticeState.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    )


def _mark_refused(notice: Notice, error: Exception) -> None:
    state = NoticeState.FAILED if notice.attempts >= ATTEMPTS else NoticeState.DUE
    # Only the kind of error: a gateway's answer may repeat the number and the text.
    Notice.objects.filter(pk=notice.pk).update(state=state, leased_until=None, error=type(error).__name__)
