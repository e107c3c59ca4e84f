"""People: citizens and staff are the same kind of account."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.identity import IdentityType


class User(AbstractUser):
    """A person who may sign in; known to the state by (identity type, number)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    identity_type = models.CharField(
        _("identity type"), max_length=20, choices=IdentityType.choices, blank=True
    )
    identity_number = models.CharField(_("identity number"), max_length=40, blank=True)
    mobile = models.CharField(
        _("mobile"), max_length=20, blank=True, help_text=_("With the country code, for example +966501234567.")
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_type", "identity_number"],
                condition=~models.Q(identity_number=""),
                name="one_account_per_identity",
            ),
            models.CheckConstraint(
                condition=models.Q(identity_number="") | ~models.Q(identity_type=""),
                name="identity_number_has_a_type",
            ),
        ]

    def get_full_name(self) -> str:
        return self.full_name or super().get_full_name() or self.username
