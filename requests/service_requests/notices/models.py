"""The outbox: what people are to be told, written in the transaction that gave the reason."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from service_requests.records.models import ServiceRequest


class NoticeState(models.TextChoices):
    """How far a notice got."""

    DUE = "due", pgettext_lazy("notice", "Due")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Notice(models.Model):
    """One message to one person through one channel.

    (request, event, occasion, channel) is unique: the same happening never tells anybody twice.
    `public_id` is the reference given to the gateway, so that a repeated attempt is recognised there.
    `leased_until` passes when the process that was sending it died.
    """

    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        ServiceRequest, on_delete=models.PROTECT, related_name="notices", verbose_name=_("request")
    )
    event = models.CharField(_("event"), max_length=40)
    occasion = models.CharField(max_length=60, blank=True)
    channel = models.CharField(_("channel"), max_length=20)
    recipient = models.CharField(_("recipient"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=NoticeState.choices, default=NoticeState.DUE)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["request", "event", "occasion", "channel"], name="one_notice_per_occasion_and_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.request}"
