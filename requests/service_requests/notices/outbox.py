"""Tell an applicant that something happened. Actions call `announce`; a job delivers.

Notices and their job are rows of the caller's transaction: they exist exactly when the change they
tell of does, and no web request ever waits for a gateway or a queue.

The row decides when it is tried again, and nothing else does: a job tries each of its notices once and ends well
whatever became of them. `sweep` looks every 30 seconds for what may be sent and has no job at work: what a gateway
refused, what its worker died with, and what the queue lost.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.db.models import F, Q, prefetch_related_objects
from django.utils import timezone

from cms.gateways import GatewayAway, GatewayRefused, MessageRefused
from cms.jobs import enqueue_many, job_kind, schedule
from cms.jobs.models import Job
from home.accounts.establishments.models import Delegation
from service_requests.notices.channels import Channel, Envelope, channel
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.texts import Wording
from service_requests.records.models import ServiceRequest

DELIVER = "deliver_notices"
# Longer than one attempt may take.
LEASE = timedelta(minutes=2)
# A job that did not come to a notice for this long is not waited for any more.
HAND_OVER = timedelta(minutes=2)
SWEEP_EVERY = timedelta(seconds=30)
# Notices of one job: one gateway that hangs costs one of them its time and the others none.
BATCH = 20
SWEPT = 2_000
TIME_LIMIT = timedelta(minutes=10)

# Half a minute, one, two, four, then five: soon after the gateway is back everything is sent.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)
# About a day.
ATTEMPTS = 290

log = structlog.get_logger(__name__)


def announce(
    event: str, request: ServiceRequest, *, occasion: str = "", values: Mapping[str, str] | None = None
) -> None:
    """Write the notices of an event, one per channel that reaches the applicant.

    Call it inside the transaction of the change. The same (request, event, occasion) is told once,
    however often it is announced.

    Raises:
        KeyError: for an event that has no text.
    """
    _write(Wording(event, [request], values or {}), {request.pk: occasion})


def announce_many(event: str, requests: Iterable[ServiceRequest], *, occasions: Mapping[int, str]) -> None:
    """The same for many requests, in a fixed number of statements; `occasions` by the request's key."""
    _write(Wording(event, list(requests)), occasions)


def _write(wording: Wording, occasions: Mapping[int, str]) -> None:
    if wording.requests:
        prefetch_related_objects(wording.requests, "applicant")
    now, left = timezone.now(), _left_by_applicant(wording.requests)
    notices = [
        _notice(wording, request, way, recipient, occasions.get(request.pk, ""), now)
        for request in wording.requests
        for way in wording.ways(request)
        if (recipient := way.recipient_of(request))
        and not (request.pk in left and way.is_handed_over and not way.is_for_staff)
    ]
    # A second announcement inserts nothing; its job then finds no notice of its id and ends.
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    hand_over([notice.public_id for notice in notices if notice.state == NoticeState.DUE])


def _left_by_applicant(requests: Sequence[ServiceRequest]) -> Collection[int]:
    """Requests for an establishment that their applicant no longer acts for: he is not told of them any more.

    Those who act for it now read of them in their account. One query, or none.
    """
    of_offices = [request for request in requests if request.acting_for_id]
    if not of_offices:
        return ()
    acting = set(
        Delegation.objects.current()
        .filter(establishment__in={request.acting_for_id for request in of_offices})
        .values_list("person", "establishment")
    )
    return {request.pk for request in of_offices if (request.applicant_id, request.acting_for_id) not in acting}


def _notice(
    wording: Wording, request: ServiceRequest, way: Channel, recipient: str, occasion: str, now: datetime
) -> Notice:
    said = wording.said(request, way)
    notice = Notice(
        request=request, event=wording.event, occasion=occasion, channel=way.key, recipient=recipient,
        sender=wording.sender(request, way), language=wording.language(request, way), subject=said.subject,
        text=said.text, due_at=now, handed_at=now,
    )  # fmt: skip
    if not way.is_handed_over:
        notice.state, notice.sent_at = NoticeState.SENT, now
    return notice


def hand_over(ids: Sequence[uuid.UUID]) -> None:
    """One job for every so many of them."""
    parts = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    if parts:
        enqueue_many(DELIVER, [{"notices": [str(public_id) for public_id in part]} for part in parts])


