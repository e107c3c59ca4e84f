"""What jobs do for themselves: forgetting those that are long done."""

from datetime import timedelta

from django.utils import timezone

from cms.jobs.kinds import schedule
from cms.jobs.models import Job, JobState

KEPT = timedelta(days=30)


@schedule("forget_finished_jobs", every=timedelta(days=1))
def forget_finished_jobs() -> None:
    """Jobs that failed are kept until a person has seen to them."""
    Job.objects.filter(state=JobState.DONE, finished_at__lt=timezone.now() - KEPT).delete()
