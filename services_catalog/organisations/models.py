"""Who answers for a service: organisations, their departments, the people in them, and their numbers."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.fields import TextsField
from cms.languages import in_language
from services_catalog.organisations.calendars import WorkingCalendar, tell_of_change

__all__ = [
    "Absence",
    "Department",
    "InquiryFactor",
    "Membership",
    "NumberCounter",
    "Organisation",
    "Role",
    "WorkingCalendar",
    "YearKind",
]


class YearKind(models.TextChoices):
    """The calendar whose year stands in a request's number."""

    HIJRI = "hijri", _("Hijri")
    GREGORIAN = "gregorian", _("Gregorian")


class InquiryFactor(models.TextChoices):
    """What a public inquiry asks besides the number of a request and its year."""

    PHONE = "phone", _("The last four digits of the mobile: state, service, last and next step are shown")
    NOTHING = "nothing", _("Nothing more: only the state is shown")


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
    inquiry_factor = models.CharField(
        _("what a public inquiry asks"),
        max_length=10,
        choices=InquiryFactor.choices,
        default=InquiryFactor.PHONE,
        help_text=_("Besides the number and the year, of anybody who asks without signing in where a request stands."),
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="centres",
        verbose_name=_("authority above"),
        help_text=_("Whoever oversees that body oversees this one too; what is late is raised to it."),
    )
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

    def clean(self) -> None:
        super().clean()
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("A body cannot stand above itself.")})
            seen.add(above.pk)
            above = above.parent

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            before = Organisation.objects.filter(pk=self.pk).values_list("time_zone", "country").first()
            super().save(*args, **kwargs)
            if before not in {None, (self.time_zone, self.country)}:
                tell_of_change(self.pk)


class Department(models.Model):
    """A unit of an organisation that receives requests."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="departments", verbose_name=_("organisation")
    )
    key = models.SlugField(_("key"), help_text=_("Stable name used by content files."))
    name = TextsField(_("name"))
    decides_objections = models.BooleanField(
        _("decides on objections"),
        default=False,
        help_text=_(
            "The level above the other departments of its organisation. Objections to its own answers go to the "
            "authority above."
        ),
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["organisation", "key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="department_key_is_unique_in_organisation"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(decides_objections=True),
                name="one_department_decides_on_objections",
                violation_error_message=_("Another department of this organisation decides on objections already."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name) or self.key


class Role(models.Model):
    """What a post is for: receiving, technical check, cashier, director. Workflows say which role may do what."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Stable name used by workflows and content files."))
    name = TextsField(_("name"))

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key


class Membership(models.Model):
    """A post: a member of staff works in a department, in a role, with somebody who stands in for him.

    What he may do at all comes from his groups; what of it he may do there, from the role.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("department")
    )
    role = models.ForeignKey(
        Role,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("role"),
        help_text=_("Without one he does what no role is asked for."),
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="substitutions",
        verbose_name=_("substitute"),
        help_text=_("Stands in while he is absent, with all that belongs to the post."),
    )

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "role"], name="one_post_per_department_and_role"),
            models.UniqueConstraint(
                fields=["user", "department"],
                condition=models.Q(role=None),
                name="one_post_without_a_role_per_department",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(map(str, filter(None, (self.user.get_full_name(), self.department, self.role))))

    def clean(self) -> None:
        super().clean()
        if self.substitute_id is not None and self.substitute_id == self.user_id:
            raise ValidationError({"substitute": _("Nobody stands in for himself.")})


class Absence(models.Model):
    """Days on which a member of staff is away, both included; his substitutes have his posts meanwhile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user.get_full_name()} {self.first_day:%Y/%m/%d}–{self.last_day:%Y/%m/%d}"


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
