"""What a service is: the pages of the catalogue."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from cms.fields import ContentField, TextsField
from cms.icons import SHAPES
from cms.languages import in_language
from forms_builder.blocks import FormStepsBlock
from forms_builder.models import Form, FormVersion
from services_catalog import blocks as parts
from services_catalog.changes import tell_of_new_promise
from services_catalog.comparing import FormPanel
from services_catalog.duties import Duty  # noqa: F401 -- a model of this app
from services_catalog.editing import ServicePageForm
from services_catalog.going_live import publish_form
from services_catalog.organisations.bodies import body_of
from services_catalog.organisations.models import Department, Organisation
from services_catalog.processes.models import Workflow


class Edition(models.Model):
    """One row: the number of the edition readers see (services_catalog.editions)."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


class LoadedContent(models.Model):
    """Which content files were loaded, so that loading again leaves alone what editors changed since."""

    key = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class ImportedRecord(models.Model):
    """What came into the portal by file, so that importing again can tell who changed it since.

    Attributes:
        imported: digest of the record as it stood in the file.
        state: digest of the record as it was read back right afterwards.
    """

    section = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    imported = models.CharField(max_length=64)
    state = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="imported_record_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.section}: {self.key}"


def _end_of_waiting() -> datetime:
    return timezone.now() + timedelta(hours=24)


def _private() -> Storage:
    return storages["private"]


def _waiting_file(held: "HeldBundle", _name: str) -> str:
    return f"bundles/{held.public_id}.zip"


