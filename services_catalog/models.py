"""What a service is: the pages of the catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from wagtail.models import Page

from cms.fields import ContentField, TextsField
from cms.languages import in_language
from forms_builder.blocks import FormStepsBlock
from services_catalog.organisations.models import Department


class ServiceCategory(models.Model):
    """A shelf of the catalogue."""

    key = models.SlugField(_("key"), unique=True)
    name = TextsField(_("name"))
    order = models.PositiveIntegerField(_("order"), default=0)

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key


class ServiceIndexPage(Page):  # type: ignore[misc]  # Wagtail ships no types
    """The catalogue: every service under one address."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["front.HomePage"]
    subpage_types = ["services_catalog.ServicePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("services catalogue")


class ServicePage(Page):  # type: ignore[misc]  # Wagtail ships no types
    """One service: what it is, and the form to apply for it."""

    summary = models.CharField(_("one-line summary"), max_length=250)
    category = models.ForeignKey(
        ServiceCategory, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    form_steps = ContentField(FormStepsBlock(), blank=True, verbose_name=_("form"))

    parent_page_types = ["services_catalog.ServiceIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("service page")
        verbose_name_plural = _("service pages")
