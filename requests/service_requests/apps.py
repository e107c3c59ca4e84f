from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ServiceRequestsConfig(AppConfig):
    name = "service_requests"
    verbose_name = _("Service requests")

    def ready(self) -> None:
        from home.accounts import unread
        from service_requests.appointments.content import CalendarSection
        from service_requests.appointments.showing import sentences_of
        from service_requests.casework.section import MessageTemplateSection
        from service_requests.catalogue_port import services_that_must_stay, usage_of_versions
        from service_requests.citizen.reading import unread_count
        from service_requests.desk.policy import register_policies
        from service_requests.documents.issuing import signers_of, template_choices
        from service_requests.documents.section import TemplateSection
        from service_requests.feedback.models import Rating
        from service_requests.feedback.rating import rating_of_service
        from service_requests.notices.section import NoticeTextSection
        from service_requests.notices.texts import tell_appointments
        from service_requests.wizard.facts import draft_of_reader
        from service_requests.workflow.groups import set_up_after_migrations
        from service_requests.workflow.promised import actual_duration
        from service_requests.workflow.recomputing import recompute_of_organisation, recompute_of_service
        from service_requests.workflow.versions import may_move
        from service_requests.workflow.versions import usage_of_versions as running_on
        from services_catalog import editions
        from services_catalog.bundles import sections
        from services_catalog.changes import on_new_promise
        from services_catalog.deleting import register as keep
        from services_catalog.facts import register as tell
        from services_catalog.organisations.calendars import on_change
        from services_catalog.processes import papers
        from services_catalog.processes import usage as workflows
        from services_catalog.usage import register as count

        post_migrate.connect(set_up_after_migrations, dispatch_uid="service_requests.groups")
        register_policies()
        sections.register(CalendarSection())
        sections.register(TemplateSection())
        sections.register(MessageTemplateSection())
        sections.register(NoticeTextSection())
        tell_appointments(sentences_of)
        papers.register(signers_of, template_choices)
        _answer_forms()
        on_change(recompute_of_organisation)
        on_new_promise(recompute_of_service)
        tell(draft_of_reader)
        tell(actual_duration)
        tell(rating_of_service)
        editions.begins_with_changes_of(Rating)
        unread.register(unread_count)
        keep(services_that_must_stay)
        count(usage_of_versions)
        workflows.register(running_on)
        workflows.register_mover(may_move)


def _answer_forms() -> None:
    """What forms ask of the apps above them."""
    from forms_builder.ports import register_calendars, register_own_requests
    from service_requests.appointments.port import OfficeCalendars
    from service_requests.records.earlier import OwnRequests

    register_calendars(OfficeCalendars())
    register_own_requests(OwnRequests())
