"""Applications that are still being written."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms_builder.models import FormVersion
from service_requests.records.models import Attachment, ServiceRequest
from services_catalog.models import ServicePage


class Draft(models.Model):
    """What a person has filled in so far; pinned to the form version he was shown.

    `data` is the wizard's storage: the raw answers of each step. `revision` grows with each save and
    tells a second tab that it is late. A closed draft points at the request it became.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    service = models.ForeignKey(ServicePage, on_delete=models.PROTECT, related_name="+")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    request = models.OneToOneField(
        ServiceRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "service"], condition=models.Q(closed_at=None), name="one_open_draft_per_service"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class DraftUpload(models.Model):
    """A file that belongs to a draft, until submitting claims it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="uploads")
    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="draft_upload")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attachment)
