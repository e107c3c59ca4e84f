"""The outbox: what would have been sent, for demonstrations and for staff who look after notices.

Where the demo shows it to everybody, numbers are whole; otherwise it is for staff who may view
notices, and numbers are masked. Messages about accounts stand there in the demo alone: a code is nobody else's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from home.accounts.outbox import latest_messages
from service_requests.notices.channels import channel
from service_requests.notices.failing import why
from service_requests.notices.models import DEAD, Notice, NoticeState
from service_requests.records.scope import visible_to

SHOWN = 50
_TONES = {"sent": "success", "due": "info"}
ARRIVED = (NoticeState.SENT, NoticeState.DELIVERED)


@dataclass(frozen=True)
class Row:
    """One message of the outbox page.

    Attributes:
        tone: of its state: success, danger or info.
        to: for staff, where what it is about is worked on; empty for everybody else.
    """

    at: datetime
    channel: str | Promise
    recipient: str
    text: str
    state: str | Promise
    language: str = ""
    subject: str = ""
    tone: str = "success"
    why: str = ""
    to: str = ""


@never_cache
@require_GET
def outbox(http: HttpRequest) -> HttpResponse:
    """The latest messages, newest first."""
    open_to_all = settings.OUTBOX_FOR_EVERYONE
    if not open_to_all and not http.user.has_perm("service_requests.view_notice"):
        raise Http404
    rows = list(_notices(http.user, open_to_all))
    if open_to_all:
        rows += _of_accounts()
    rows.sort(key=lambda row: row.at, reverse=True)
    return render(http, "pages/notices/outbox.html", {"rows": rows[:SHOWN], "masked": not open_to_all})


def _notices(person: Any, open_to_all: bool) -> Iterable[Row]:
    notices = Notice.objects.select_related("request").defer("request__answers", "request__search_text")
    seen = visible_to(person)
    if not open_to_all:
        notices = notices.filter(request__in=seen)
    latest = list(notices[:SHOWN])
    own = set(seen.filter(pk__in=[notice.request_id for notice in latest]).order_by().values_list("pk", flat=True))
    for notice in latest:
        way = channel(notice.channel)
        yield Row(
            at=notice.created_at,
            channel=way.label,
            recipient=(notice.recipient if way.is_handed_over else "") if open_to_all else way.masked(notice.recipient),
            text=notice.text,
            state=notice.get_state_display(),
            language=notice.language,
            subject=notice.subject,
            tone="success" if notice.state in ARRIVED else "danger" if notice.state in DEAD else "info",
            why=why(notice.error),
            to=reverse("requests:inspect", args=[notice.request.public_id]) if notice.request_id in own else "",
        )


def _of_accounts() -> Iterable[Row]:
    for message in latest_messages(SHOWN):
        yield Row(
            at=message.created_at,
            channel=message.kind,
            recipient=message.recipient,
            text=message.text,
            state=message.state_words,
            language=message.language,
            tone=_TONES.get(message.state, "danger"),
        )
