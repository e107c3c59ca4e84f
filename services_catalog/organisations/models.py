"""Who answers for a service: organisations, their departments, the people in them, and their numbers."""

from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.languages import in_language


class YearKind(models.TextChoices):
    """The calendar whose year stands in a request's number."""

    HIJRI = "hijri", _("Hijri")
    GREGORIAN = "gregorian", _("Gregorian")


def _known_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Organisation(models.Model):
    """A public body. Its prefix, year and time zone stand behind every number and date it issues."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Stable name used by content files."))
    name = TextsField(_("name"))
    portal_name = TextsField(_("name of the portal"), blank=True)
    number_prefix = models.CharField(
        _("number prefix"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,8}$", _("Two to eight Latin capitals, for example ABC."))],
    )
    year_kind = models.CharField(_("year in numbers"), max_length=10, choices=YearKind.choices)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Riyadh", validators=[_known_timezone])
    country = models.CharField(_("country"), max_length=2, default="SA", help_text=_("ISO 3166 code, for phones."))
    currency = models.CharField(_("currency"), max_length=3, default="SAR", help_text=_("ISO 4217 code."))
    phone = models.CharField(_("unified number"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    working_hours = TextsField(_("working hours"), blank=True)
    emblem = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("emblem"),
        help_text=_("Stands beside the name on the pages of its services."),
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Department(models.Model):
    """A unit of an organisation that receives requests."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="departments", verbose_name=_("organisation")
    )
    key = models.SlugField(_("key"), help_text=_("Stable name used by content files."))
    name = TextsField(_("name"))

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["organisation", "key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="department_key_is_unique_in_organisation")
        ]

    def __str__(self) -> str:
        return in_language(self.name) or self.key


class Membership(models.Model):
    """A member of staff works in a department; what he may do there comes from his groups."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("department")
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "department"], name="one_membership_per_department")]

    def __str__(self) -> str:
        return f"{self.user} · {self.department}"


class NumberCounter(models.Model):
    """The last serial number given out in one series and year of an organisation.

    Its row is locked by whoever takes the next number, so numbers have no gaps and no doubles
    (numbers.take_number).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="counters")
    series = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "series", "year"], name="one_counter_per_series_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
