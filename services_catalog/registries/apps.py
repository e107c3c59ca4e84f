from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistriesConfig(AppConfig):
    name = "services_catalog.registries"
    label = "registries"
    verbose_name = _("Registries")

    def ready(self) -> None:
        from forms_builder.ports import register_registries
        from services_catalog.bundles import sections
        from services_catalog.registries.lookups import StoredRegistries
        from services_catalog.registries.scope import register_policies
        from services_catalog.registries.section import RegistrySection

        register_policies()
        sections.register(RegistrySection())
        register_registries(StoredRegistries())
