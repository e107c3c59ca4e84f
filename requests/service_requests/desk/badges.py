"""The colour of a state. Never the only sign of it: the words stand inside."""

from services_catalog.processes.statuses import Status

_TONES = {
    Status.SUBMITTED: "plain",
    Status.IN_REVIEW: "info",
    Status.IN_PROGRESS: "info",
    Status.OTHER_PARTY: "info",
    Status.WAITING_CITIZEN: "warning",
    Status.WAITING_PAYMENT: "warning",
    Status.READY: "success",
    Status.COMPLETED: "success",
    Status.REJECTED: "danger",
    Status.CANCELLED: "plain",
}


def tone_of(status: str) -> str:
    return _TONES.get(Status(status), "plain")
