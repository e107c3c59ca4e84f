"""Two clerks press the outcome that issues at the same moment: one document, one number, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from home.accounts.models import User
from service_requests.documents import issuing
from service_requests.documents.issuing import NotIssued, issue, revoke
from service_requests.documents.models import IssuedDocument
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, choose
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.numbers import Number
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


# -- the controls: the same races without what decides them are lost


def test_without_the_condition_each_of_two_clerks_would_issue_a_document(here: Office) -> None:
    looked = Barrier(2)

    def weakened(case: ServiceRequest) -> None:
        if case.stage.outcome("grant") is None:
            raise NotPossible("late")
        looked.wait(timeout=20)
        with transaction.atomic():
            ServiceRequest.objects.filter(pk=case.pk).update(stage_key="granted")
            issue(case, "permit", by=here.clerk)

    seen = [ServiceRequest.objects.get(pk=here.case.pk) for _press in range(2)]

    assert together([lambda case=case: weakened(case) for case in seen]) == ["done", "done"]
    assert IssuedDocument.objects.filter(request=here.case).count() == 2


@pytest.mark.postgresql
def test_without_the_lock_on_the_counter_two_documents_would_have_one_number(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(here.another(), "grant", by=here.clerk)
    read = Barrier(2)

    def weakened(organisation: Organisation, moment: datetime, series: str) -> Number:
        last = IssuedDocument.objects.filter(organisation=organisation).latest("serial")
        read.wait(timeout=20)
        return Number(series, last.year, last.serial + 1, "")

    monkeypatch.setattr(issuing, "take_number", weakened)

    def press(case: ServiceRequest) -> None:
        try:
            choose(case, "grant", by=here.clerk)
        except IntegrityError as doubled:
            raise NotIssued("doubled") from doubled

    results = together([lambda case=case: press(case) for case in (here.case, here.another())])

    assert sorted(results) == ["done", "doubled"]
