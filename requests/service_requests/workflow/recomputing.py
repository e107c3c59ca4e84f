"""Count open due dates again after a calendar or a promise has changed: a job, in batches.

Every batch reads the calendar as it is by then, under the lock of its requests; so whichever of two changes
is counted last, the dates are those of the calendar that holds. No history row is written for a request:
nobody did anything to it, and the calendar has a history of its own.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from cms.jobs import enqueue, job_kind
from cms.jobs.models import Job
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.workflow.deadlines import Columns, Terms, apart, recomputed, update_each

RECOMPUTE = "recompute_deadlines"
BATCH = 500


def recompute_of_organisation(key: int) -> None:
    """Called in the transaction in which its calendar, its country or its time zone changes."""
    enqueue(RECOMPUTE, {"organisation": key})


def recompute_of_service(key: int) -> None:
    """Called in the transaction in which it goes live with another promise."""
    enqueue(RECOMPUTE, {"service": key})


def recompute_of_workflow(digest: str) -> None:
    """Called in the transaction in which running requests are moved to this version."""
    enqueue(RECOMPUTE, {"workflow_version": digest})


@job_kind(RECOMPUTE, time_limit=timedelta(hours=1))
def recompute(job: Job) -> None:
    """Batch by batch; cut off and begun again it comes to the same."""
    requests = _requests(job)
    Job.objects.filter(pk=job.pk).update(done=0, total=requests.count())
    last = 0
    while True:
        with transaction.atomic():
            batch = list(requests.filter(pk__gt=last).select_for_update(of=("self",))[:BATCH])
            if not batch:
                return
            _recompute_batch(batch)
        last = batch[-1].pk
        Job.objects.filter(pk=job.pk).update(done=F("done") + len(batch))


def _requests(job: Job) -> ServiceRequestQuerySet:
    requests = ServiceRequest.objects.open().select_related("organisation").defer("answers", "search_text")
    requests = requests.order_by("pk")
    # What the arguments are called is what a request is found by.
    return requests.filter(**job.arguments)


def _recompute_batch(requests: list[ServiceRequest]) -> None:
    terms = Terms(requests)
    columns = {request.pk: recomputed(request, terms) for request in requests}
    changed = {request.pk: columns[request.pk] for request in requests if _differs(request, columns[request.pk])}
    same, own = apart(changed)
    if same:
        ServiceRequest.objects.filter(pk__in=changed).update(**same)
    update_each(own)


def _differs(request: ServiceRequest, columns: Columns) -> bool:
    return any(getattr(request, name) != value for name, value in columns.items())
