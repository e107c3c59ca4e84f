"""The outbox: what would have been sent, for demonstrations and for staff who look after notices.

Where the demo shows it to everybody, numbers are whole; otherwise it is for staff who may view
notices, and numbers are masked.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from home.accounts.outbox import latest_messages
from service_requests.notices.channels import channel
from service_requests.notices.models import Notice

SHOWN = 50


@never_cache
@require_GET
def outbox(http: HttpRequest) -> HttpResponse:
    """The latest notices, newest first."""
    open_to_all = settings.OUTBOX_FOR_EVERYONE
    if not open_to_all and not http.user.has_perm("service_requests.view_notice"):
        raise Http404
    notices = Notice.objects.select_related("request").defer("request__answers", "request__search_text")[:SHOWN]
    rows = [
        {
            "notice": notice,
            "channel": channel(notice.channel).label,
            "recipient": notice.recipient if open_to_all else channel(notice.channel).masked(notice.recipient),
        }
        for notice in notices
    ]
    return render(
        http,
        "pages/notices/outbox.html",
        {"rows": rows, "masked": not open_to_all, "of_accounts": latest_messages(SHOWN, whole=open_to_all)},
    )
