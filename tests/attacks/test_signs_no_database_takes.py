"""Signs that PostgreSQL stores in no text: whoever sends them is answered, and they are nowhere kept."""

from typing import Any

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, Stash
from service_requests.workflow.actions import ask_citizen, take
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.test_my_requests import shown_ticket
from tests.service_requests.wizard.samples import APPLICANT, VISIT, VISIT_ANSWERS, Browser, picture

pytestmark = pytest.mark.django_db
NUL = "\x00"


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServicePageFactory(value=VISIT)


@pytest.fixture
def browser(client: Client, citizen: User, service: ServicePage) -> Browser:
    client.force_login(citizen)
    return Browser(client, service.slug)


def holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(holds_nul(part) for part in value)
    return isinstance(value, str) and NUL in value


@pytest.mark.parametrize(
    "sent",
    [
        {"name": f"أحمد{NUL}محمد سالم اليامي"},
        {"name": f"{NUL}"},
        {"tab": f"a{NUL}b"},
        {f"name.{NUL}": "x"},
        {"shown": f"name{NUL} mobile"},
    ],
)
def test_a_step_keeps_no_nul(browser: Browser, sent: dict[str, str]) -> None:
    browser.open("applicant")

    response = browser.client.post(browser.address("applicant"), {**browser.hidden, **APPLICANT, **sent})

    assert response.status_code in {200, 303}
    assert not holds_nul(Draft.objects.get().data)


@pytest.mark.parametrize("row", [NUL, f"r1{NUL}", "../r1", "r", "x1", "r1.more", "r" + "1" * 40])
def test_a_file_for_a_row_with_an_impossible_name_is_not_stored(browser: Browser, row: str) -> None:
    browser.fill_in()

    browser.send("company", {f"companions.{row}.proof": picture(), "shown": "companions more"}, do="update:companions")

    assert not Attachment.objects.filter(field_key__startswith="companions.").exists()


def test_a_step_put_aside_keeps_no_nul(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.open("visit")
    browser.client.logout()

    browser.send_as_shown("visit", {**VISIT_ANSWERS, "subject": f"مناقشة{NUL}"})

    assert not holds_nul(Stash.objects.get().typed)


def test_an_answer_put_aside_keeps_no_nul(client: Client, citizen: User) -> None:
    asked = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[asked.department])
    take(asked, by=clerk)
    ask_citizen(asked, by=clerk, text="أرفق صورة الصك")
    client.force_login(citizen)
    sent = {"ticket": shown_ticket(client, asked), "text": f"نص{NUL} طويل"}
    client.logout()

    client.post(f"/ar/requests/{asked.public_id}/reply/", sent)

    assert not holds_nul(Stash.objects.get().typed)


def test_a_number_looked_for_is_asked_without_them(client: Client, citizen: User) -> None:
    client.force_login(citizen)

    answer = client.get("/ar/requests/", {"number": f"67{NUL}8"})

    assert answer.status_code == 200
    assert 'value="678"' in answer.content.decode()
