from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesCatalogConfig(AppConfig):
    name = "services_catalog"
    verbose_name = _("Services catalogue")

    def ready(self) -> None:
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        from services_catalog import deleting, duties, editions, models
        from services_catalog.bundles.office import register_sections
        from services_catalog.organisations.models import Department, Organisation

        editions.begins_with_changes_of(
            models.ServicePage,
            models.ServiceIndexPage,
            models.ServiceCategory,
            Department,
            Organisation,
            get_document_model(),
            get_image_model(),
        )
        deleting.register(duties.services_of_limited_posts)
        register_sections()
