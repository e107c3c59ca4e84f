"""A new request enters the office: its clock begins, it gets its number, and its history."""

from typing import TYPE_CHECKING

from service_requests.records.facts import found_by
from service_requests.records.models import ServiceRequest
from service_requests.records.search import search_text_of
from service_requests.workflow.deadlines import Terms, at_submit
from services_catalog.organisations.numbers import take_number

if TYPE_CHECKING:
    from home.accounts.models import User


def enter(request: ServiceRequest, *, by: "User") -> None:
    """Save a request that was put together, under the next number of its organisation.

    Call it last: the counter's row stays locked until the transaction ends.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    for name, value in at_submit(request, Terms([request])).items():
        setattr(request, name, value)
    number = take_number(request.organisation, request.submitted_at)
    request.series, request.year, request.serial = number.series, number.year, number.serial
    request.number = number.text
    request.search_text = search_text_of(
        number=request.number,
        name=request.applicant_name,
        identity=request.applicant_identity,
        mobile=request.applicant_mobile,
        establishment=found_by(request.acting_for),
    )
    request._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    request.save(force_insert=True)
