"""The list of requests: filters, search, tabs with their counts, and rows in one pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView

from cms.ages import age_of
from cms.counting import BoundedPaginator, CountUpTo, grouped
from cms.languages import in_language
from cms.scoped import ScopedListing
from home.accounts.models import User
from service_requests.casework.filters import filters_of
from service_requests.casework.inspecting import may_inspect
from service_requests.desk.badges import tone_of
from service_requests.desk.bulk import buttons_for
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import OVERSEE, visible_to
from service_requests.records.search import matching
from service_requests.records.services import service_names
from service_requests.workflow.lights import Clock, clock_of
from service_requests.workflow.permissions import ASSIGN, PROCESS, gone_from
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status

MINE, NOBODYS = "mine", "nobody"
TODAY, LATE = "today", "late"
DUE = "due"
# A queue of more is a long one, however many there are.
MOST = 1_000


# A column of the request itself repeats no row: DISTINCT would only sort all of them.
_AnyOf = partial(django_filters.MultipleChoiceFilter, widget=forms.CheckboxSelectMultiple, distinct=False)


class RequestFilters(WagtailFilterSet):
    """What the list can be narrowed by. Choices come from the person's own requests, never from others'."""

    service = _AnyOf(label=gettext_lazy("Service"), field_name="service")
    status = _AnyOf(label=gettext_lazy("State"), choices=Status.choices)
    department = _AnyOf(label=gettext_lazy("Department"), field_name="department")
    assignee = django_filters.ChoiceFilter(
        label=gettext_lazy("In charge"),
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Everybody"),
        choices=[(MINE, gettext_lazy("Me")), (NOBODYS, gettext_lazy("Nobody yet"))],
        method="in_charge",
    )
    due = django_filters.ChoiceFilter(
        label=gettext_lazy("Due"),
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Whenever"),
        choices=[(TODAY, gettext_lazy("Due today")), (LATE, gettext_lazy("Late"))],
        method="when_due",
    )
    person = django_filters.ChoiceFilter(
        label=gettext_lazy("Colleague in charge"),
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Everybody"),
        method="in_charge_of",
    )
    submitted_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Submitted"), widget=DateRangePickerWidget, method="in_dates"
    )

    class Meta:
        model = ServiceRequest
        fields: Sequence[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = partial(visible_to, self.request.user)
        self.filters["service"].extra["choices"] = partial(_services, seen)
        self.filters["department"].extra["choices"] = partial(_departments, seen)
        self.filters["person"].extra["choices"] = partial(_colleagues, seen)
        if not self.request.user.has_perm(OVERSEE):
            # Others look at their own work and at nobody's.
            del self.filters["person"]

    def in_charge(self, requests: ServiceRequestQuerySet, _name: str, value: str) -> ServiceRequestQuerySet:
        return requests.open().assigned_to(self.request.user) if value == MINE else requests.open().unassigned()

    def when_due(self, requests: ServiceRequestQuerySet, _name: str, value: str) -> ServiceRequestQuerySet:
        now = timezone.now()
        return requests.late(now) if value == LATE else requests.due_today(now)

    def in_charge_of(self, requests: ServiceRequestQuerySet, _name: str, value: str) -> ServiceRequestQuerySet:
        return requests.open().filter(assignee__public_id=value)

    def in_dates(self, requests: ServiceRequestQuerySet, _name: str, value: Any) -> ServiceRequestQuerySet:
        # Whole days by the portal's clock; Django-filter hands over a range of midnights.
        return requests.submitted_between(_day(value.start), _day(value.stop))


def _day(moment: Any) -> Any:
    return timezone.localtime(moment).date() if moment else None


def _services(seen: Any) -> list[tuple[int, str]]:
    # One look into an index per service, instead of one over every request.
    asked_for = ServicePage.objects.filter(Exists(seen().order_by().filter(service=OuterRef("pk"))))
    names = service_names(set(asked_for.order_by().values_list("pk", flat=True)))
    return sorted(names.items(), key=lambda pair: pair[1])


def _departments(seen: Any) -> list[tuple[int, str]]:
    departments = Department.objects.filter(Exists(seen().order_by().filter(department=OuterRef("pk"))))
    return sorted(((department.pk, str(department)) for department in departments), key=lambda pair: pair[1])


def _colleagues(seen: Any) -> list[tuple[str, str]]:
    """Staff who are in charge of something open, whether or not they still work there."""
    staff = User.groups.through.objects.values("user")
    in_charge = User.objects.filter(Exists(seen().order_by().open().filter(assignee=OuterRef("pk"))), pk__in=staff)
    return [(str(person.public_id), person.get_full_name()) for person in in_charge.order_by("full_name")]


@dataclass(frozen=True)
class Tab:
    """A ready filter at the top of the list, with the number of requests behind it, at most MOST."""

    label: str
    query: str
    count: int

    @property
    def shown(self) -> str:
        return f"{grouped(MOST)}+" if self.count == MOST else str(self.count)


@dataclass(frozen=True)
class Row:
    """One request as the list shows it."""

    case: ServiceRequest
    url: str
    service: str
    tone: str
    stage: str
    age: str
    clock: Clock
    has_lost_its_person: bool = False


def queue_of(user: Any) -> list[Tab]:
    """His queue in numbers, one query: the tabs of the list, and the panel of the first page. The whole comes first."""
    now, seen = timezone.now(), visible_to(user)
    rows = {
        "all": seen,
        "new": seen.filter(status=Status.SUBMITTED),
        "mine": seen.open().assigned_to(user),
        "waiting": seen.filter(status=Status.WAITING_CITIZEN),
        "today": seen.due_today(now),
        "late": seen.late(now),
    }
    numbers = [CountUpTo(rows[name], MOST) for name, _label, _query in _TABS]
    counts = User.objects.filter(pk=user.pk).values_list(*numbers).get()
    return [Tab(str(label), query, count) for (_name, label, query), count in zip(_TABS, counts, strict=True)]


_TABS = (
    ("all", gettext_lazy("All"), ""),
    ("new", gettext_lazy("New"), f"status={Status.SUBMITTED}"),
    ("mine", gettext_lazy("Mine"), f"assignee={MINE}"),
    ("waiting", gettext_lazy("Waiting for the citizen"), f"status={Status.WAITING_CITIZEN}"),
    ("today", gettext_lazy("Due today"), f"due={TODAY}"),
    ("late", gettext_lazy("Late"), f"due={LATE}"),
)
_QUEUES = frozenset(query for _name, _label, query in _TABS if query)


class RequestList(ScopedListing, IndexView):
    """The desk's list. Its rows are the filtered, searched and scoped requests: bulk and export reuse them."""

    template_name = "service_requests/desk/list.html"
    results_template_name = "service_requests/desk/list_results.html"
    filterset_class = RequestFilters
    any_permission_required = ["view"]
    is_searchable = True
    search_backend_name = None
    default_ordering = "-submitted_at"
    paginate_by = 20
    paginator_class = BoundedPaginator
    page_title = gettext_lazy("Requests")
    request: Any

    def get_search_form(self) -> SearchForm:
        hint = _("Number, name, identity or mobile")
        return SearchForm(self.request.GET if self.search_kwarg in self.request.GET else None, placeholder=hint)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("number", label=_("Number"), sort_key="number"),
            Column("service", label=_("Service")),
            Column("applicant_name", label=_("Applicant")),
            Column("status", label=_("State")),
            Column("department", label=_("Department")),
            Column("assignee", label=_("In charge")),
            Column("submitted_at", label=_("Submitted"), sort_key="submitted_at"),
            Column("age", label=_("Age")),
            Column(DUE, label=_("Due"), sort_key=DUE),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """What other parts of the desk offer for these rows: functions of (user, parameters of the list)."""
        return [
            button
            for offer in hooks.get_hooks("register_request_list_buttons")
            for button in offer(self.request.user, self.request.GET)
        ]

    @property
    def ordering_field(self) -> str:
        return str(self.ordering).removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return str(self.ordering).startswith("-")

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Stock export knows neither the right to export nor formulas; the exchange has its own.
        self.is_export = False

    def get_base_queryset(self) -> "QuerySet[Any]":
        return visible_to(self.request.user).for_listing()

    def order_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.ordering_field == DUE:
            return cast(ServiceRequestQuerySet, queryset).by_due(descending=self.is_descending)
        # The key settles the order of requests of one moment, so that no page shows one twice.
        return queryset.order_by(self.ordering, "-id" if self.is_descending else "id")

    def search_queryset(self, queryset: Any) -> Any:
        return matching(queryset, self.search_query) if self.is_searching else queryset

    def get_edit_url(self, instance: ServiceRequest) -> None:
        return None

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["can_select"] = bool(buttons_for(self.request.user))
        context["rows"] = self._rows(context["object_list"])
        # A queue that is empty is good news, not a search without result.
        context["is_queue"] = self.request.GET.urlencode() in _QUEUES
        context["may_take"] = self.request.user.has_perm(PROCESS)
        context["listed"] = grouped(BoundedPaginator.most)
        if not self.results_only:
            context["tabs"] = queue_of(self.request.user)
            context["saved_filters"] = filters_of(self.request.user)
            context["may_inspect"] = may_inspect(self.request.user)
        context["bulk_buttons"] = [] if self.results_only else buttons_for(self.request.user)
        return context

    def _rows(self, requests: Sequence[ServiceRequest]) -> list[Row]:
        names: Mapping[int, str] = service_names({request.service_id for request in requests})
        gone = gone_from(requests) if self.request.user.has_perm(ASSIGN) else set()
        return [
            Row(
                case=request,
                url=reverse(self.inspect_url_name, args=[request.public_id]),
                service=names.get(request.service_id, ""),
                tone=tone_of(request.status),
                stage=in_language(request.stage.label),
                age=age_of(request.submitted_at),
                has_lost_its_person=request.pk in gone,
                clock=clock_of(request),
            )
            for request in requests
        ]
