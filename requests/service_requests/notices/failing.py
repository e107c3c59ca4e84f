"""Notices that reached nobody: why, in words, and sending them again."""

import uuid
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from service_requests.notices.models import DEAD, Notice, NoticeState
from service_requests.notices.outbox import hand_over

if TYPE_CHECKING:
    from home.accounts.models import User

# What a gateway or a server did (`Notice.error`).
REASONS: Mapping[str, str | Promise] = {
    "unreachable": gettext_lazy("The other side could not be reached."),
    "no_answer": gettext_lazy("The other side did not answer in time."),
    "not_accepted": gettext_lazy("The other side answered that it did not take the message."),
    "not_delivered": gettext_lazy("The gateway took it, and reported that it did not reach the telephone."),
    "no_such_address": gettext_lazy("The mail server knows no such address."),
    "no_such_chat": gettext_lazy("The address of the chat cannot be read. Tell whoever operates the portal."),
    "status_400": gettext_lazy("The gateway refuses this message: the number or the text is wrong."),
    "status_422": gettext_lazy("The gateway refuses this message: the number or the text is wrong."),
    "status_401": gettext_lazy("The gateway does not know the portal's password. Tell whoever operates the portal."),
    "status_403": gettext_lazy("The gateway does not let the portal send. Tell whoever operates the portal."),
    "status_429": gettext_lazy("The gateway had too many messages at a time."),
}
_STATUS = "status_"


def why(error: str) -> str:
    """What went wrong, as staff read it; empty where nothing did."""
    if not error:
        return ""
    if error in REASONS:
        return str(REASONS[error])
    if error.startswith(_STATUS):
        return _("The gateway answered with an error (%(status)s).") % {"status": error.removeprefix(_STATUS)}
    return _("The portal failed at it (%(kind)s). Tell whoever operates it.") % {"kind": error}


def dead(notices: "QuerySet[Notice]") -> "QuerySet[Notice]":
    """Those of these that reached nobody and wait for a person."""
    return notices.filter(state__in=DEAD)


@transaction.atomic
def send_again(notices: "QuerySet[Notice]", *, by: "User") -> int:
    """Make these due again, as if nobody had tried; how many there were. What is sent meanwhile is left alone.

    A message that the gateway took and could not deliver gets a new reference: under its old one the gateway would
    know it and do nothing. One that it never took keeps its own, should it have taken it after all.
    """
    now = timezone.now()
    rows = list(dead(notices).order_by("pk").select_for_update(of=("self",)).values_list("pk", "public_id", "state"))
    _rename([pk for pk, _public_id, state in rows if state == NoticeState.UNDELIVERED])
    ids = [pk for pk, _public_id, _state in rows]
    Notice.objects.filter(pk__in=ids).update(
        state=NoticeState.DUE, attempts=0, due_at=now, handed_at=now, error="", gateway_id="", sent_at=None,
        reported_at=None, resent_by=by, resent_at=now,
    )  # fmt: skip
    hand_over(list(Notice.objects.filter(pk__in=ids).values_list("public_id", flat=True)))
    return len(ids)


def _rename(keys: Collection[int]) -> None:
    fresh = [Notice(pk=key, public_id=uuid.uuid4()) for key in keys]
    Notice.objects.bulk_update(fresh, ["public_id"], batch_size=500)
