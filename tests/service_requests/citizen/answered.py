"""A service whose answers may be objected to, and a request of it that was answered."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import reject, take
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department, Organisation
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)

DAYS = 10


def three_levels() -> tuple[Department, Department, Department]:
    """A department, the one above it in its body, and the one of the authority above that."""
    authority: Organisation = OrganisationFactory()
    body = OrganisationFactory(parent=authority)
    return (
        DepartmentFactory(organisation=body),
        DepartmentFactory(organisation=body, decides_objections=True),
        DepartmentFactory(organisation=authority, decides_objections=True),
    )


def contested_service(department: Department, **more: Any) -> ServicePage:
    page: ServicePage = ServicePageFactory(department=department, objection_days=DAYS, **more)
    return page


def answered(applicant: User, service: ServicePage, *, closed_at: datetime | None = None) -> ServiceRequest:
    """A request that a clerk of its department refused."""
    # Of an earlier year: the counter of this one knows nothing of what a factory made.
    request: ServiceRequest = ServiceRequestFactory(applicant=applicant, service=service, year=1446)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    reject(request, by=clerk, reason="المستندات غير مكتملة.")
    if closed_at is not None:
        ServiceRequest.objects.filter(pk=request.pk).update(closed_at=closed_at)
        request.closed_at = closed_at
    return request


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
