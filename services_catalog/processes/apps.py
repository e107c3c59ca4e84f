from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "services_catalog.processes"
    label = "processes"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        from services_catalog.bundles import sections
        from services_catalog.organisations.keeping import register
        from services_catalog.processes.keeping import workflows_naming
        from services_catalog.processes.scope import register_policies
        from services_catalog.processes.section import WorkflowSection

        register_policies()
        register(workflows_naming)
        sections.register(WorkflowSection())
