"""How many queries a step and a submit may cost, with their names: one more has to be a decision."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services_catalog import editions
from tests.service_requests.wizard.samples import APPLICANT, Browser

pytestmark = pytest.mark.django_db

STEP = 8
SUBMIT = 18


@pytest.fixture
def warm(browser: Browser) -> Browser:
    """The frame of the page is kept per edition of the site; the first reader after a change fills it."""
    editions.begin()
    browser.fill_in()
    browser.review()
    return browser


def queries_of(captured: CaptureQueriesContext) -> str:
    return "\n".join(query["sql"][:160] for query in captured.captured_queries)


def test_showing_a_step(warm: Browser) -> None:
    # session, person, page, draft with its version, its files, edition of the frame; for the header his permissions
    # (own, and of his groups), the establishments he acts for, and how many messages he has not read
    with CaptureQueriesContext(connection) as captured:
        warm.open("visit")
    assert len(captured) <= STEP + 2, queries_of(captured)


def test_saving_a_step(warm: Browser) -> None:
    warm.open("applicant")
    # session, person, page, live version, draft, files, UPDATE of the draft
    with CaptureQueriesContext(connection) as captured:
        assert warm.send_as_shown("applicant", APPLICANT).status_code == 303
    assert len(captured) <= STEP, queries_of(captured)


def test_the_first_step_of_a_new_draft(browser: Browser) -> None:
    browser.open("applicant")
    # session, person, page, live version, draft (none), savepoint, INSERT, release
    with CaptureQueriesContext(connection) as captured:
        assert browser.send_as_shown("applicant", APPLICANT).status_code == 303
    assert len(captured) <= STEP, queries_of(captured)


def test_submitting(warm: Browser) -> None:
    # session, person, draft with version and department | savepoint, draft again (locked), files,
    # counter +1, counter, INSERT request, INSERT history, claim files, channels of the body, its words, INSERT notice,
    # INSERT job,
    # close the draft, release
    warm.submit()
    warm.fill_in()
    warm.review()
    with CaptureQueriesContext(connection) as captured:
        assert warm.submit().status_code == 303
    assert len(captured) <= SUBMIT, queries_of(captured)
