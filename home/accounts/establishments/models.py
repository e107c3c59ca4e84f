"""An establishment, who acts for it and since when, and whom its owner has invited."""

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.identity import IdentityType, fold_identity
from cms.languages import in_language

if TYPE_CHECKING:
    from home.accounts.models import User

INVITATION_IS_OPEN_FOR = timedelta(days=14)


class Establishment(models.Model):
    """An office or a company that a person may act for; known to the state by (kind, number)."""

    class Kind(models.TextChoices):
        ENGINEERING_OFFICE = "engineering_office", _("Engineering office")
        CONTRACTOR = "contractor", _("Contractor")
        COMPANY = "company", _("Company or institution")
        ASSOCIATION = "association", _("Association")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    number = models.CharField(
        _("classification or registration number"), max_length=40, help_text=_("As on its certificate.")
    )
    name = TextsField(_("name"))

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")
        ordering = ["kind", "number"]
        # Requests were made for it: it is never deleted.
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="one_establishment_per_number",
                violation_error_message=_("Another establishment of this kind has this number."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name) or self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Two spellings of one number are one establishment, whichever door it came in by."""
        self.number = fold_identity(self.number)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.number = fold_identity(self.number)
        if not self.number:
            raise ValidationError({"number": _("Write the number in letters and digits.")})


def today() -> date:
    """The day by the clock of the portal: staff may look at it by one of their own."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def current(self, day: date | None = None) -> Self:
        """Those that give something today: begun, not over, and not ended."""
        day = day or today()
        not_over = models.Q(last_day=None) | models.Q(last_day__gte=day)
        return self.filter(not_over, first_day__lte=day, ended_at=None)


class Delegation(models.Model):
    """A person may act for an establishment, from the first day to the last, both included.

    It is never deleted: it is ended, and then gives nothing any more, whatever its dates say. Who comes back gets
    another one.
    """

    class Role(models.TextChoices):
        OWNER = "owner", pgettext_lazy("of an establishment", "Owner")
        DELEGATE = "delegate", _("Delegate")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("person")
    )
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("establishment")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.DELEGATE)
    first_day = models.DateField(_("first day"), default=timezone.localdate)
    last_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until it is ended."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-made_at", "-id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            # Of one person and establishment one at most is not ended: so no two of them overlap.
            models.UniqueConstraint(
                fields=["person", "establishment"],
                condition=models.Q(ended_at=None),
                name="one_delegation_that_is_not_ended",
                violation_error_message=_(
                    "This person has a delegation of this establishment that is not ended. Change its days instead."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(last_day=None) | models.Q(last_day__gte=models.F("first_day")),
                name="delegation_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        # Reports print it to everyone with admin access: no name of a person.
        return f"{self.establishment} · {self.get_role_display()}"

    @property
    def is_current(self) -> bool:
        """Whether it gives something today."""
        day = today()
        return self.ended_at is None and self.first_day <= day and (self.last_day is None or day <= self.last_day)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(answered_at=None, made_at__gt=timezone.now() - INVITATION_IS_OPEN_FOR)

    def meant_for(self, person: "User") -> Self:
        """Those that tell this person's identity and his mobile; nobody is meant by half of it."""
        if not person.identity_number or not person.mobile:
            return self.none()
        return self.filter(
            identity_type=person.identity_type, identity_number=person.identity_number, mobile=person.mobile
        )


class Invitation(models.Model):
    """An owner wants somebody to act for his establishment; it is a delegation once that person accepts.

    It names no account: whether the person has one is nothing the owner learns by it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    establishment = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="invitations")
    identity_type = models.CharField(max_length=20, choices=IdentityType.choices)
    identity_number = models.CharField(max_length=40)
    mobile = models.CharField(max_length=20)
    last_day = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-made_at", "-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "identity_type", "identity_number"],
                condition=models.Q(answered_at=None),
                name="one_open_invitation_per_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
