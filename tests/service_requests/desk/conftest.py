"""A department with its people at the desk, and a request of another office that nobody here may see."""

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.search import search_text_of
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

# Stands in everything a foreign request carries: where it is seen, something leaked.
CANARY = "canary-7f3a"


@pytest.fixture
def unit(db: None) -> Department:
    unit: Department = DepartmentFactory()
    return unit


@pytest.fixture
def clerk(unit: Department) -> User:
    person: User = UserFactory(clerk=True, departments=[unit])
    return person


@pytest.fixture
def supervisor(unit: Department) -> User:
    person: User = UserFactory(supervisor=True, departments=[unit])
    return person


@pytest.fixture
def auditor(unit: Department) -> User:
    person: User = UserFactory(auditor=True, departments=[unit])
    return person


@pytest.fixture
def case(unit: Department) -> ServiceRequest:
    found: ServiceRequest = ServiceRequestFactory(department=unit, service=ServicePageFactory(department=unit))
    return found


@pytest.fixture
def foreign(db: None) -> ServiceRequest:
    applicant = UserFactory(citizen=True, full_name=f"{CANARY} applicant")
    request: ServiceRequest = ServiceRequestFactory(
        applicant=applicant,
        service=ServicePageFactory(title=f"خدمة {CANARY}"),
        number=f"{CANARY}-1448-000001",
        answers={"subject": CANARY},
        search_text=search_text_of(number=f"{CANARY}-1448-000001", name=applicant.full_name),
    )
    message = Message.objects.create(
        request=request,
        kind=Message.Kind.QUESTION,
        author=applicant,
        text=CANARY,
        written_at=request.submitted_at,
    )
    Attachment.objects.create(
        owner=applicant, request=request, message=message, name=CANARY, content_type="text/plain", size=1, sha256="0"
    )
    return request


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    """The browser of a clerk."""
    client.force_login(clerk)
    return client


@pytest.fixture
def overseer(client: Client, supervisor: User) -> Client:
    """The browser of a supervisor."""
    client.force_login(supervisor)
    return client
