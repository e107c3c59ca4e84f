"""The ten statuses that code and citizens know. Stages are data; each stage has one of these."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Where a request stands, in the words of staff."""

    SUBMITTED = "submitted", pgettext_lazy("status", "Submitted")
    IN_REVIEW = "in_review", pgettext_lazy("status", "In review")
    WAITING_CITIZEN = "waiting_citizen", pgettext_lazy("status", "Waiting for the citizen")
    WAITING_PAYMENT = "waiting_payment", pgettext_lazy("status", "Waiting for payment")
    IN_PROGRESS = "in_progress", pgettext_lazy("status", "In progress")
    OTHER_PARTY = "other_party", pgettext_lazy("status", "With another party")
    READY = "ready", pgettext_lazy("status", "Ready")
    COMPLETED = "completed", pgettext_lazy("status", "Completed")
    REJECTED = "rejected", pgettext_lazy("status", "Rejected")
    CANCELLED = "cancelled", pgettext_lazy("status", "Cancelled")


OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.WAITING_CITIZEN,
        Status.WAITING_PAYMENT,
        Status.IN_PROGRESS,
        Status.OTHER_PARTY,
        Status.READY,
    }
)
CLOSED = frozenset(Status) - OPEN

CITIZENS_WORDS = {
    Status.SUBMITTED: _("Received"),
    Status.IN_REVIEW: _("Received"),
    Status.IN_PROGRESS: _("Being processed"),
    Status.OTHER_PARTY: _("Being processed"),
    Status.WAITING_CITIZEN: _("Action needed from you"),
    Status.WAITING_PAYMENT: _("Waiting for payment"),
    Status.READY: _("Ready for collection"),
    Status.COMPLETED: pgettext_lazy("status for citizens", "Completed"),
    Status.REJECTED: pgettext_lazy("status for citizens", "Rejected"),
    Status.CANCELLED: pgettext_lazy("status for citizens", "Cancelled"),
}
