"""Applications that are still being written."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms_builder.models import FormVersion
from home.accounts.establishments.models import Establishment
from service_requests.records.models import Attachment, ServiceRequest
from services_catalog.models import ServicePage


class Draft(models.Model):
    """What a person has filled in so far; pinned to the form version he was shown.

    `data` is the wizard's storage (wizard.storage): what was typed in each step, and the answers it
    meant. `revision` grows with each save, so that of two tabs the late one is noticed. A closed
    draft points at the request it became and keeps no data.

    `acting_for` is the establishment in whose name he applies; for each he has a draft of its own, which is his alone.

    `reminded_at` is when its person was told that it will be deleted; told before its last change, he was not told.

    `registered_by` is who fills it in at the service window for the applicant, who stands before him; empty for
    what the applicant fills in himself. Neither of the two ever meets a draft of the other (`drafts.own_drafts`,
    `window.sittings`). One that was given up at the window is closed without a request.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    acting_for = models.ForeignKey(Establishment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(ServicePage, on_delete=models.PROTECT, related_name="+")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
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
                fields=["applicant", "service"],
                condition=models.Q(closed_at=None, registered_by=None, acting_for=None),
                name="one_open_draft_per_service",
            ),
            models.UniqueConstraint(
                fields=["applicant", "acting_for", "service"],
                condition=models.Q(closed_at=None, registered_by=None, acting_for__isnull=False),
                name="one_open_draft_per_establishment",
            ),
            models.UniqueConstraint(
                fields=["registered_by", "applicant", "service"],
                condition=models.Q(closed_at=None, registered_by__isnull=False),
                name="one_open_draft_per_window",
            ),
        ]
        # The purge looks for the oldest ones.
        indexes = [models.Index(fields=["updated_at"], name="draft_oldest")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def filled_in_by(self) -> int:
        """Key of whoever is at the keyboard."""
        return self.registered_by_id or self.applicant_id

    @property
    def is_of_the_window(self) -> bool:
        """Whether a clerk fills it in for the applicant."""
        return self.registered_by_id is not None

    @property
    def holder(self) -> str:
        """What an appointment is held under while the application is being written."""
        return str(self.public_id)


class Stash(models.Model):
    """What a person had typed into a step when his session or his page had run out.

    It is shown to him again after he signed in and to nobody else; `files` are the public ids of
    attachments that were stored with it. It is not part of a draft until he sends the step again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="+")
    step_key = models.CharField(max_length=200)
    typed = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["created_at"], name="stash_oldest")]

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
