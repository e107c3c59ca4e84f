"""What nobody came back for is cleared away, and nothing else."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.purge import purge
from service_requests.wizard.reminding import remind
from tests.service_requests.wizard.samples import APPLICANT, VISIT_ANSWERS, Browser, letter

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


def test_an_old_stash_goes(browser: Browser) -> None:
    browser.open("applicant")
    browser.client.logout()
    browser.send_as_shown("applicant", APPLICANT)
    assert Stash.objects.exists()
    purge(timezone.now() + LATER)
    assert not Stash.objects.exists()
