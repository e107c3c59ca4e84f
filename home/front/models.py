"""The front of the portal: its first page, its name and its menus."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable, Page

from cms.fields import TextsField
from services_catalog.cards import categories, newest
from services_catalog.organisations.models import Organisation


class HomePage(Page):
    """The first page: search, the services, ways to reach the office."""

    lead = models.CharField(_("lead"), max_length=250, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["services_catalog.ServiceIndexPage"]
    template = "pages/home.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        language = self.locale.language_code
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "services": newest(language), "categories": categories(language)}


@register_setting(icon="site")
class PortalSettings(BaseGenericSetting, ClusterableModel):
    """The portal's name, contact and menus. One row."""

    name = TextsField(_("name"), help_text=_("Stands beside the emblem and in the title of each page."))
    portal_name = TextsField(_("line below the name"), blank=True)
    status_banner = TextsField(
        _("status banner"), blank=True, help_text=_("Shown on top of every page while it is filled in.")
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Its unified number, e-mail and working hours stand in the footer."),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("portal_name"), FieldPanel("organisation")], heading=_("Identity")
        ),
        FieldPanel("status_banner"),
        InlinePanel("links", heading=_("Menus"), label=_("Link")),
    ]

    class Meta:
        verbose_name = _("portal settings")
        default_permissions = ("change",)


class PortalLink(Orderable):
    """An entry of the main menu or of the footer."""

    class Place(models.TextChoices):
        MENU = "menu", _("Main menu")
        SERVICES = "services", _("Footer: services")
        CONTACT = "contact", _("Footer: contact us")
        ABOUT = "about", _("Footer: about the portal")

    portal = ParentalKey(PortalSettings, on_delete=models.CASCADE, related_name="links")
    place = models.CharField(_("place"), max_length=10, choices=Place.choices, default=Place.MENU)
    words = TextsField(_("words"))
    page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    address = models.CharField(
        _("address"),
        max_length=300,
        blank=True,
        validators=[RegexValidator(r"^(/|https?://|tel:|mailto:)", _("Start the address with / or https://."))],
        help_text=_("Instead of a page. {language} stands for the reader's language."),
    )

    panels = [FieldPanel("place"), FieldPanel("words"), FieldPanel("page"), FieldPanel("address")]

    class Meta(Orderable.Meta):
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu entries")

    def clean(self) -> None:
        if (self.page is None) == (not self.address):
            raise ValidationError(_("Choose a page or write an address: one of the two."))
