"""People: citizens and staff are the same kind of account."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from cms.identity import IdentityType, check_identity, fold_identity
from cms.phones import masked

# What a sign-in writes. It says nothing about who the person is, so it is no event of his history.
SIGN_IN_FIELDS = frozenset({"last_login", "password"})
# Of a code.
DIGITS = 6


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
    # The number itself, so that a proof never outlives a change, whichever door the change came in by.
    proved_mobile = models.CharField(max_length=20, blank=True, editable=False)
    # The address that somebody has opened a link at (home.accounts.email_proof); for the same reason.
    proved_email = models.EmailField(blank=True, editable=False)
    mobile_proved_at = models.DateTimeField(_("mobile proved"), null=True, blank=True, editable=False)

    history = HistoricalRecords(
        excluded_fields=["password", "last_login"],
        history_change_reason_field=models.TextField(null=True),
        m2m_fields=["groups"],
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        # What people sign in by, beside what is unique.
        indexes = [
            models.Index(fields=["mobile"], name="person_by_mobile"),
            models.Index(Upper("email"), name="person_by_email"),
        ]
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

    @property
    def mobile_is_proved(self) -> bool:
        """Whether he has typed back a code that was sent to this very number."""
        return bool(self.mobile) and self.proved_mobile == self.mobile

    @property
    def email_is_proved(self) -> bool:
        """Whether he has opened the link that was sent to this very address."""
        return bool(self.email) and self.proved_email == self.email

    def prove_email(self) -> None:
        """He has opened the link sent to this address; not saved."""
        self.proved_email = self.email

    @property
    def receives_codes(self) -> bool:
        """Whether a code to his number may open his account (docs/decisions/0015).

        Beside a proved number that is one which a clerk wrote down at the window, for an account that nobody has
        ever been able to enter.
        """
        never_entered = self.last_login is None and not self.has_usable_password()
        return self.is_active and bool(self.mobile) and (self.mobile_is_proved or never_entered)

    def prove_mobile(self, mobile: str) -> None:
        """He has typed back the code sent to this number; not saved."""
        self.mobile = self.proved_mobile = mobile
        self.mobile_proved_at = timezone.now()


class NationalConfirmation(models.Model):
    """What the state said of a person when he last came in by the national sign-in (home.accounts.national).

    Attributes:
        assurance: how sure the state was, in the words of its provider.
        attributes: what it said, by field of the account. A field of the account that reads otherwise since, because
            the person changed it himself, is no longer confirmed.
    """

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="national_confirmation")
    assurance = models.CharField(_("assurance level"), max_length=100, blank=True)
    attributes = models.JSONField(_("confirmed details"), default=dict)
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmation by the national sign-in")
        verbose_name_plural = _("confirmations by the national sign-in")

    def __str__(self) -> str:
        return str(self.person)

    def confirms(self, name: str) -> bool:
        """Whether this field of the account reads as the state said."""
        told = self.attributes.get(name)
        return bool(told) and getattr(self.person, name) == told


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


class OneTimeCode(models.Model):
    """One code sent to one mobile. The digits stand nowhere: they follow from `public_id` (home.accounts.codes).

    `tries` counts comparisons and goes up before each of them. Where nobody is to get it (`reaches` is false), the
    row is the same and only the sending is left out.
    """

    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20)
    mobile = models.CharField(_("mobile"), max_length=20)
    reaches = models.BooleanField()
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"

    @property
    def digits(self) -> str:
        """What was sent. Worked out from the secret key and the random id each time, and kept nowhere."""
        number = int(salted_hmac("home.accounts.codes", self.public_id.hex, algorithm="sha256").hexdigest(), 16)
        return f"{number % 10**DIGITS:0{DIGITS}d}"

    @property
    def is_over(self) -> bool:
        """Whether its minutes have passed."""
        return timezone.now() >= self.expires_at


class CodeBudget(models.Model):
    """How many codes one phone, one network or all may still get in a window of time (home.accounts.budgets)."""

    key = models.CharField(max_length=80, unique=True)
    spent = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("budget of codes")
        verbose_name_plural = _("budgets of codes")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class MessageKind(models.TextChoices):
    """What a person is told about his account."""

    CODE = "code", _("Code")
    MOBILE_LEFT = "mobile_left", _("The mobile has changed: to the old number")
    MOBILE_CAME = "mobile_came", _("The mobile has changed: to the new number")
    EMAIL_PROOF = "email_proof", _("Link by which an e-mail address is confirmed")
    EMAIL_LEFT = "email_left", _("The e-mail address has changed: to the old address")
    PASSWORD_RENEWED = "password_renewed", _("The password was renewed by a code")
    KNOWN_ALREADY = "known_already", _("Somebody wanted to register with this identity")
    DRAFT_ENDS = "draft_ends", _("A draft will be deleted soon")
    DRAFT_LINK = "draft_link", _("Link to an application that was begun without an account")


class MessageState(models.TextChoices):
    """How far a message about an account got."""

    DUE = "due", pgettext_lazy("notice", "Due")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    LATE = "late", _("Too late to be sent")
    NOBODY = "nobody", _("For nobody")


class AccountMessage(models.Model):
    """One message about an account, written in the transaction that gave the reason (home.accounts.outbox).

    `public_id` is the reference given to the gateway, the same for every attempt. The text of a code is not kept, nor
    that of a link to `person`'s address.
    """

    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=MessageKind.choices)
    recipient = models.CharField(_("recipient"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    code = models.ForeignKey(OneTimeCode, on_delete=models.CASCADE, null=True, related_name="messages")
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.DUE)
    created_at = models.DateTimeField(_("written"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("message about an account")
        verbose_name_plural = _("messages about accounts")
        default_permissions = ()
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


# For Django to find; they stand beside what is done with them.
from home.accounts.establishments.models import Delegation, Establishment, Invitation  # noqa: E402, F401
