"""What staff write down about a request. None of it changes the request itself: only actions do."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.languages import in_language
from service_requests.casework.placeholders import unknown_in
from service_requests.records.models import Message, ServiceRequest
from services_catalog.organisations.models import Organisation

LONGEST_NOTE = 4000
LONGEST_REMARK = 500


def _history() -> HistoricalRecords:
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True))


class DocumentCheck(models.Model):
    """What a clerk found about one item of the checklist (casework.checklist names the items)."""

    class State(models.TextChoices):
        MET = "met", _("In order")
        MISSING = "missing", _("Missing")
        NOT_MATCHING = "not_matching", _("Does not match")

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="document_checks")
    item = models.CharField(max_length=200)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    note = models.CharField(_("note"), max_length=LONGEST_REMARK, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    history = _history()

    class Meta:
        verbose_name = _("document check")
        verbose_name_plural = _("document checks")
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["request", "item"], name="one_check_per_item")]

    def __str__(self) -> str:
        return f"{self.item}: {self.state}"


class Finding(models.Model):
    """What the technical check of a request found."""

    request = models.OneToOneField(ServiceRequest, on_delete=models.CASCADE, related_name="finding")
    text = models.TextField(_("findings"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    history = _history()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        default_permissions = ()

    def __str__(self) -> str:
        return f"finding {self.pk}"


class AmountLine(models.Model):
    """One line of what is to be paid for a request, as a delegate set it."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="amount_lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("what for"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    history = _history()

    class Meta:
        verbose_name = _("amount line")
        verbose_name_plural = _("amount lines")
        ordering = ["position", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="one_amount_line_per_position"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="amount_line_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.amount} {self.currency}"


class InternalNote(models.Model):
    """A word among colleagues. The citizen never reads it, on no page and in no document."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="internal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    written_at = models.DateTimeField()

    history = _history()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["written_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Inspection(models.Model):
    """A file that a director had drawn at random, and what he found in it."""

    class Result(models.TextChoices):
        IN_ORDER = "in_order", _("In order")
        DEFECTS = "defects", _("Defects found")

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="inspections")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    result = models.CharField(_("result"), max_length=20, choices=Result.choices, blank=True)
    text = models.TextField(_("what was found"), blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    history = _history()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-drawn_at", "-id"]
        default_permissions = ()
        permissions = [("draw_inspection", _("Can inspect files drawn at random"))]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "inspector"], condition=models.Q(recorded_at=None), name="one_open_inspection_each"
            )
        ]

    def __str__(self) -> str:
        return f"inspection {self.pk}"


class Correction(models.Model):
    """Questions that were given back to the citizen: he corrects exactly these, once."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="corrections")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="correction")
    keys = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True, blank=True)

    history = _history()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"correction {self.pk}"


class AskedDocument(models.Model):
    """One document that the citizen was asked for. He brings it, or says why not, beside the others.

    `item` is its item of the checklist, where it is one. What he writes is kept as he goes, and his files wait under
    a place that names it (casework.asking); both belong to the office when he sends them all.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="asked_documents")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="asked_documents")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=200, blank=True)
    label = models.CharField(_("document"), max_length=200)
    remark = models.CharField(_("remark"), max_length=LONGEST_REMARK, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    history = _history()

    class Meta:
        verbose_name = _("document asked for")
        verbose_name_plural = _("documents asked for")
        ordering = ["message", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="one_asked_document_per_position")]

    def __str__(self) -> str:
        return f"asked document {self.pk}"


class MessageTemplate(models.Model):
    """A text that staff begin a message to a citizen with, in every content language."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="message_templates", verbose_name=_("organisation")
    )
    name = TextsField(_("name"))
    text = TextsField(_("text"), multiline=True)

    history = _history()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["organisation", "id"]

    def __str__(self) -> str:
        return in_language(self.name) or str(self.pk)

    def clean(self) -> None:
        super().clean()
        unknown = sorted({word for text in (self.text or {}).values() for word in unknown_in(text)})
        if unknown:
            raise ValidationError(
                {
                    "text": _("There is no placeholder %(words)s. Use those that are listed.")
                    % {"words": " ".join(f"{{{word}}}" for word in unknown)}
                }
            )


class SavedFilter(models.Model):
    """A filter of the list of requests that somebody gave a name, for himself."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_saved_filter_per_name")]

    def __str__(self) -> str:
        return self.name


def keep(record: models.Model, *, by: Any) -> None:
    """Save a record with the person in its history."""
    record._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    record.save()


def discard(record: models.Model, *, by: Any) -> None:
    """Delete a record with the person in its history."""
    record._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    record.delete()
