"""A form and its published versions."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from forms_builder.spec import FormSpec


class Form(models.Model):
    """The form of one service, found by the translation key its pages share."""

    translation_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    live_version = models.ForeignKey(
        "FormVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("live version")
    )

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return str(self.translation_key)


class FormVersion(models.Model):
    """A form as it was published. Its `spec` is never changed, and it is never deleted while anything refers to it.

    `digest` is the SHA-256 of the canonical JSON of `spec` without the ids of blocks
    (publishing.digest_of): publishing the same form again makes no new version.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)
    # From then on nothing is submitted with it any more; the live version never has one (publishing.retire).
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number_is_unique"),
            models.UniqueConstraint(fields=["form", "digest"], name="form_version_digest_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} · {self.number}"

    @property
    def value(self) -> FormSpec:
        """The compiled form. Parsed once per process: a version never changes."""
        return _spec_of(self)


_SPECS: dict[int, FormSpec] = {}
_SPECS_KEPT = 256


def _spec_of(version: FormVersion) -> FormSpec:
    # Keyed by digest as well as by row, so that a test database that reuses ids is not misread.
    key = hash((version.pk, version.digest))
    if key not in _SPECS:
        if len(_SPECS) >= _SPECS_KEPT:
            _SPECS.clear()
        _SPECS[key] = FormSpec.model_validate(version.spec)
    return _SPECS[key]
