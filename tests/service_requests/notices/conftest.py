"""A request whose applicant is told of it."""

import pytest

from service_requests.records.models import ServiceRequest
from tests.factories import ServiceRequestFactory


@pytest.fixture
def request_(db: None) -> ServiceRequest:
    made: ServiceRequest = ServiceRequestFactory(
        applicant_mobile="+966501234567", language="ar", applicant__email="", applicant__full_name="نورة السرية"
    )
    return made
