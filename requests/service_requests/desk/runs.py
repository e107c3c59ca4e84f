"""How far a change of many requests is, what came of it request by request, and the list of one's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from cms.languages import in_language
from cms.spreadsheets.formats import CSV
from service_requests.records.scope import visible_to
from service_requests.workflow.permissions import BULK
from service_requests.workflow.runs.models import BulkRefusal, BulkRun
from service_requests.workflow.runs.starting import (
    go_on,
    has_been_given_up,
    is_resting,
    may_stop,
    runs_seen_by,
    stop,
)

PER_PAGE = 50


@dataclass(frozen=True)
class RunRow:
    """A run as the list of them shows it."""

    run: BulkRun
    what: str
    state: str
    tone: str


_TONES = {BulkRun.State.DONE: "success", BulkRun.State.FAILED: "danger", BulkRun.State.STOPPED: "plain"}


@require_admin_access
def runs(request: HttpRequest) -> HttpResponse:
    """His own, and those of who works in the bodies he oversees, the newest first."""
    if not _may_look(request.user):
        raise Http404
    page = Paginator(runs_seen_by(request.user).defer("selection"), PER_PAGE).get_page(request.GET.get("p"))  # type: ignore[arg-type]  # nobody enters the admin anonymously
    context = {
        "header_title": _("Changes of many requests"),
        "header_icon": "tasks",
        "breadcrumbs_items": [{"url": "", "label": _("Changes of many requests")}],
        "page": page,
        "rows": [_row(run) for run in page],
    }
    return TemplateResponse(request, "service_requests/desk/runs.html", context)


@require_admin_access
def run_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is, and what stayed as it was."""
    run = _run(request, pk)
    page = Paginator(_refusals(run), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "header_title": words_of(run),
        "header_icon": "tasks",
        "breadcrumbs_items": [
            {"url": reverse("bulk_runs"), "label": _("Changes of many requests")},
            {"url": "", "label": words_of(run)},
        ],
        "run": run,
        "state": _state(run),
        "is_given_up": has_been_given_up(run),
        "may_stop": run.is_under_way and not has_been_given_up(run) and may_stop(run, request.user),  # type: ignore[arg-type]  # as above
        "may_go_on": is_resting(run) and run.left > 0 and run.started_by_id == request.user.pk,
        "said": [text for text in run.texts.values() if text] if run.action == BulkRun.Action.MESSAGE else [],
        "reasons": _reasons(run),
        "page": page,
        "rows": _shown(request.user, page),
        "back": run.list_address if run.started_by_id == request.user.pk else reverse("requests:list"),
    }
    return TemplateResponse(request, "service_requests/desk/run.html", context)


@require_admin_access
@require_POST
def stop_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = _run(request, pk)
    if not may_stop(run, request.user):  # type: ignore[arg-type]  # as above
        raise Http404
    stop(run)
    messages.info(request, _("It ends after the requests it is at. What was changed stays changed."))
    return redirect("bulk_run", pk=pk)


@require_admin_access
@require_POST
def continue_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = _run(request, pk)
    if run.started_by_id != request.user.pk:
        raise Http404
    if not go_on(run):
        messages.info(request, _("It goes on already, or there is nothing left to do."))
    return redirect("bulk_run", pk=pk)


@require_admin_access
def refused_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The requests that stayed as they were, with the reasons, for a spreadsheet program."""
    run = _run(request, pk)
    rows = _refusals(run).values_list("request__number", "why").iterator()
    content = CSV().stream([_("Number"), _("Why it stayed as it was")], rows)
    response = StreamingHttpResponse(content, content_type=CSV.CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="unchanged.csv"'
    response["Cache-Control"] = "no-store"
    return response


def words_of(run: BulkRun) -> str:
    """What is done, in the reader's language."""
    match run.action:
        case BulkRun.Action.MOVE:
            words = in_language(run.texts)
            return f"{words}: {run.to_department}" if run.to_department else words
        case BulkRun.Action.ASSIGN:
            return _("Put in charge: %(person)s") % {"person": run.to_person.get_full_name() if run.to_person else ""}
        case _:
            return str(BulkRun.Action.MESSAGE.label)


def _run(request: HttpRequest, pk: UUID) -> BulkRun:
    return get_object_or_404(runs_seen_by(request.user), public_id=pk)  # type: ignore[arg-type]  # as above


def _may_look(user: Any) -> bool:
    return bool(user.has_perm(BULK))


def _row(run: BulkRun) -> RunRow:
    return RunRow(run, words_of(run), _state(run), _TONES.get(BulkRun.State(run.state), "info"))


def _state(run: BulkRun) -> str:
    return _("Interrupted") if has_been_given_up(run) else str(run.get_state_display())


def _reasons(run: BulkRun) -> Iterable[Any]:
    counted = run.refusals.order_by().values_list("why").annotate(number=Count("pk"))
    return counted.order_by("-number", "why")


def _refusals(run: BulkRun) -> Any:
    return BulkRefusal.objects.filter(run=run).select_related("request").only(
        "why", "request__number", "request__public_id"
    ).order_by("request__number")  # fmt: skip


def _shown(user: Any, refusals: Iterable[BulkRefusal]) -> Sequence[tuple[BulkRefusal, bool]]:
    """Each with whether this person may open the request."""
    rows = list(refusals)
    seen = set(visible_to(user).filter(pk__in=[row.request_id for row in rows]).order_by().values_list("pk", flat=True))
    return [(row, row.request_id in seen) for row in rows]


class RunsMenuItem(MenuItem):
    """Shown to those who may change many requests at once."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Changes of many"), reverse("bulk_runs"), name="bulk-runs", icon_name="tasks", order=16
        )

    def is_shown(self, request: Any) -> bool:
        return _may_look(request.user)


admin_doors = [
    path("runs/", runs, name="bulk_runs"),
    path("runs/<uuid:pk>/", run_page, name="bulk_run"),
    path("runs/<uuid:pk>/stop/", stop_run, name="bulk_run_stop"),
    path("runs/<uuid:pk>/continue/", continue_run, name="bulk_run_continue"),
    path("runs/<uuid:pk>/refused.csv", refused_file, name="bulk_run_refused"),
]
