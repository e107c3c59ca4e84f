"""What a person is told after he changed a calendar or a promise: due dates are counted again, and how far that is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from cms.jobs.models import Job, JobState
from service_requests.workflow.recomputing import RECOMPUTE
from services_catalog.models import ServicePage
from services_catalog.organisations.calendars import WorkingCalendar
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of


def tell_of_recount(request: HttpRequest, instance: Any) -> None:
    """After a calendar was made or changed, or a service published: where its job is to be watched."""
    found = _job_of(instance)
    if found is None or found.state in {JobState.DONE, JobState.FAILED}:
        return
    messages.info(
        request,
        _("The due dates of open requests are being counted again."),
        buttons=[messages.button(reverse("deadlines_recount", args=[found.pk]), _("How far is it?"))],
    )


def _job_of(instance: Any) -> Job | None:
    jobs = Job.objects.filter(kind=RECOMPUTE).order_by("-pk")
    if isinstance(instance, WorkingCalendar):
        return jobs.filter(arguments__organisation=instance.organisation_id).first()
    if isinstance(instance, Organisation):
        return jobs.filter(arguments__organisation=instance.pk).first()
    if isinstance(instance, ServicePage):
        return jobs.filter(arguments__service=instance.pk).first()
    return None


@require_admin_access
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one job is; those of another body do not exist."""
    job = Job.objects.filter(pk=pk, kind=RECOMPUTE).first()
    if job is None or not organisations_of(request.user).filter(pk=_organisation_of(job)).exists():
        raise Http404
    context = {
        "header_title": _("Due dates are counted again"),
        "header_icon": "time",
        "breadcrumbs_items": [{"url": "", "label": _("Due dates")}],
        "job": job,
        "is_done": job.state == JobState.DONE,
        "has_failed": job.state == JobState.FAILED,
        "is_waiting": job.state == JobState.DUE,
    }
    return TemplateResponse(request, "service_requests/desk/recount.html", context)


def _organisation_of(job: Job) -> int:
    """Zero where the service has no department any more, and for requests of several bodies."""
    if "organisation" in job.arguments:
        return int(job.arguments["organisation"])
    pages = ServicePage.objects.filter(pk=job.arguments.get("service"))
    return pages.values_list("department__organisation", flat=True).first() or 0


admin_doors = [path("due-dates/<int:pk>/", recount, name="deadlines_recount")]
