"""Tell people of a draft that will be deleted, five days before; nothing is deleted that nobody was told of.

That he was told stands on the draft, written in one transaction with the messages (home.accounts.outbox): a text
message and an e-mail, each by itself. "My account" shows such a draft on top by the same reckoning. What he changes
after it starts the time again. A guest is told on the mobile that he has proved, with his link. Drafts of the service
window are the office's own and go without a word.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.jobs import schedule
from cms.languages import in_language
from home.accounts.models import MessageKind
from home.accounts.outbox import tell_in_words
from service_requests.wizard.drafts import KEPT_FOR, own_drafts
from service_requests.wizard.links import text_with_link
from service_requests.wizard.models import Draft

BEFORE = timedelta(days=5)


def was_told(now: datetime) -> Q:
    """Drafts whose person was told long enough ago, and has not changed them since."""
    return Q(reminded_at__gte=F("updated_at"), reminded_at__lte=now - BEFORE)


@schedule("remind_of_drafts", every=timedelta(hours=6))
def remind_daily() -> None:
    remind(timezone.now())


def remind(now: datetime) -> int:
    """Tell of every draft that is due; how many. Of two that run at once one finds a row to change."""
    untold = Q(reminded_at=None) | Q(reminded_at__lt=F("updated_at"))
    due = Draft.objects.filter(untold, closed_at=None, registered_by=None, updated_at__lte=now - KEPT_FOR + BEFORE)
    told = 0
    for draft in list(due.select_related("applicant", "service__department__organisation").defer("data")):
        with transaction.atomic():
            if due.filter(pk=draft.pk).update(reminded_at=now):
                told += 1
                _tell(draft)
    return told


def _tell(draft: Draft) -> None:
    """Write the messages that reach him; who has neither mobile nor e-mail finds it in his account alone.

    Of what he began for an establishment that he does not act for any more he hears nothing: he cannot open it.
    """
    person = draft.applicant
    if not (person.is_active or person.is_guest) or not own_drafts(person).filter(pk=draft.pk).exists():
        return
    if person.mobile:
        tell_in_words(MessageKind.DRAFT_ENDS, person.mobile, _text(draft), language=draft.language)
    if person.email:
        with override(draft.language):
            subject = _("An application that you began will be deleted soon")
        tell_in_words(MessageKind.DRAFT_ENDS, person.email, _mail(draft), subject=subject, language=draft.language)


def _text(draft: Draft) -> str:
    """It names the office and the day, and nothing of the person or of what he filled in; a guest gets his link."""
    if draft.applicant.is_guest:
        return text_with_link(draft, draft.language)
    with override(draft.language):
        return _(
            "%(organisation)s: an application that you began is deleted after %(day)s. Sign in and go on with it "
            "under “My account”. You cannot reply by text message."
        ) % _named(draft)


def _mail(draft: Draft) -> str:
    """The same by e-mail, with the way to it."""
    with override(draft.language):
        url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("my_requests:list") + "?show=drafts"
        return _(
            "%(organisation)s: an application that you began is deleted after %(day)s. Sign in and go on with it "
            "under “My account”: %(url)s\nNobody reads answers to this e-mail."
        ) % {**_named(draft), "url": url}


def _named(draft: Draft) -> dict[str, str]:
    organisation = draft.service.department.organisation if draft.service.department else None
    return {
        "organisation": in_language(organisation.name, draft.language) if organisation else "",
        "day": timezone.localdate(draft.updated_at + KEPT_FOR).strftime("%Y/%m/%d"),
    }
