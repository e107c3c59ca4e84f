from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "services_catalog.processes"
    label = "processes"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        from services_catalog.processes.scope import register_policies

        register_policies()
