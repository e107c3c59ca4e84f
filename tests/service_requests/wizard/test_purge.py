"""What nobody came back for is cleared away, and nothing else."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from home.accounts.models import User
from service_requests.casework.asking import Wanted, place_of
from service_requests.casework.models import AskedDocument
from service_requests.records.files import keep_file
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.purge import purge
from service_requests.wizard.reminding import remind
from service_requests.workflow.actions import answer, ask_citizen, take
from tests.factories import ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, VISIT_ANSWERS, Browser, letter, picture

pytestmark = pytest.mark.django_db

LATER = timedelta(days=29)


def test_an_old_draft_goes_with_its_files(
    browser: Browser, django_capture_on_commit_callbacks: "pytest.FixtureRequest"
) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    remind(timezone.now() + timedelta(days=23))
    stored = Attachment.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        purged = purge(timezone.now() + LATER)
    assert purged.files == 1
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    assert not storages["private"].exists(stored)


def test_a_draft_of_last_week_stays(browser: Browser) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    purge(timezone.now() + timedelta(days=7))
    assert Draft.objects.count() == 1
    assert Attachment.objects.count() == 1


def test_files_of_a_request_stay(browser: Browser) -> None:
    browser.fill_in()
    browser.review()
    browser.submit()
    purge(timezone.now() + LATER)
    assert Attachment.objects.count() == 1


def test_what_was_uploaded_for_an_answer_stays_while_the_office_waits_for_it(citizen: User) -> None:
    request = ServiceRequestFactory(applicant=citizen)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text="?", documents=[Wanted("Deed"), Wanted("Map")])
    places = [place_of(AskedDocument.objects.get(position=0)), f"reply.{request.public_id}"]
    places.append(f"correct.{request.public_id}.letter")
    for place in (*places, "asked.nothing", f"reply.{uuid.uuid4()}"):
        keep_file(picture(), place=place, kinds=("png",), max_bytes=10_000, by=citizen)

    for place in (places[1], f"reply.{uuid.uuid4()}"):
        Stash.objects.create(person=citizen, service=request.service, step_key=place, typed={"text": ["kept"]})

    purge(timezone.now() + LATER)
    assert [stash.step_key for stash in Stash.objects.all()] == [places[1]]
    assert sorted(Attachment.objects.values_list("field_key", flat=True)) == sorted(places)

    answer(request, by=citizen, text="Here")
    purge(timezone.now() + LATER)
    assert not Attachment.objects.exists()
    assert not Stash.objects.exists()


def test_an_old_stash_goes(browser: Browser) -> None:
    browser.open("applicant")
    browser.client.logout()
    browser.send_as_shown("applicant", APPLICANT)
    assert Stash.objects.exists()
    purge(timezone.now() + LATER)
    assert not Stash.objects.exists()
