"""People: citizens and staff are the same kind of account."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.identity import IdentityType, check_identity, fold_identity
from cms.phones import masked

# What a sign-in writes. It says nothing about who the person is, so it is no event of his history.
SIGN_IN_FIELDS = frozenset({"last_login", "password"})


class User(AbstractUser):
    """A person who may sign in; known to the state by (identity type, number)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    identity_type = models.CharField(_("identity type"), max_length=20, choices=IdentityType.choices, blank=True)
    identity_number = models.CharField(_("identity number"), max_length=40, blank=True)
    mobile = models.CharField(
        _("mobile"), max_length=20, blank=True, help_text=_("With the country code, for example +966501234567.")
    )
    # Somebody who applies without an account (home.accounts.guests): never active, so no door opens to him.
    is_guest = models.BooleanField(default=False, editable=False)

    history = HistoricalRecords(
        excluded_fields=["password", "last_login"],
        history_change_reason_field=models.TextField(null=True),
        m2m_fields=["groups"],
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_type", "identity_number"],
                condition=~models.Q(identity_number=""),
                name="one_account_per_identity",
                violation_error_message=_("Another account has this identity number."),
            ),
            models.CheckConstraint(
                condition=models.Q(identity_number="") | ~models.Q(identity_type=""),
                name="identity_number_has_a_type",
                violation_error_message=_("Choose the kind of identity document."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_guest=False) | models.Q(is_active=False, identity_number=""),
                name="guests_never_sign_in",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if not self.identity_number:
            return
        try:
            self.identity_number = check_identity(self.identity_type, self.identity_number, settings.HOME_COUNTRY)
        except ValidationError as error:
            raise ValidationError({"identity_number": error.messages}) from error

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Two spellings of one number are one person, whichever door the account came in by."""
        self.identity_number = fold_identity(self.identity_number)
        # A guest is nobody's to change, and what he gave up is not kept in a history.
        quiet = self.is_guest or (update_fields is not None and SIGN_IN_FIELDS.issuperset(update_fields))
        if quiet:
            self.skip_history_when_saving = True
        try:
            super().save(*args, update_fields=update_fields, **kwargs)
        finally:
            if quiet:
                del self.skip_history_when_saving

    def get_full_name(self) -> str:
        return self.full_name or super().get_full_name() or self.username

    @property
    def mobile_masked(self) -> str:
        """Enough to recognise one's own number by."""
        return masked(self.mobile) if self.mobile else ""


class ThrottleCounter(models.Model):
    """One counter of failed attempts: the table behind the cache that allauth counts in.

    Written by cms.settings' default cache (home.accounts.throttle), never through this class. As a
    model it has a migration, and a test database forgets it like any other table.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_throttle_counter"
        verbose_name = _("throttle counter")
        verbose_name_plural = _("throttle counters")

    def __str__(self) -> str:
        return self.cache_key


# For Django to find; they stand beside what is done with them.
from home.accounts.establishments.models import Delegation, Establishment, Invitation  # noqa: E402, F401
