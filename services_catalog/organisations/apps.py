from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "services_catalog.organisations"
    label = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from services_catalog.organisations.scope import register_policies

        register_policies()
