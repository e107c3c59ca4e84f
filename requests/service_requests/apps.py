from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ServiceRequestsConfig(AppConfig):
    name = "service_requests"
    verbose_name = _("Service requests")

    def ready(self) -> None:
        from forms_builder.ports import register_calendars
        from service_requests.appointments.content import CALENDARS
        from service_requests.appointments.port import OfficeCalendars
        from service_requests.catalogue_port import services_that_must_stay
        from service_requests.desk.policy import register_policies
        from service_requests.wizard.facts import draft_of_reader
        from service_requests.workflow.groups import set_up_after_migrations
        from services_catalog.content import register as load_with_content
        from services_catalog.deleting import register as keep
        from services_catalog.facts import register as tell

        post_migrate.connect(set_up_after_migrations, dispatch_uid="service_requests.groups")
        register_policies()
        load_with_content(CALENDARS)
        register_calendars(OfficeCalendars())
        tell(draft_of_reader)
        keep(services_that_must_stay)
