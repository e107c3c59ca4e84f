"""Delivery reports: what the gateway says became of a message, hours after it took it.

    POST /api/notices/reports
    X-Diwan-Timestamp: 1795334400
    X-Diwan-Signature: sha256=<HMAC-SHA256 of "1795334400." and the body, with SMS_GATEWAY_REPORT_SECRET, in hex>

    {"reference": "<the one the message came with>", "state": "delivered"}

The same report may come as often as it likes. Whether a reference is known is not told: the answer is the same.
"""

import hashlib
import hmac
import uuid
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, ConfigDict, ValidationError

from service_requests.notices.models import Notice, NoticeState, Way

# How far the sender's clock may be from ours: what was overheard is of no use after it.
WINDOW_SECONDS = 300
LONGEST_BODY = 4_096
TIMESTAMP, SIGNATURE = "X-Diwan-Timestamp", "X-Diwan-Signature"

router = Router(tags=["notices"])


class Report(BaseModel):
    """What became of one message."""

    model_config = ConfigDict(extra="ignore")

    reference: str
    state: Literal["delivered", "undelivered"]


@router.post(
    "/notices/reports",
    summary="What became of a text message, from the gateway",
    response={204: None},
    include_in_schema=False,
)
def report(request: HttpRequest) -> HttpResponse:
    """204 for whatever is signed and readable; 403 without a good signature of these minutes; 422 for nonsense."""
    body = request.body
    if len(body) > LONGEST_BODY or not _is_signed(request, body):
        return HttpResponse(status=403)
    try:
        told = Report.model_validate_json(body)
    except ValidationError:
        return HttpResponse(status=422)
    take_down(told.reference, told.state)
    return HttpResponse(status=204)


def signature_of(body: bytes, timestamp: str, secret: str) -> str:
    """As it stands in the header."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def take_down(reference: str, state: str) -> bool:
    """Write down what became of a message; whether that was news.

    A report may be quicker than the answer to the message, or come though that never did: what was delivered is not
    sent again. Delivered stays delivered, whatever comes later.
    """
    try:
        public_id = uuid.UUID(reference)
    except ValueError:
        return False
    may_change = Notice.objects.filter(public_id=public_id, channel=Way.SMS).exclude(state=NoticeState.DELIVERED)
    now = timezone.now()
    if state == NoticeState.DELIVERED:
        return bool(may_change.update(state=NoticeState.DELIVERED, reported_at=now, error=""))
    undelivered = may_change.exclude(state=NoticeState.UNDELIVERED)
    return bool(undelivered.update(state=NoticeState.UNDELIVERED, reported_at=now, error="not_delivered"))


def _is_signed(request: HttpRequest, body: bytes) -> bool:
    secret: str = settings.SMS_GATEWAY["REPORT_SECRET"]
    timestamp = request.headers.get(TIMESTAMP, "")
    if not secret or not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(timezone.now().timestamp() - int(timestamp)) > WINDOW_SECONDS:
        return False
    given = request.headers.get(SIGNATURE, "").encode()
    return hmac.compare_digest(given, signature_of(body, timestamp, secret).encode())
