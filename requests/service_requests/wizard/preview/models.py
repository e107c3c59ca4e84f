"""What an editor typed into a preview, for as long as he walks through it."""

from django.conf import settings
from django.db import models

from services_catalog.models import ServicePage


class Preview(models.Model):
    """The answers of one editor in the preview of one service. No draft: nothing can make a request of it.

    `digest` is that of the form they were given to: a form that was changed is walked from its beginning.
    `data` is the wizard's storage (wizard.storage) and, under `files`, what the files were called.
    """

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["editor", "service"], name="one_preview_per_editor_and_service")]
        indexes = [models.Index(fields=["updated_at"], name="preview_oldest")]

    def __str__(self) -> str:
        return f"{self.editor_id} · {self.service_id}"
