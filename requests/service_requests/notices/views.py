"""The outbox: what would have been sent, for demonstrations and for staff who look after notices.

Where the demo shows it to everybody, numbers are whole; otherwise it is for staff who may view
notices, and numbers are masked. Messages that are no notices (codes of sign-in) come from whoever keeps them:

    also_shown(latest_codes)   # (how many) -> rows
"""

from collections.abc import Callable, Iterable
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

from service_requests.notices.channels import channel
from service_requests.notices.failing import why
from service_requests.notices.models import DEAD, Notice, NoticeState
from service_requests.records.scope import visible_to

SHOWN = 50
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


Source = Callable[[int], Iterable[Row]]
_sources: list[Source] = []


def also_shown(source: Source) -> None:
    """Have the demo's outbox show these as well: given how many, a source answers with its latest.

    They are shown where the page is open to everybody, and never to staff of a real portal: codes are nobody's else.
    """
    if source not in _sources:
        _sources.append(source)


@never_cache
@require_GET
def outbox(http: HttpRequest) -> HttpResponse:
    """The latest messages, newest first."""
    open_to_all = settings.OUTBOX_FOR_EVERYONE
    if not open_to_all and not http.user.has_perm("service_requests.view_notice"):
        raise Http404
    rows = list(_notices(http.user, open_to_all))
    if open_to_all:
        rows += [row for source in _sources for row in source(SHOWN)]
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
