from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "services_catalog.processes"
    label = "processes"
    verbose_name = _("Workflows")
