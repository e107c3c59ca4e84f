"""What requests add to the Wagtail admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from service_requests.desk import (
    alerts,
    appointments,
    failed_notices,
    leaving,
    notice_texts,
    opinions,
    paper_templates,
    people,
    recounting,
    runs,
    workflows,
)
from service_requests.desk.bulk import AssignMany, MessageMany, MoveMany, NoBulkDelete
from service_requests.desk.calendars import CalendarViewSet, tell_of_stranded
from service_requests.desk.doors import hide_site_history
from service_requests.desk.home import add_queue
from service_requests.desk.register import NoticeRegister
from service_requests.desk.templates import MessageTemplateViewSet
from service_requests.desk.viewset import RequestViewSet
from service_requests.exchange.admin import addresses, list_buttons
from service_requests.wizard.preview import frame
from service_requests.wizard.window import office

register_snippet(RequestViewSet)
register_snippet(CalendarViewSet)
register_snippet(MessageTemplateViewSet)
register_snippet(paper_templates.DocumentTemplateViewSet)
register_snippet(notice_texts.NoticeTextViewSet)
register_snippet(notice_texts.NoticeChannelsViewSet)
modeladmin_register(NoticeRegister)

hooks.register("register_bulk_action", AssignMany)
hooks.register("register_bulk_action", MoveMany)
hooks.register("register_bulk_action", MessageMany)
# After the stock action of the same name, which it replaces.
hooks.register("register_bulk_action", NoBulkDelete, order=100)

# How far a change of many is, and what came of it.
hooks.register("register_admin_urls", lambda: runs.admin_doors)
hooks.register("register_admin_menu_item", runs.RunsMenuItem)

# Export and import of the filtered list.
hooks.register("register_admin_urls", addresses)
hooks.register("register_request_list_buttons", list_buttons)

# Running requests on to the newest version of their workflow.
hooks.register("register_admin_urls", lambda: workflows.admin_doors)

# Templates of documents: tried on a request, kept while an outcome names them.
hooks.register("register_admin_urls", lambda: paper_templates.admin_doors)
hooks.register("before_delete_snippet", paper_templates.keep_what_is_issued)
hooks.register("before_bulk_action", paper_templates.keep_what_many_issue)

# Texts of notices tried on a request; those that reached nobody.
hooks.register("register_admin_urls", lambda: [*notice_texts.admin_doors, *failed_notices.admin_doors])

# Who comes when.
hooks.register("register_admin_urls", lambda: appointments.admin_doors)
hooks.register("register_admin_menu_item", appointments.AppointmentsMenuItem)
hooks.register("after_edit_snippet", tell_of_stranded)

# Who works where, and what becomes of the work of those who go.
hooks.register("register_admin_urls", lambda: [*people.admin_doors, *leaving.admin_doors])
hooks.register("register_admin_menu_item", people.PeopleMenuItem)
hooks.register("before_delete_snippet", leaving.tell_before_removing)
hooks.register("before_bulk_action", leaving.tell_before_removing_many)
hooks.register("after_create_snippet", leaving.tell_after_change)
hooks.register("after_edit_snippet", leaving.tell_after_change)

# What takes too long.
hooks.register("register_admin_urls", lambda: alerts.admin_doors)
hooks.register("register_admin_menu_item", alerts.AlertsMenuItem)

# What people say of services and their pages.
hooks.register("register_admin_urls", lambda: opinions.admin_doors)
hooks.register("register_admin_menu_item", opinions.RatingsMenuItem)
hooks.register("register_admin_menu_item", opinions.PageVotesMenuItem)

# Due dates follow calendars and promises.
hooks.register("register_admin_urls", lambda: recounting.admin_doors)
hooks.register("after_create_snippet", recounting.tell_of_recount)
hooks.register("after_edit_snippet", recounting.tell_of_recount)
hooks.register("after_publish_page", recounting.tell_of_recount)

# Whoever comes in person: questions, registration, where a request stands.
hooks.register("register_admin_urls", office.admin_doors)
hooks.register("register_admin_menu_item", office.WindowMenuItem)

# The wizard of a service, walked through before it is published.
hooks.register("register_admin_urls", frame.addresses)
hooks.register("register_page_header_buttons", frame.header_button)

hooks.register("construct_homepage_panels", add_queue)
hooks.register("construct_reports_menu", hide_site_history)
