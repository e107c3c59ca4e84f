"""A published service with a form of every kind of question, and a person about to apply."""

import pytest
from django.test import Client

from home.accounts.models import User
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import VISIT, Browser


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT)


@pytest.fixture
def browser(client: Client, citizen: User, service: ServicePage) -> Browser:
    client.force_login(citizen)
    return Browser(client, service.slug)
