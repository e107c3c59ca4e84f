"""The jobs of this app, for the workers to find: each is registered by the module that is named here."""

from service_requests.appointments import booking
from service_requests.exchange import forgetting
from service_requests.notices import outbox, staff
from service_requests.wizard import purge, reminding
from service_requests.wizard.preview import keeping
from service_requests.workflow import escalation, recomputing
from service_requests.workflow.runs import working

__all__ = [
    "booking",
    "escalation",
    "forgetting",
    "keeping",
    "outbox",
    "purge",
    "recomputing",
    "reminding",
    "staff",
    "working",
]
