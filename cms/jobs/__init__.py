"""What the rest of the portal may use of jobs; the other modules here are private.

    @job_kind("deliver_notice")
    def deliver(job: Job) -> None: ...

    enqueue("deliver_notice", {"notice": notice.pk}, dedupe_key=f"notice-{notice.pk}")

    @schedule("purge_drafts", every=timedelta(hours=6))
    def purge_drafts() -> None: ...

A module named `jobs.py` in an app is imported at start, so its kinds are known to every worker.
A job may be run twice, when its worker died at a bad moment: running it twice must change nothing more.
"""

from cms.jobs.kinds import job_kind, schedule
from cms.jobs.outbox import enqueue, enqueue_many

__all__ = ["enqueue", "enqueue_many", "job_kind", "schedule"]
