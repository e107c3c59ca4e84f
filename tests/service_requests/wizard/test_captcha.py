"""The check against programs: held at its step until it is passed, once, and by one application."""

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from forms_builder.fields.captcha import ProofField, Sent
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from tests.factories import ServicePageFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = pytest.mark.django_db


def form(*, always: bool) -> FormSpec:
    fields = (
        FieldSpec(key="subject", type="short_text", label=both("Subject")),
        FieldSpec(key="check", type="captcha", label={}, settings={"always": always}),
    )
    return FormSpec(steps=(StepSpec(key="what", title=both("What"), fields=fields),))


ANSWER = {"subject": "x", "shown": "subject"}


def solution(client: Client) -> str:
    """What the browser works out: the number whose digest was asked for."""
    challenge = client.get(reverse("apply:challenge")).json()
    number = next(
        number
        for number in range(challenge["max_number"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]
    )
    solved = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**solved, "number": number}).encode()).decode()


@pytest.fixture
def browser(client: Client, citizen: User) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=form(always=True)).slug)


def test_whoever_is_signed_in_is_not_asked(client: Client, citizen: User) -> None:
    client.force_login(citizen)
    browser = Browser(client, ServicePageFactory(value=form(always=False)).slug)

    assert "altcha" not in browser.open("what").content.decode()
    assert browser.send("what", ANSWER).status_code == 303
    assert browser.review().status_code == 200


def test_a_step_is_held_until_the_check_is_passed(browser: Browser) -> None:
    page = browser.send("what", ANSWER).content.decode()

    assert "انتظر حتى ينتهي التحقق" in page
    assert 'href="#q-check"' in page
    assert 'value="x"' in page
    assert browser.review().url == browser.address("what")


def test_the_browser_is_told_how_far_to_look(browser: Browser) -> None:
    """Where it is not, one of its workers goes on to a million, and the page waits for it: minutes on a phone."""
    page = browser.open("what").content.decode()

    hardest = browser.client.get(reverse("apply:challenge")).json()["max_number"]
    assert f'maxnumber="{hardest}"' in page


def test_a_passed_check_is_not_asked_again(browser: Browser) -> None:
    assert browser.send("what", {**ANSWER, "check": solution(browser.client)}).url.endswith("/review/")

    assert "altcha" not in browser.open("what").content.decode()
    assert browser.review().status_code == 200


def test_a_check_passed_by_autosave_counts(browser: Browser) -> None:
    browser.send("what", {**ANSWER, "check": solution(browser.client)}, do="autosave", headers={"HX-Request": "true"})

    assert browser.send("what", ANSWER).status_code == 303


@pytest.mark.parametrize("sent", ["", "nonsense", "e30=", base64.b64encode(b'{"challenge": []}').decode(), "\x00"])
def test_what_is_no_solution_is_refused_in_words(browser: Browser, sent: str) -> None:
    response = browser.send("what", {**ANSWER, "check": sent})

    assert response.status_code == 200
    assert 'class="error-summary"' in response.content.decode()


def test_a_solution_is_taken_once(browser: Browser, client: Client) -> None:
    used = solution(client)
    ProofField(in_words=False).clean(Sent(used))

    with pytest.raises(ValidationError):
        ProofField(in_words=False).clean(Sent(used))


@pytest.mark.postgresql
def test_of_two_that_use_one_solution_at_once_one_passes(transactional_db: None, client: Client) -> None:
    used = solution(client)

    def passes(_number: int) -> bool:
        try:
            ProofField(in_words=False).clean(Sent(used))
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(passes, range(8))) == 1


def test_nothing_is_sent_where_the_check_came_up_later(browser: Browser, citizen: User) -> None:
    """A draft that went through the step before the check was put there, for example."""
    browser.send("what", {**ANSWER, "check": solution(browser.client)})
    draft = Draft.objects.get(applicant=citizen)
    draft.data["extra_data"]["passed"] = []
    draft.save()

    browser.client.post(browser.named("apply:submit", browser.slug), browser.hidden)

    assert not ServiceRequest.objects.exists()
    assert "steps/what/" in browser.review().content.decode()
