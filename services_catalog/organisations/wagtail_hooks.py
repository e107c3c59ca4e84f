"""Organisations, departments and memberships in the admin, each with its history."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.history import RecordHistoryView
from cms.scoped import ScopedViewSet
from services_catalog.organisations.calendar_pages import WorkingCalendarViewSet
from services_catalog.organisations.forms import DepartmentForm, MembershipForm
from services_catalog.organisations.models import Department, Membership, Organisation

Department.base_form_class = DepartmentForm  # type: ignore[attr-defined]  # read by Wagtail
Membership.base_form_class = MembershipForm  # type: ignore[attr-defined]


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    icon = "home"
    list_display = ["__str__", "number_prefix", "phone"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("name"),
        FieldPanel("portal_name"),
        FieldPanel("emblem"),
        FieldPanel("key"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("number_prefix"), FieldPanel("year_kind")])], heading=_("Numbers")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("time_zone"), FieldPanel("country"), FieldPanel("currency")])],
            heading=_("Country"),
        ),
        MultiFieldPanel([FieldPanel("phone"), FieldPanel("email"), FieldPanel("working_hours")], heading=_("Contact")),
    ]


class DepartmentViewSet(ScopedViewSet):
    model = Department
    icon = "group"
    list_display = ["__str__", "organisation"]
    list_filter = ["organisation"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldPanel("organisation"), FieldPanel("name"), FieldPanel("key")]


class MembershipViewSet(ScopedViewSet):
    model = Membership
    icon = "user"
    list_display = ["user", "department"]
    list_filter = ["department"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldPanel("user"), FieldPanel("department")]


class OrganisationGroup(SnippetViewSetGroup):
    menu_label = _("Organisations")
    menu_icon = "home"
    menu_order = 300
    items = (OrganisationViewSet, DepartmentViewSet, MembershipViewSet, WorkingCalendarViewSet)


register_snippet(OrganisationGroup)
