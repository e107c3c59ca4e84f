"""Buttons pressed after the session had ended: signing in leads on, never to an empty page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from tests.factories import DraftFactory, ServicePageFactory
from tests.service_requests.wizard.samples import VISIT, Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT)


@pytest.fixture
def browser(client: Client, citizen: User, service: ServicePage) -> Browser:
    client.force_login(citizen)
    return Browser(client, service.slug)


def way_on(location: str) -> str:
    """Where sign-in leads, by the address of its page."""
    return parse_qs(urlsplit(location).query)["next"][0]


def test_sending_after_the_session_ended_leads_back_to_the_answers(browser: Browser, citizen: User) -> None:
    browser.fill_in()
    browser.review()
    browser.client.logout()

    there = way_on(browser.submit().url)
    browser.client.force_login(citizen)
    response = browser.client.get(there)

    assert there == browser.named("apply:review", browser.slug)
    assert "مناقشة صك" in response.content.decode()
    assert not ServiceRequest.objects.exists()


def test_deleting_a_draft_after_the_session_ended_leads_back_to_the_drafts(client: Client, citizen: User) -> None:
    draft = DraftFactory(applicant=citizen)

    there = way_on(client.post(f"/ar/requests/drafts/{draft.public_id}/discard/").url)
    client.force_login(citizen)
    response = client.get(there, follow=True)

    assert response.status_code == 200
    assert draft.service.title in response.content.decode()
    assert Draft.objects.exists()
