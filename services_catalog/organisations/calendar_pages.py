"""The working calendar in the admin, and the page that adds the public holidays of a year to it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView

from cms.countries import country_name
from cms.history import RecordHistoryView
from cms.languages import content_languages
from cms.scoped import ScopedViewSet
from services_catalog.organisations.calendars import NO_HOURS, Closure, WorkingCalendar, public_holidays
from services_catalog.organisations.scope import organisations_of, working_calendars_of

LIST = "wagtailsnippets_organisations_workingcalendar:list"
EDIT = "wagtailsnippets_organisations_workingcalendar:edit"
HOLIDAYS = "working_calendar_holidays"


class WorkingCalendarForm(WagtailAdminModelForm):
    """A calendar of one's own organisation, which keeps it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)
        if "hours" in self.fields:
            self.fields["hours"].error_messages["required"] = NO_HOURS
        if self.instance.pk:
            self.fields["organisation"].disabled = True


WorkingCalendar.base_form_class = WorkingCalendarForm  # type: ignore[attr-defined]  # read by Wagtail


class EditCalendar(EditView):
    """The stock page, with the way to the holidays of a year."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [
            HeaderButton(
                label=_("Add public holidays"), url=reverse(HOLIDAYS, args=[self.object.pk]), icon_name="calendar-alt"
            ),
            *super().header_more_buttons,
        ]


class WorkingCalendarViewSet(ScopedViewSet):
    model = WorkingCalendar
    icon = "time"
    list_display = ["__str__"]
    edit_view_class = EditCalendar
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("organisation"),
        FieldPanel("hours"),
        FieldPanel("ramadan_hours"),
        FieldPanel("closures"),
    ]


class YearForm(forms.Form):
    """Which year's holidays."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localdate().year
        self.fields["year"].choices = [(year, str(year)) for year in range(now - 1, now + 4)]  # type: ignore[attr-defined]


class AddHolidays(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """Shows the public holidays of a year by the country of the organisation, and adds those that are missing."""

    page_title = gettext_lazy("Add public holidays")
    header_icon = "calendar-alt"
    template_name = "organisations/holidays.html"
    form_class = YearForm
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Another office's calendar does not exist; changing one's own asks for the right.
        self.calendar = get_object_or_404(working_calendars_of(request.user), pk=self.kwargs["pk"])
        policy = policy_registry.get_by_type(WorkingCalendar)
        if not policy.user_has_permission_for_instance(request.user, "change", self.calendar):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self.request.method == "GET" and "year" in self.request.GET:
            kwargs["data"] = self.request.GET
        return kwargs

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [
            {"url": reverse(LIST), "label": _("Working calendars")},
            {"url": reverse(EDIT, args=[self.calendar.pk]), "label": str(self.calendar)},
            {"url": "", "label": self.get_page_title()},
        ]
        return [*self.breadcrumbs_items, *trail]

    def found(self, year: int) -> list[Closure]:
        languages = [code for code, _name in content_languages()]
        return public_holidays(self.calendar.organisation.country, year, languages)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form: YearForm = context["form"]
        year = form.cleaned_data["year"] if form.is_bound and form.is_valid() else timezone.localdate().year
        there = {closure.day for closure in self.calendar.closed}
        days = [(closure, closure.day in there) for closure in self.found(year)]
        return {
            **context,
            "calendar": self.calendar,
            "form": form if form.is_bound else YearForm(initial={"year": year}),
            "year": year,
            "days": days,
            "missing": sum(not is_there for _day, is_there in days),
            "country": country_name(self.calendar.organisation.country, _language()),
            "calendar_url": reverse(EDIT, args=[self.calendar.pk]),
        }

    def form_valid(self, form: YearForm) -> HttpResponse:
        year = form.cleaned_data["year"]
        added = self.calendar.close_on(self.found(year))
        if not added:
            messages.info(self.request, _("The holidays of %(year)s are in the calendar already.") % {"year": year})
            return redirect(EDIT, self.calendar.pk)
        self.calendar._change_reason = _("Public holidays of %(year)s") % {"year": year}  # type: ignore[attr-defined]  # read by simple-history
        self.calendar.save()
        told = ngettext("%(number)s closed day was added.", "%(number)s closed days were added.", added)
        messages.success(self.request, told % {"number": added})
        for tell in hooks.get_hooks("after_edit_snippet"):
            tell(self.request, self.calendar)
        return redirect(EDIT, self.calendar.pk)


def _language() -> str:
    return (get_language() or "ar").split("-")[0]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("working-calendars/<int:pk>/holidays/", AddHolidays.as_view(), name=HOLIDAYS)]
