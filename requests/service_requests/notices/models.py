"""The outbox: what people are to be told, written in the transaction that gave the reason; and in whose words."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.placeholders import unknown_in
from service_requests.notices.events import PLACEHOLDERS, event_choices
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Organisation


class NoticeState(models.TextChoices):
    """How far a notice got. What is delivered or undelivered, the other side reported."""

    DUE = "due", pgettext_lazy("notice", "Due")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Failed")


# What reached nobody, and is not tried again until a person says so.
DEAD = (NoticeState.FAILED, NoticeState.UNDELIVERED)


class Way(models.TextChoices):
    """The ways of reaching a person, each with its file under `channels/`."""

    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    ACCOUNT = "account", _("In the account")
    CHAT = "chat", _("Chat of staff")


class Notice(models.Model):
    """One message to one person through one channel.

    (request, event, occasion, channel) is unique: the same happening never tells anybody twice.
    `public_id` is the reference given to the gateway, so that a repeated attempt is recognised there.
    From `due_at` on it may be sent; whoever sends it moves that to the end of his lease, and when he dies it passes.
    `handed_at` is when a job was last written for it.
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
    sender = models.CharField(max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=12, choices=NoticeState.choices, default=NoticeState.DUE)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    gateway_id = models.CharField(_("name at the gateway"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("sent again by"),
    )  # fmt: skip
    resent_at = models.DateTimeField(_("sent again"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        permissions = [("resend_notice", _("Can send notices again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "event", "occasion", "channel"], name="one_notice_per_occasion_and_channel"
            )
        ]
        # What the sweep looks for, and what reached nobody: few of many.
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["due", "sending"]), name="notice_due"),
            models.Index(fields=["created_at"], condition=Q(state__in=["failed", "undelivered"]), name="notice_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.request}"


class NoticeText(models.Model):
    """What one body says at one event through one channel, in every content language. Without one, what ships."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="notice_texts", verbose_name=_("organisation")
    )
    event = models.CharField(_("event"), max_length=40, choices=event_choices)
    channel = models.CharField(_("channel"), max_length=20, choices=Way.choices)
    is_sent = models.BooleanField(
        _("send it"), default=True, help_text=_("Unticked, nobody is told of this event in this way.")
    )
    subject = TextsField(_("subject"), blank=True, help_text=_("Of an e-mail. Empty: the name and the number."))
    text = TextsField(_("text"), multiline=True)

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("text of a notice")
        verbose_name_plural = _("texts of notices")
        ordering = ["organisation", "event", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "event", "channel"], name="one_notice_text_per_event_and_channel",
                violation_error_message=_("This organisation has a text for this event and channel. Change that one."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_event_display()} · {self.get_channel_display()}"

    def clean(self) -> None:
        """Nothing of a person can stand in a notice: the words that may stand in brackets name none."""
        super().clean()
        faults = {}
        for field in ("subject", "text"):
            texts = (getattr(self, field) or {}).values()
            unknown = sorted({word for text in texts for word in unknown_in(text, PLACEHOLDERS)})
            if unknown:
                faults[field] = _(
                    "There is no placeholder %(words)s. Use those that are listed: nothing of a person may stand in a "
                    "notice."
                ) % {"words": " ".join(f"{{{word}}}" for word in unknown)}
        if faults:
            raise ValidationError(faults)


class NoticeChannels(models.Model):
    """Which ways one body uses, and under which name. Without a row: all of them, under the name of the portal."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="notice_channels", verbose_name=_("organisation")
    )
    sms = models.BooleanField(_("Text message"), default=True)
    sms_sender = models.CharField(
        _("sender of text messages"), max_length=20, blank=True,
        help_text=_("As it is registered with the gateway. Empty: the one of the portal."),
    )  # fmt: skip
    email = models.BooleanField(_("E-mail"), default=True)
    account = models.BooleanField(_("In the account"), default=True)
    chat = models.BooleanField(
        _("Chat of staff"), default=True, help_text=_("Where whoever operates the portal has set one up.")
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("channels of notices")
        verbose_name_plural = _("channels of notices")
        ordering = ["organisation"]

    def __str__(self) -> str:
        return str(self.organisation)

    def uses(self, channel: str) -> bool:
        """Whether this body tells anybody in this way; a channel it has no word on is used."""
        return bool(getattr(self, channel, True))
