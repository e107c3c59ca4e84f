"""What staff are told about requests: in a list of the admin, and by e-mail.

A row is written in the transaction that gives the reason, with the job that sends its e-mail; the e-mail says
the number of the request and nothing of a person. (request, recipient, occasion) is unique: nobody is told
the same twice.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.jobs import enqueue_many, job_kind
from cms.jobs.models import Job
from cms.languages import in_language
from service_requests.notices.models import NoticeState
from service_requests.records.models import ServiceRequest

if TYPE_CHECKING:
    from home.accounts.models import User

MAIL = "mail_staff_notice"
# Over before the job is tried again.
LEASE = timedelta(minutes=1)
ATTEMPTS = 5


class StaffNotice(models.Model):
    """One member of staff is told of one request. `mail_state` is how far the e-mail got; empty without an address."""

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


@job_kind(MAIL, is_patient=True)
def mail_staff_notice(job: Job) -> None:
    """Send one e-mail. Of two workers one finds a row to claim; what was marked as sent is not sent again."""
    key, now = job.arguments["notice"], timezone.now()
    free = Q(mail_state=NoticeState.DUE) | Q(mail_state=NoticeState.SENDING, leased_until__lt=now)
    claimed = StaffNotice.objects.filter(free, pk=key).update(
        mail_state=NoticeState.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    notice = StaffNotice.objects.select_related("request__organisation", "recipient").get(pk=key)
    try:
        _send(notice)
    except Exception as error:
        state = NoticeState.FAILED if notice.attempts >= ATTEMPTS else NoticeState.DUE
        # Only the kind of error: a server's answer may repeat the address.
        StaffNotice.objects.filter(pk=key).update(mail_state=state, leased_until=None, error=type(error).__name__)
        raise
    StaffNotice.objects.filter(pk=key).update(mail_state=NoticeState.SENT, leased_until=None, error="")


def _send(notice: StaffNotice) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "organisation": in_language(notice.request.organisation.name),
            "number": notice.request.number,
            "what": notice.get_event_display(),
        }
        send_mail(
            _("%(organisation)s: request %(number)s") % values,
            _("%(what)s: request %(number)s. Sign in to the desk and open it under “Alerts”.") % values,
            None,
            [notice.recipient.email],
        )
