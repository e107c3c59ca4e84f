"""Who may write down something about a request: staff who process requests and see it, none of its own people."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection

from service_requests.records.models import ServiceRequest
from service_requests.records.scope import concerns, visible_to

if TYPE_CHECKING:
    from home.accounts.models import User

PROCESS = "service_requests.process_servicerequest"
INSPECT = "service_requests.draw_inspection"


def may_work_on(request: ServiceRequest, user: "User") -> bool:
    """Whether his groups let him; that he can see it is known by then."""
    return not concerns(user, request) and not request.stage.is_closed and user.has_perm(PROCESS)


def held(request: ServiceRequest, by: "User") -> ServiceRequest:
    """The request as it stands, locked until the transaction ends: an outcome waits for what is being written.

    Raises:
        PermissionDenied: when he may not work on it.
    """
    assert connection.in_atomic_block
    found = visible_to(by).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if found is None or not may_work_on(found, by):
        raise PermissionDenied
    return found
