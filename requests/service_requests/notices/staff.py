"""What staff are told about requests: in a list of the admin, and by e-mail.

A row is written in the transaction that gives the reason, with the job that sends its e-mail; the e-mail says
the number of the request and nothing of a person. (request, recipient, occasion) is unique: nobody is told
the same twice. As with notices to citizens (notices.outbox), the row decides when its e-mail is tried again, for a
day, and a sweep writes the jobs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.jobs import enqueue, enqueue_many, job_kind, schedule
from cms.jobs.models import Job
from cms.languages import in_language
from cms.letters import Letter, send_letter
from service_requests.notices.models import NoticeState
from service_requests.notices.outbox import HAND_OVER, SWEPT, after_failure, pause_after
from service_requests.records.models import ServiceRequest

if TYPE_CHECKING:
    from home.accounts.models import User

MAIL = "mail_staff_notice"
# Longer than one attempt may take (cms.letters).
LEASE = timedelta(minutes=1)
SWEEP_EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class StaffNotice(models.Model):
    """One member of staff is told of one request.

    Attributes:
        mail_state: how far the e-mail got; empty without an address.
        leased_until: nobody is to send it before then: somebody does, or the mail server refused it just now.
    """

    wagtail_reference_index_ignore = True

    class Event(models.TextChoices):
        SOON = "soon", gettext_lazy("Most of its time is over")
        LATE = "late", gettext_lazy("It is late")
        GIVEN = "given", gettext_lazy("It was given to you, because it takes too long")
        RAISED = "raised", gettext_lazy("It was raised to you, because it takes too long")
        WITHDRAWN = "withdrawn", gettext_lazy("The applicant cancelled it")

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="staff_notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_notices")
    event = models.CharField(max_length=10, choices=Event.choices)
    occasion = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=12, choices=NoticeState.choices, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = gettext_lazy("notice to staff")
        verbose_name_plural = gettext_lazy("notices to staff")
        ordering = ["-written_at", "-id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["request", "recipient", "occasion"], name="staff_are_told_once")]
        indexes = [models.Index(fields=["recipient", "-written_at"], name="staff_notice_newest")]

    def __str__(self) -> str:
        return f"{self.event} {self.request_id}"


def tell_staff(event: str, request: ServiceRequest, people: Iterable["User"], *, occasion: str) -> None:
    """Write a notice to each of these. Call it inside the transaction of what they are told of."""
    now = timezone.now()
    StaffNotice.objects.bulk_create(
        [
            StaffNotice(request=request, recipient=person, event=event, occasion=occasion, written_at=now,
                        mail_state=NoticeState.DUE if person.email else "")
            for person in people
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    written = StaffNotice.objects.filter(request=request, occasion=occasion, mail_state=NoticeState.DUE, attempts=0)
    enqueue_many(MAIL, [{"notice": pk} for pk in written.order_by("pk").values_list("pk", flat=True)])


def notices_to(person: "User") -> "QuerySet[StaffNotice]":
    """What he was told, the newest first."""
    return StaffNotice.objects.filter(recipient=person).select_related("request")


def _may_be_sent(now: datetime) -> Q:
    """What waits for being sent, or was being sent by somebody who died."""
    waits = Q(mail_state__in=[NoticeState.DUE, NoticeState.SENDING])
    return waits & (Q(leased_until=None) | Q(leased_until__lte=now))


@job_kind(MAIL, is_patient=True)
def mail_staff_notice(job: Job) -> None:
    """Try one e-mail once. Of two workers one finds a row to claim; what was marked as sent is not sent again."""
    key, now = job.arguments["notice"], timezone.now()
    claimed = StaffNotice.objects.filter(_may_be_sent(now), pk=key).update(
        mail_state=NoticeState.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    notice = StaffNotice.objects.select_related("request__organisation", "recipient").get(pk=key)
    try:
        _send(notice)
    except Exception as error:  # whatever it is, the e-mail is tried again
        _put_off(notice, error)
    else:
        StaffNotice.objects.filter(pk=key).update(mail_state=NoticeState.SENT, leased_until=None, error="")


def _put_off(notice: StaffNotice, error: Exception) -> None:
    state, kind = after_failure(notice.attempts, error)
    # Only if the attempt is still ours: a lease that ran out was given to somebody else.
    StaffNotice.objects.filter(pk=notice.pk, mail_state=NoticeState.SENDING, attempts=notice.attempts).update(
        mail_state=state,
        leased_until=timezone.now() + pause_after(notice.attempts),
        error=kind,
    )
    log.warning("staff_mail_not_taken", notice=notice.pk, attempt=notice.attempts, error=kind)


@schedule("sweep_staff_notices", every=SWEEP_EVERY)
def sweep_staff_notices() -> None:
    """Write a job for every e-mail that may be sent and that none is coming for; one for each of its attempts."""
    now = timezone.now()
    forgotten = Q(attempts__gt=0) | Q(written_at__lte=now - HAND_OVER)
    waiting = StaffNotice.objects.filter(_may_be_sent(now), forgotten).order_by("pk")
    for key, attempts in waiting.values_list("pk", "attempts")[:SWEPT]:
        enqueue(MAIL, {"notice": key}, dedupe_key=f"{MAIL}-{key}-{attempts}")


def _send(notice: StaffNotice) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "organisation": in_language(notice.request.organisation.name),
            "number": notice.request.number,
            "what": notice.get_event_display(),
        }
        send_letter(
            Letter(
                reference=f"staff-notice-{notice.pk}",
                recipient=notice.recipient.email,
                subject=_("%(organisation)s: request %(number)s") % values,
                text=_("%(what)s: request %(number)s. Sign in to the desk and open it under “Alerts”.") % values,
                language=settings.LANGUAGE_CODE,
            )
        )
