from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontConfig(AppConfig):
    name = "home.front"
    label = "front"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home.front import models
        from services_catalog import editions

        editions.begins_with_changes_of(models.HomePage, models.PortalSettings, models.PortalLink)
