"""Templates of documents that an office issues, and the documents it issued."""

import secrets
import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from wagtail import blocks

from cms.blocks import LineBlock, LocalisedTextBlock, texts_of
from cms.fields import ContentField, TextsField
from cms.languages import Texts, content_languages, in_language
from service_requests.documents.placeholders import unknown_in
from service_requests.records.models import ServiceRequest, private_storage
from services_catalog.organisations.models import Organisation, Role

LONGEST_REASON = 500


def _history() -> HistoricalRecords:
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True))


class RowBlock(blocks.StructBlock):
    """One line of the table of a document."""

    label = LocalisedTextBlock(max_length=80, label=_("What stands before it"))
    value = LineBlock(
        max_length=200, label=_("Value"), help_text=_("A placeholder, or words with placeholders in them.")
    )

    class Meta:
        icon = "list-ul"
        label = _("Line")
        label_format = "{value}"


class RowsBlock(blocks.StreamBlock):
    row = RowBlock()


class Lifetime(models.TextChoices):
    """How long a document is valid."""

    NONE = "none", _("without an end")
    DAYS = "days", _("days")
    MONTHS = "months", _("months")


class Language(models.TextChoices):
    """In what language a document is printed, beside one of the content languages by its code."""

    APPLICANT = "applicant", _("the one the citizen applied in")
    ALL = "all", _("every language, one sheet each")


def language_choices() -> list[tuple[str, Any]]:
    return [*Language.choices, *content_languages()]


class DocumentTemplate(models.Model):
    """What a document says and who signs it. Outcomes of workflows name it by its key."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="document_templates", verbose_name=_("organisation")
    )
    key = models.SlugField(_("key"), max_length=60, help_text=_("Stable name used by workflows and content files."))
    name = TextsField(_("name"), help_text=_("What staff call the template."))
    title = TextsField(_("title of the document"), help_text=_("Stands on the paper, and where somebody verifies it."))
    body = TextsField(_("text"), multiline=True, help_text=_("With placeholders, from the list below."))
    rows = ContentField(RowsBlock(), blank=True, verbose_name=_("table"), help_text=_("What stands below the text."))
    language = models.CharField(_("language"), max_length=10, choices=language_choices, default=Language.APPLICANT)
    lifetime_unit = models.CharField(_("valid for"), max_length=10, choices=Lifetime.choices, default=Lifetime.NONE)
    lifetime = models.PositiveSmallIntegerField(
        _("how many"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1200)]
    )
    signer = models.ForeignKey(
        Role,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("signed by"),
        help_text=_("Only who holds such a post issues it. Nothing chosen: whoever may choose the outcome."),
    )
    stamp = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("stamp"),
        help_text=_("A picture of the stamp, printed beside the signature."),
    )

    history = _history()

    class Meta:
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")
        ordering = ["organisation", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"], name="document_template_key_is_unique_in_organisation"
            ),
            models.CheckConstraint(
                condition=Q(lifetime_unit=Lifetime.NONE, lifetime=None)
                | (~Q(lifetime_unit=Lifetime.NONE) & Q(lifetime__gte=1)),
                name="document_template_says_how_long",
                violation_error_message=_("Write how many days or months, or nothing where it has no end."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name) or self.key

    @property
    def lines(self) -> list[tuple[Texts, str]]:
        """The table: what stands before each value, and the value."""
        return [(texts_of(row.value.get("label")), row.value.get("value") or "") for row in self.rows]

    @property
    def texts(self) -> list[str]:
        """Everything in which placeholders are filled in."""
        return [*(self.body or {}).values(), *(value for _label, value in self.lines)]

    def clean(self) -> None:
        super().clean()
        unknown = unknown_in(self.texts)
        if unknown:
            words = " ".join(f"{{{word}}}" for word in unknown)
            where = "body" if unknown_in(list((self.body or {}).values())) else "rows"
            message = _("There is no placeholder %(words)s. Use those that are listed.") % {"words": words}
            raise ValidationError({where: message})


def paper_name(paper: "IssuedDocument", filename: str) -> str:
    """A random name: the number is kept in the row, never on disk."""
    token = secrets.token_hex(16)
    return f"papers/{token[:2]}/{token}.pdf"


class IssuedDocument(models.Model):
    """A document as it was issued. Nothing of it changes any more, but that it may be revoked.

    `values` are what it says (documents.paper draws them), `file` is the paper itself and `sha256` its digest: it
    prints the same whatever becomes of template, form and pictures.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="papers")
    template = models.ForeignKey(
        DocumentTemplate, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("template")
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=40, unique=True)
    # Of the address where anybody verifies it: random, so that nobody finds another by counting.
    code = models.CharField(max_length=20, unique=True)
    kind = models.JSONField(default=dict)
    holder = models.CharField(_("issued to"), max_length=200)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(_("signed by"), max_length=200)
    signer_post = models.JSONField(default=dict)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    values = models.JSONField()
    file = models.FileField(storage=private_storage, upload_to=paper_name, max_length=200)
    sha256 = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)

    history = _history()

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["issued_at", "id"]
        default_permissions = ()
        permissions = [("revoke_issueddocument", _("Can revoke issued documents"))]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "serial"], name="document_number_is_unique"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="revoked_document_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return in_language(self.kind)

    @property
    def today(self) -> date:
        """The day by the clock of the body that issued it."""
        return timezone.now().astimezone(self.organisation.zone).date()

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < self.today

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and not self.is_expired
