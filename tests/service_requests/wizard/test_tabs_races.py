"""Two tabs of one draft that are sent at the same moment, on PostgreSQL: one is taken, the other is told."""

from collections.abc import Iterator
from threading import Barrier
from typing import Any

import pytest
from django.test import Client

from home.accounts.models import User
from service_requests.wizard import drafts
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT, Browser
from tests.service_requests.wizard.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

ROUNDS = 8
NAMES = ("أحمد محمد سالم اليامي", "سعيد علي حسن القحطاني")


@pytest.fixture
def person() -> User:
    citizen: User = UserFactory(citizen=True)
    return citizen


@pytest.fixture
def service() -> ServicePage:
    page: ServicePage = ServicePageFactory(value=VISIT)
    return page


def _tabs(person: User, service: ServicePage) -> Iterator[Browser]:
    """Two tabs that both show the first step as it was saved last."""
    for _tab in NAMES:
        client = Client()
        client.force_login(person)
        browser = Browser(client, service.slug)
        browser.open("applicant")
        yield browser


def _send_both(person: User, service: ServicePage) -> tuple[list[int], str]:
    """What both tabs were answered, and whose text is kept."""
    tabs = list(_tabs(person, service))

    def send(place: int) -> Any:
        return tabs[place].send_as_shown("applicant", {**APPLICANT, "name": NAMES[place]}).status_code

    answers = sorted(at_once(send, times=2, threads=2))
    return answers, str(Draft.objects.get().data["extra_data"]["answers"]["name"])


def test_one_tab_is_taken_and_the_other_is_told(person: User, service: ServicePage) -> None:
    for _round in range(ROUNDS):
        answers, kept = _send_both(person, service)
        assert answers == [303, 409]
        assert kept in NAMES


def test_without_asking_for_the_revision_one_overwrites_the_other(
    person: User, service: ServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a save that does not look whether somebody was first tells nobody."""
    both_have_read = Barrier(2, timeout=60)

    def write_blindly(draft: Draft, data: drafts.Data, revision: int, language: str) -> bool:
        both_have_read.wait()
        return bool(Draft.objects.filter(pk=draft.pk).update(data=data, revision=revision, language=language))

    _send_both(person, service)
    monkeypatch.setattr(drafts, "_write", write_blindly)

    assert _send_both(person, service)[0] == [303, 303]