@job_kind(DELIVER, is_patient=True, time_limit=TIME_LIMIT)
def deliver_notices(job: Job) -> None:
    """Try each of these notices once. Repeating it never sends a second time what was marked as sent.

    Where a channel's other side is away, the rest of this job's for it is left to the sweep: they would only wait for
    the same silence.
    """
    away: set[str] = set()
    ids = [uuid.UUID(public_id) for public_id in job.arguments["notices"]]
    ways = dict(Notice.objects.filter(public_id__in=ids).values_list("public_id", "channel"))
    for public_id in ids:
        if ways.get(public_id, "") not in away and deliver(public_id) is Delivery.AWAY:
            away.add(ways[public_id])


class Delivery(StrEnum):
    """What came of an attempt."""

    DONE = "done"
    AWAY = "away"


def deliver(public_id: uuid.UUID) -> Delivery:
    """Claim, send, mark: once. What was not taken is due again after a pause, or failed after the last attempt.

    Nothing happens to a notice that is sent, that somebody is sending, or whose pause is not over.
    """
    if not _claim(public_id):
        return Delivery.DONE
    notice = Notice.objects.get(public_id=public_id)
    envelope = Envelope(
        str(notice.public_id), notice.recipient, notice.text, notice.language, notice.subject, notice.sender
    )
    try:
        gateway_id = channel(notice.channel).deliver(envelope)
    except Exception as error:  # whatever it is, the notice is tried again
        _put_off(notice, error)
        return Delivery.AWAY if isinstance(error, GatewayAway) else Delivery.DONE
    _mark_sent(notice, gateway_id)
    return Delivery.DONE


def may_be_sent(now: datetime) -> Q:
    """What waits for being sent, or was being sent by somebody who died."""
    return Q(state__in=[NoticeState.DUE, NoticeState.SENDING], due_at__lte=now)


def _claim(public_id: uuid.UUID) -> bool:
    """Of two processes that want to send the notice, exactly one finds a row to change."""
    now = timezone.now()
    return bool(
        Notice.objects.filter(may_be_sent(now), public_id=public_id).update(
            state=NoticeState.SENDING, due_at=now + LEASE, attempts=F("attempts") + 1
        )
    )


def _mark_sent(notice: Notice, gateway_id: str) -> None:
    # Unless its report came before: what is delivered is more than sent.
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(
        state=NoticeState.SENT, sent_at=timezone.now(), gateway_id=gateway_id, error=""
    )


def _put_off(notice: Notice, error: Exception) -> None:
    state, kind = after_failure(notice.attempts, error)
    # Only if the attempt is still ours: a lease that ran out was given to somebody else.
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING, attempts=notice.attempts).update(
        state=state,
        due_at=timezone.now() + pause_after(notice.attempts),
        error=kind,
    )
    log.warning("notice_not_taken", notice=notice.pk, channel=notice.channel, attempt=notice.attempts, error=kind)


def after_failure(attempts: int, error: Exception) -> tuple[NoticeState, str]:
    """Whether a notice waits for another attempt or is given up, and for what kind of error.

    Nothing but the kind: the answer of a gateway or a mail server may repeat the number, the address and the text.
    """
    is_last = attempts >= ATTEMPTS or isinstance(error, MessageRefused)
    kind = error.reason if isinstance(error, GatewayRefused) else type(error).__name__
    return NoticeState.FAILED if is_last else NoticeState.DUE, kind


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    # Beyond this the power is larger than any pause, and soon than any number of days.
    doublings = min(attempts - 1, 10)
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


@schedule("sweep_notices", every=SWEEP_EVERY)
def sweep() -> None:
    """Write jobs for notices that may be sent and that none is coming for; the longest waiting first."""
    now = timezone.now()
    forgotten = Q(handed_at=None) | Q(handed_at__lt=F("due_at")) | Q(handed_at__lte=now - HAND_OVER)
    waiting = Notice.objects.filter(may_be_sent(now), forgotten).order_by("due_at", "pk")
    rows = list(waiting.values_list("pk", "public_id")[:SWEPT])
    # The jobs first: should this process die in between, a job too many finds nothing to claim.
    hand_over([public_id for _pk, public_id in rows])
    Notice.objects.filter(pk__in=[pk for pk, _public_id in rows]).update(handed_at=now)
