"""The front of the portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HomePage(Page):  # type: ignore[misc]  # Wagtail ships no types
    """The first page: search, the most used services, ways to reach the office."""

    lead = models.CharField(_("lead"), max_length=250, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["services_catalog.ServiceIndexPage"]

    class Meta:
        verbose_name = _("home page")
