"""Whoever cannot apply is told why, keeps his answers, and sends nothing by any door."""

import pytest
from django.test import Client

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.organisations.models import Organisation
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = pytest.mark.django_db

ADULTS = FormSpec(
    steps=(
        StepSpec(
            key="about", title=both("About you"), fields=(FieldSpec(key="adult", type="yes_no", label=both("Adult")),)
        ),
        StepSpec(
            key="too-young",
            title=both("You cannot apply"),
            intro=both("Your guardian applies for you."),
            ends=True,
            next_label=both("For guardians"),
            next_url="https://guardians.example.org/",
            show_if={"===": [{"var": "adult"}, False]},
        ),
        StepSpec(
            key="reason",
            title=both("Reason"),
            fields=(FieldSpec(key="reason", type="short_text", label=both("Reason")),),
        ),
    )
)
YES = {"adult": "yes", "shown": "adult"}
NO = {"adult": "no", "shown": "adult"}


@pytest.fixture
def browser(client: Client, citizen: User) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=ADULTS).slug)


def test_an_ending_says_why_and_where_to_turn(browser: Browser) -> None:
    response = browser.send("about", NO)
    assert response.url == browser.address("too-young")

    page = browser.open("too-young").content.decode()

    assert "Your guardian applies for you." in page
    assert 'href="https://guardians.example.org/"' in page
    assert f'href="{browser.address("about")}"' in page
    assert "continue" not in page
    assert 'class="error-summary"' not in page


def test_an_ending_names_the_body_that_answers_for_the_service(browser: Browser) -> None:
    """Whoever is turned away has to know who does so, and whom to call."""
    browser.send("about", NO)

    assert browser.open("too-young").context["body"].name == Organisation.objects.get().name


def test_nothing_behind_an_ending_can_be_opened_or_sent(browser: Browser) -> None:
    browser.send("about", NO)
    ending = browser.address("too-young")

    assert browser.open("reason").url == ending
    assert browser.review().url == ending
    assert browser.client.post(ending, {**browser.hidden, "do": "continue"}).url == ending
    browser.client.post(browser.address("reason"), {**browser.hidden, "reason": "x", "do": "continue"})
    browser.client.post(browser.named("apply:submit", browser.slug), browser.hidden)
    assert not ServiceRequest.objects.exists()
    assert Draft.objects.get().data["extra_data"]["answers"] == {"adult": False}


def test_a_changed_answer_leads_on(browser: Browser) -> None:
    browser.send("about", NO)

    assert browser.send("about", YES).url == browser.address("reason")


def test_an_answer_changed_at_the_end_leads_to_the_ending_and_sends_nothing(browser: Browser) -> None:
    browser.send("about", YES)
    browser.send("reason", {"reason": "because", "shown": "reason"})
    assert browser.review().status_code == 200

    browser.send("about", NO)

    assert browser.review().url == browser.address("too-young")
