from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsBuilderConfig(AppConfig):
    name = "forms_builder"
    verbose_name = _("Form builder")

    def ready(self) -> None:
        # Registers the editor of a form's steps; it needs every field type, so not before the apps are loaded.
        from forms_builder import picking  # noqa: F401
