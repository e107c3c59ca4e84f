"""A file that was read and judged, and waits for somebody to confirm it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Between looking at a preview and confirming it. It holds personal data, so it does not stay.
LIFE = timedelta(hours=24)


def end_of_life() -> datetime:
    return timezone.now() + LIFE


class ImportRun(models.Model):
    """What one file would change. Nobody but the person who uploaded it sees it.

    `findings` is `exchange.staging.Findings` as JSON. When the run is applied its values are dropped:
    history holds them from then on; `outcome` says which requests were changed and which were not.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    findings = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=end_of_life, db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.public_id)
