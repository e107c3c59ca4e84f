"""Two people press at the same moment: exactly one of them finds a request to change."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, approve, reject, take
from services_catalog.processes.statuses import Status
from tests.factories import ServiceRequestFactory, UserFactory

Attempt = Callable[[ServiceRequest, User], None]


def press_together(request: ServiceRequest, people: list[User], attempts: list[Attempt]) -> list[str]:
    """Each person acts on his own copy, all at once; "done" or why not, in their order."""
    start = Barrier(len(people))

    def press(person: User, attempt: Attempt) -> str:
        try:
            seen = ServiceRequest.objects.get(pk=request.pk)
            start.wait(timeout=20)
            attempt(seen, person)
        except NotPossible as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(press, people, attempts))


@pytest.fixture
def colleagues(transactional_db: None) -> tuple[ServiceRequest, list[User]]:
    request = ServiceRequestFactory()
    names = ("خالد", "ريم", "سعد", "هند")
    people = [UserFactory(clerk=True, full_name=name, departments=[request.department]) for name in names]
    return request, people


def test_of_four_clerks_exactly_one_takes_a_request(colleagues: tuple[ServiceRequest, list[User]]) -> None:
    request, people = colleagues

    results = press_together(request, people, [lambda seen, person: take(seen, by=person)] * 4)

    winner = people[results.index("done")]
    assert results.count("done") == 1
    assert all(winner.full_name in why for why in results if why != "done")
    assert ServiceRequest.objects.get(pk=request.pk).assignee == winner
    assert ServiceRequest.history.filter(id=request.pk, history_type="~").count() == 1


def test_a_request_is_never_both_approved_and_rejected(colleagues: tuple[ServiceRequest, list[User]]) -> None:
    request, people = colleagues
    take(request, by=people[0])

    results = press_together(
        request,
        people[:2],
        [lambda seen, person: approve(seen, by=person), lambda seen, person: reject(seen, by=person, reason="ناقص")],
    )

    assert results.count("done") == 1
    decided = ServiceRequest.objects.get(pk=request.pk)
    assert decided.status in {Status.COMPLETED, Status.REJECTED}
    assert list(Notice.objects.filter(channel="sms").order_by("id").values_list("event", flat=True)) == [
        "take",
        decided.outcome,
    ]


def test_without_the_condition_both_would_win(colleagues: tuple[ServiceRequest, list[User]]) -> None:
    """The control: the same race on an action that looks first and writes then is lost."""
    request, people = colleagues
    looked = Barrier(2)

    def weakened(seen: ServiceRequest, person: User) -> None:
        if seen.stage.outcome("take") is None:
            raise NotPossible("late")
        looked.wait(timeout=20)
        with transaction.atomic():
            ServiceRequest.objects.filter(pk=seen.pk).update(stage_key="review", assignee=person)

    assert press_together(request, people[:2], [weakened, weakened]) == ["done", "done"]
