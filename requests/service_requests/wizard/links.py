"""The signed link by which a guest comes back to what he is writing, and the text that brings it to his mobile.

It is sent to a number that he has proved, and to no other: a message costs the office, and a stranger's phone is no
place for it. The text names the office, the day and the link, and nothing of the person.
"""

import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.languages import in_language
from home.accounts.budgets import Spent, Whose, spend
from home.accounts.codes import how_long
from home.accounts.models import MessageKind
from home.accounts.outbox import tell_in_words
from service_requests.wizard.drafts import KEPT_FOR
from service_requests.wizard.models import Draft

SALT = "service_requests.wizard.guests"


class LinkNotSent(Exception):
    """No message was sent; `words` say why to the reader, and how long to wait."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def link_of(draft: Draft) -> str:
    """The address by which its guest comes back to this draft."""
    mark = signing.dumps(draft.public_id.hex, salt=SALT, compress=False)
    return reverse("apply:resume", args=[mark])


def draft_of(mark: str) -> Draft | None:
    """The draft that a link leads to; None when it is forged, too old, or something was sent by its guest."""
    return open_draft_of(mark, applicant__is_guest=True, applicant__service_requests=None)


def open_draft_of(mark: str, **whose: Any) -> Draft | None:
    """As `draft_of`, whoever's it must be."""
    try:
        public_id = uuid.UUID(signing.loads(mark, salt=SALT, max_age=KEPT_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    drafts = Draft.objects.filter(public_id=public_id, closed_at=None, **whose)
    return drafts.select_related("applicant", "service").first()


def send_link(http: HttpRequest, draft: Draft, language: str) -> None:
    """Send a guest the link of his draft, to the mobile he has proved; charged like a code.

    Raises:
        LinkNotSent: he has proved none, or a limit is met.
    """
    guest = draft.applicant
    if not (guest.is_guest and guest.mobile_is_proved):
        raise LinkNotSent(_("Prove your mobile first"))
    try:
        with transaction.atomic():
            spend(http, [guest.mobile], really=True)
            tell_in_words(MessageKind.DRAFT_LINK, guest.mobile, text_with_link(draft, language), language=language)
    except Spent as spent:
        if spent.limit.whose == Whose.PHONE:
            # Mostly the code that has just proved it.
            words = _("We sent a message to this mobile a short while ago. Ask again in %(wait)s")
        else:
            words = _("Too many messages were asked for just now. Ask again in %(wait)s")
        raise LinkNotSent(words % {"wait": how_long(spent.until)}) from spent


def text_with_link(draft: Draft, language: str) -> str:
    """Until when a guest may go on, and where."""
    organisation = draft.service.department.organisation if draft.service.department else None
    with override(language):
        return _(
            "%(organisation)s: an application that you began is deleted after %(day)s. Go on with it here: %(link)s "
            "You cannot reply by text message."
        ) % {
            "organisation": in_language(organisation.name, language) if organisation else "",
            "day": timezone.localdate(draft.updated_at + KEPT_FOR).strftime("%Y/%m/%d"),
            "link": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + link_of(draft),
        }
