"""Two clerks press the outcome that issues at the same moment: one document, one number, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from home.accounts.models import User
from service_requests.documents.issuing import NotIssued, revoke
from service_requests.documents.models import IssuedDocument
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, choose
from tests.factories import UserFactory
from tests.service_requests.documents.offices import Office, office


def together(presses: list[Callable[[], object]]) -> list[str]:
    """All at once, each on a connection of its own; "done" or why not, in their order."""
    start = Barrier(len(presses))

    def press(attempt: Callable[[], object]) -> str:
        try:
            start.wait(timeout=20)
            attempt()
        except (NotPossible, NotIssued) as refusal:
            return str(refusal) or "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


@pytest.fixture
def here(transactional_db: None) -> Office:
    return office()


def test_of_four_clerks_who_approve_exactly_one_issues_the_document(here: Office) -> None:
    people: list[User] = [UserFactory(clerk=True, departments=[here.unit]) for _each in range(4)]
    seen = [ServiceRequest.objects.get(pk=here.case.pk) for _person in people]

    pairs = zip(seen, people, strict=True)
    results = together([lambda case=case, by=by: choose(case, "grant", by=by) for case, by in pairs])

    assert results.count("done") == 1
    assert IssuedDocument.objects.get().issued_by == people[results.index("done")]


def test_documents_that_are_issued_side_by_side_have_numbers_without_gap_or_double(here: Office) -> None:
    cases = [here.case, here.another(), here.another(), here.another()]

    results = together([lambda case=case: choose(case, "grant", by=here.clerk) for case in cases])

    assert results == ["done"] * 4
    assert sorted(IssuedDocument.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_of_two_who_revoke_one_is_told_that_it_was_done(here: Office) -> None:
    choose(here.case, "grant", by=here.clerk)
    people: list[User] = [UserFactory(supervisor=True, departments=[here.unit]) for _each in range(2)]

    results = together([lambda by=by: revoke(IssuedDocument.objects.get(), by=by, reason=by.username) for by in people])

    assert results.count("done") == 1
    assert IssuedDocument.objects.get().revoked_by == people[results.index("done")]
