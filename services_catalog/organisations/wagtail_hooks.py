"""The tree of bodies, their departments, roles, posts and absences in the admin, each with its history."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from cms.history import RecordHistoryView
from cms.scoped import ScopedListing, ScopedViewSet
from services_catalog.organisations import keeping
from services_catalog.organisations.calendar_pages import WorkingCalendarViewSet
from services_catalog.organisations.forms import AbsenceForm, DepartmentForm, KeyedForm, OrganisationForm
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, Role
from services_catalog.organisations.posts import absent_until
from services_catalog.post_form import PostForm

Organisation.base_form_class = OrganisationForm  # type: ignore[attr-defined]  # read by Wagtail
Department.base_form_class = DepartmentForm  # type: ignore[attr-defined]
Role.base_form_class = KeyedForm  # type: ignore[attr-defined]
Membership.base_form_class = PostForm  # type: ignore[attr-defined]
Absence.base_form_class = AbsenceForm  # type: ignore[attr-defined]


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    icon = "home"
    list_display = ["__str__", "parent", "number_prefix", "phone"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("name"),
        FieldPanel("portal_name"),
        FieldPanel("emblem"),
        FieldPanel("key"),
        FieldPanel("parent"),
        FieldPanel("inquiry_factor"),
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
    panels = [FieldPanel("organisation"), FieldPanel("name"), FieldPanel("key"), FieldPanel("decides_objections")]


class RoleViewSet(SnippetViewSet):
    """Roles belong to no body: workflows of all of them speak of these."""

    model = Role
    icon = "tag"
    list_display = ["__str__", "key"]
    copy_view_enabled = False
    add_to_reference_index = False
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldPanel("name"), FieldPanel("key")]


class PostList(ScopedListing, IndexView):
    """Who holds which post, who stands in for him, and whether he is there."""

    def get_base_queryset(self) -> "QuerySet[Any]":
        away = Prefetch("user__absences", queryset=Absence.objects.order_by(), to_attr="absences_kept")
        return super().get_base_queryset().select_related("department__organisation").prefetch_related(away)

    @cached_property
    def columns(self) -> Sequence[Any]:
        checkbox, person, *others = super().columns
        person.accessor = lambda post: post.user.get_full_name()
        return [
            checkbox,
            person,
            *others,
            Column("substitute", label=_("Substitute"), accessor=_substitute),
            Column("absent_until", label=_("Absent until"), accessor=_absent_until),
        ]


def _substitute(post: Membership) -> str:
    return str(post.substitute.get_full_name()) if post.substitute else ""


def _absent_until(post: Any) -> str:
    day = absent_until(post.user.absences_kept, post.department.organisation.zone)
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


class MembershipViewSet(ScopedViewSet):
    model = Membership
    icon = "user"
    index_view_class = PostList
    list_display = ["user", "department", "role"]
    list_filter = ["department", "role"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("user"),
        FieldPanel("department"),
        # Few enough for a list; a chooser needs scripts, and speaks the language of whoever opened the first one.
        FieldPanel("role", widget=forms.Select),
        FieldPanel("services"),
        FieldPanel("substitute"),
    ]


class AbsenceList(ScopedListing, IndexView):
    """Absences by the name of the person."""

    @cached_property
    def columns(self) -> Sequence[Any]:
        columns: list[Any] = super().columns
        columns[1].accessor = lambda absence: absence.user.get_full_name()
        return columns


class AbsenceViewSet(ScopedViewSet):
    model = Absence
    icon = "calendar-alt"
    index_view_class = AbsenceList
    list_display = ["user", "first_day", "last_day", "note"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("user"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldPanel("note"),
    ]


class OrganisationGroup(SnippetViewSetGroup):
    menu_label = _("Organisations")
    menu_icon = "home"
    menu_order = 300
    items = (
        OrganisationViewSet,
        DepartmentViewSet,
        RoleViewSet,
        MembershipViewSet,
        AbsenceViewSet,
        WorkingCalendarViewSet,
    )


register_snippet(OrganisationGroup)
hooks.register("before_delete_snippet", keeping.keep_what_is_used)
hooks.register("before_bulk_action", keeping.keep_many)