class HeldBundle(models.Model):
    """A bundle between its plan and the confirmation. Nobody but the person who uploaded it sees it.

    Attributes:
        digest: of the file; it is checked again before anything is imported.
        outcome: what was imported, and the ids of its pages.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    file = models.FileField(upload_to=_waiting_file, storage=_private)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_end_of_waiting, db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.public_id)


class ServiceCategory(models.Model):
    """A shelf of the catalogue."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Stable name used in addresses and content files."))
    name = TextsField(_("name"))
    icon = models.CharField(
        _("icon"), max_length=30, default="grid", choices=[(name, name) for name in SHAPES], blank=True
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key


class ServiceIndexPage(Page):
    """The catalogue: every service under one address."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["front.HomePage"]
    subpage_types = ["services_catalog.ServicePage"]
    # The catalogue has the same address in every language.
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]
    max_count_per_parent = 1
    template = "pages/catalogue.html"

    class Meta:
        verbose_name = _("services catalogue")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services_catalog.catalogue import results_for  # noqa: PLC0415 -- reads these models

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "results": results_for(request.GET, self.locale.language_code)}


class DurationUnit(models.TextChoices):
    """What a service's duration is counted in."""

    IMMEDIATE = "immediate", _("at once")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", pgettext_lazy("duration", "working hours")
    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("calendar days")


class WhoApplies(models.TextChoices):
    """In whose name a service is applied for."""

    PERSONS = "persons", _("Persons, for themselves")
    ESTABLISHMENTS = "establishments", _("Establishments, through whoever acts for them")
    BOTH = "both", _("Persons and establishments")


# What a translation takes from its source and may not change; its editor offers words only.
_OF_THE_SOURCE = (
    "slug",
    "no_fees",
    "fee_lines",
    "duration",
    "duration_unit",
    "contact_phone",
    "contact_email",
    "related_services",
    "guides",
    "category",
    "department",
    "workflow",
    "objection_days",
    "objection_service",
    "who_applies",
    "allows_guests",
    "requires_national_sign_in",
    "is_suspended",
    "returns_on",
    "form_steps",
)


class ServicePage(Page):
    """One service: what it is, and the form to apply for it.

    Form, fees, department, suspension and slug are read from the page in the source language
    (`source`): a translation carries words only, because what wagtail-localize copies into it goes
    stale when the source alone is published again.
    """

    summary = models.CharField(
        _("one-line summary"), max_length=250, help_text=_("Stands below the title and on cards.")
    )
    description = RichTextField(_("description"), blank=True, features=parts.RICH_TEXT)
    beneficiaries = ContentField(
        parts.ListOf("beneficiary", parts.text_entry(_("Beneficiary"))), blank=True, verbose_name=_("beneficiaries")
    )
    conditions = ContentField(
        parts.ListOf("condition", parts.text_entry(_("Condition"), long=True)), blank=True, verbose_name=_("conditions")
    )
    documents = ContentField(
        parts.ListOf("document", parts.RequiredDocumentBlock()), blank=True, verbose_name=_("required documents")
    )
    no_fees = models.BooleanField(_("no fees"), default=False, help_text=_("Says so on the page, rather than nothing."))
    fee_lines = ContentField(parts.ListOf("fee", parts.FeeLineBlock()), blank=True, verbose_name=_("fees"))
    duration = models.PositiveSmallIntegerField(_("duration"), null=True, blank=True)
    duration_unit = models.CharField(
        _("counted in"), max_length=20, choices=DurationUnit.choices, default=DurationUnit.WORKING_DAYS
    )
    sla_note = models.CharField(
        _("service level note"), max_length=300, blank=True, help_text=_("For example: by the service level agreement.")
    )
    channels = ContentField(
        parts.ListOf("channel", parts.text_entry(_("Channel"))), blank=True, verbose_name=_("channels")
    )
    alternative_channels = ContentField(
        parts.ListOf("channel", parts.text_entry(_("Channel"))), blank=True, verbose_name=_("alternative channels")
    )
    service_steps = ContentField(
        parts.ListOf("step", parts.ServiceStepBlock()), blank=True, verbose_name=_("service steps")
    )
    sign_in_note = models.CharField(
        _("note on signing in"), max_length=300, blank=True, help_text=_("Stands beside the start button.")
    )
    questions = ContentField(
        parts.ListOf("question", parts.QuestionBlock()), blank=True, verbose_name=_("frequent questions")
    )
    contact_note = models.CharField(_("contact note"), max_length=300, blank=True)
    contact_phone = models.CharField(
        _("telephone"), max_length=30, blank=True, help_text=_("Empty: the organisation's unified number.")
    )
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Empty: the organisation's e-mail."))
    related_services = ContentField(
        parts.ListOf("service", parts.related_service()), blank=True, verbose_name=_("related services")
    )
    guides = ContentField(parts.ListOf("guide", parts.GuideBlock()), blank=True, verbose_name=_("guides to download"))
    keywords = models.TextField(
        _("keywords and synonyms"), blank=True, help_text=_("Other words people search by, one per line.")
    )
    category = models.ForeignKey(
        ServiceCategory, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    workflow = models.ForeignKey(
        Workflow,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("of requests", "workflow"),
        help_text=_("The way of a request through the office. Requests that run keep the one they began with."),
    )
    objection_days = models.PositiveSmallIntegerField(
        _("days to object"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_(
            "Calendar days after the answer in which the citizen may object to it; the last one is included. "
            "Empty: no objection. It goes to the level above the department that answered."
        ),
    )
    objection_service = ContentField(
        parts.ListOf("service", parts.related_service(), max_num=1),
        blank=True,
        verbose_name=_("service that objections belong to"),
        help_text=_(
            "Objections are requests of this service: by its workflow and its duration. Empty: they belong to the "
            "service itself, and are reviewed and decided as usual."
        ),
    )
    who_applies = models.CharField(
        _("who applies"),
        max_length=20,
        choices=WhoApplies.choices,
        default=WhoApplies.PERSONS,
        help_text=_("Who may act for an establishment is kept under Establishments."),
    )
    allows_guests = models.BooleanField(
        _("also without an account"),
        default=False,
        help_text=_("A check against programs stands before the form; a code proves the mobile before sending."),
    )
    requires_national_sign_in = models.BooleanField(
        _("requires the national sign-in"),
        default=False,
        help_text=_(
            "Whoever came in with a password confirms who he is by the national sign-in before the form opens."
        ),
    )
    is_suspended = models.BooleanField(
        _("suspended"), default=False, help_text=_("The page stays; nobody can start an application.")
    )
    suspension_reason = models.CharField(_("reason of suspension"), max_length=300, blank=True)
    returns_on = models.DateField(_("expected return"), null=True, blank=True)
    form_steps = ContentField(FormStepsBlock(), blank=True, verbose_name=_("form"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("beneficiaries"),
        FieldPanel("conditions"),
        FieldPanel("documents"),
        MultiFieldPanel([FieldPanel("no_fees"), FieldPanel("fee_lines")], heading=_("Fees")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("duration"), FieldPanel("duration_unit")]), FieldPanel("sla_note")],
            heading=_("Duration"),
        ),
        MultiFieldPanel([FieldPanel("channels"), FieldPanel("alternative_channels")], heading=_("Channels")),
        FieldPanel("sign_in_note"),
        FieldPanel("service_steps"),
        FieldPanel("questions"),
        FieldPanel("guides"),
        MultiFieldPanel(
            [FieldPanel("contact_note"), FieldPanel("contact_phone"), FieldPanel("contact_email")], heading=_("Contact")
        ),
        FieldPanel("related_services"),
    ]
    form_panels = [
        HelpPanel(
            content=_(
                "The form is checked when the page is published. It belongs to the page in the first language; "
                "translations show it in their own words."
            ),
        ),
        FormPanel("form_steps"),
    ]
    service_panels = [
        FieldPanel("category"),
        FieldPanel("department"),
        FieldPanel("workflow"),
        FieldPanel("requires_national_sign_in"),
        FieldPanel("keywords"),
        MultiFieldPanel([FieldPanel("who_applies"), FieldPanel("allows_guests")], heading=_("Applicants")),
        MultiFieldPanel([FieldPanel("objection_days"), FieldPanel("objection_service")], heading=_("Objections")),
        MultiFieldPanel(
            [FieldPanel("is_suspended"), FieldPanel("suspension_reason"), FieldPanel("returns_on")],
            heading=_("Suspension"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(form_panels, heading=_("Form")),
            ObjectList(service_panels, heading=_("Service settings")),
            ObjectList([*Page.promote_panels, *Page.settings_panels], heading=_("Publishing")),
        ]
    )

    override_translatable_fields = [
        *(SynchronizedField(name, overridable=False) for name in _OF_THE_SOURCE),
        TranslatableField("keywords"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("keywords")]
    api_fields: list[Any] = []  # the form's rules are not public; the API shows the compiled form
    parent_page_types = ["services_catalog.ServiceIndexPage"]
    subpage_types: list[str] = []
    template = "pages/service.html"
    base_form_class = ServicePageForm

    class Meta:
        verbose_name = _("service page")
        verbose_name_plural = _("service pages")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the page; when it goes live, publish its form with it.

        Raises:
            NotReadyToGoLive: when the form must be put right first; nothing is saved then.
        """
        if not self._goes_live(kwargs.get("update_fields")):
            return super().save(*args, **kwargs)
        publish_form(self)
        promised = ServicePage.objects.filter(pk=self.pk).values_list("duration", "duration_unit").first()
        saved = super().save(*args, **kwargs)
        if promised not in {None, (self.duration, self.duration_unit)}:
            tell_of_new_promise(self.pk)
        return saved

    def _goes_live(self, update_fields: list[str] | None) -> bool:
        # Book-keeping of Wagtail (the latest revision, a lock) names the fields it writes.
        if not self.live or (update_fields is not None and not {"live", "form_steps"} & set(update_fields)):
            return False
        return not self.locale_id or self.locale.language_code == settings.LANGUAGE_CODE or not self._has_source()

    def _has_source(self) -> bool:
        family = ServicePage.objects.filter(translation_key=self.translation_key).exclude(pk=self.pk)
        return bool(family.filter(locale__language_code=settings.LANGUAGE_CODE).exists())

    @cached_property
    def source(self) -> "ServicePage":
        """The page in the source language, which carries the form and everything that is no words."""
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return self
        first = self.get_translations().filter(locale__language_code=settings.LANGUAGE_CODE)
        return first.select_related("category", "department__organisation").first() or self

    @cached_property
    def form_version(self) -> FormVersion | None:
        """The form as it was last published; None when there is nothing to fill in."""
        form = Form.objects.select_related("live_version").filter(translation_key=self.translation_key).first()
        return form.live_version if form else None

    @property
    def is_for_persons(self) -> bool:
        """Whether a person applies for himself."""
        return self.who_applies != WhoApplies.ESTABLISHMENTS

    @property
    def is_for_establishments(self) -> bool:
        """Whether somebody applies in the name of an establishment."""
        return self.who_applies != WhoApplies.PERSONS

    @property
    def is_for_guests(self) -> bool:
        """Whether somebody may apply without an account.

        Nobody acts for an establishment like that, or is confirmed by the state: the editor says so, and what was
        imported with both keeps to it.
        """
        return bool(self.allows_guests) and self.is_for_persons and not self.requires_national_sign_in

    @property
    def organisation(self) -> Organisation | None:
        """The body that answers for the service: its department's."""
        department = self.source.department
        return department.organisation if department else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services_catalog.presentation import presented  # noqa: PLC0415 -- reads these models

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "service": presented(self, request), "body": body_of(self.organisation)}
