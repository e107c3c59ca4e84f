"""A change of many against one press, and against another change of many: each request is moved exactly once."""

from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow import many
from service_requests.workflow.actions import NotPossible, approve, reject
from service_requests.workflow.runs import starting, working
from service_requests.workflow.runs.models import BulkRun
from service_requests.workflow.runs.starting import Order, start
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
from tests.factories import DepartmentFactory, UserFactory
from tests.service_requests.workflow.test_many import keys
from tests.service_requests.workflow.test_many import many as made
from tests.waiting import wait_for

pytestmark = pytest.mark.postgresql
APPROVE = Order(BulkRun.Action.MOVE, outcome_key="approve", note="دفعة")
REJECT = Order(BulkRun.Action.MOVE, outcome_key="reject", note="ناقص")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "AT_ONCE", 0)
    monkeypatch.setattr(working, "BATCH", 4)


@pytest.fixture
def unit(transactional_db: None) -> Department:
    return DepartmentFactory()


@pytest.fixture
def supervisor(unit: Department) -> User:
    return UserFactory(supervisor=True, full_name="سعد المشرف", departments=[unit])


@pytest.fixture
def clerk(unit: Department) -> User:
    return UserFactory(clerk=True, full_name="خالد الموظف", departments=[unit])


def together(*acts: Callable[[], str]) -> list[str]:
    """What each said, all at once."""

    def acted(act: Callable[[], str]) -> str:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(acted, act) for act in acts]]


def ran(run: BulkRun) -> Callable[[], str]:
    def act() -> str:
        working.carry_out(run.pk)
        return "done"

    return act


def waits_for_a_lock() -> bool:
    """Whether another connection to this database stands before a row that is locked."""
    with connection.cursor() as cursor:
        # Inside a transaction the view would stay as it was first looked at.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def times_moved() -> Counter[int]:
    return Counter(ServiceRequest.history.filter(history_type="~").values_list("id", flat=True))


def test_a_clerk_who_presses_first_wins_and_the_run_tells_so(unit: Department, supervisor: User, clerk: User) -> None:
    requests = made(unit, 6, stage="review")
    run = start(APPROVE, keys(requests), by=supervisor)

    def press() -> str:
        with transaction.atomic():
            reject(ServiceRequest.objects.get(pk=requests[2].pk), by=clerk, reason="ناقص")
            begun.set()
            wait_for(waits_for_a_lock, "the run stands before the request of the clerk")
        return "done"

    begun = Event()

    def change() -> str:
        assert begun.wait(timeout=20)
        return ran(run)()

    assert together(press, change) == ["done", "done"]
    run.refresh_from_db()
    assert (run.state, run.changed, run.refused) == (BulkRun.State.DONE, 5, 1)
    assert run.refusals.get().request_id == requests[2].pk
    assert run.refusals.get().why
    assert set(times_moved().values()) == {1}
    assert ServiceRequest.objects.get(pk=requests[2].pk).status == Status.REJECTED


def test_a_clerk_who_presses_while_the_run_has_his_request_is_told_who_was_first(
    unit: Department, supervisor: User, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = made(unit, 6, stage="review")
    run = start(APPROVE, keys(requests), by=supervisor)
    seen = ServiceRequest.objects.get(pk=requests[2].pk)
    locked, real = Event(), working._write_progress

    def held(*arguments: object) -> None:
        locked.set()
        wait_for(waits_for_a_lock, "the clerk stands before his request")
        monkeypatch.setattr(working, "_write_progress", real)
        real(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(working, "_write_progress", held)

    def press() -> str:
        assert locked.wait(timeout=20)
        try:
            reject(seen, by=clerk, reason="ناقص")
        except NotPossible as refusal:
            return str(refusal)
        return "done"

    changed, told = together(ran(run), press)

    assert changed == "done"
    assert supervisor.full_name in told
    assert set(times_moved().values()) == {1}
    assert ServiceRequest.objects.filter(status=Status.COMPLETED).count() == 6


def test_of_two_runs_that_overlap_each_request_is_moved_by_one(unit: Department, supervisor: User) -> None:
    other = UserFactory(supervisor=True, departments=[unit])
    requests = made(unit, 16, stage="review")
    runs = [
        start(APPROVE, keys(requests[:12]), by=supervisor),
        start(REJECT, keys(requests[4:]), by=other),
    ]
    ready = Barrier(2)

    def begun(run: BulkRun) -> Callable[[], str]:
        def act() -> str:
            ready.wait(timeout=20)
            return ran(run)()

        return act

    together(*map(begun, runs))

    first, second = (BulkRun.objects.get(pk=run.pk) for run in runs)
    assert (first.position, second.position) == (12, 12)
    assert first.changed + second.changed == 16
    assert first.refused + second.refused == 8
    assert times_moved() == Counter(keys(requests))


def test_two_workers_at_one_run_do_each_batch_once(unit: Department, supervisor: User) -> None:
    """A worker whose lease ran out while it was only slow."""
    requests = made(unit, 16, stage="review")
    run = start(Order(BulkRun.Action.MESSAGE, texts={"ar": "رسالة"}), keys(requests), by=supervisor)

    together(ran(run), ran(run), ran(run))

    run.refresh_from_db()
    assert (run.state, run.position, run.changed) == (BulkRun.State.DONE, 16, 16)
    assert times_moved() == Counter(keys(requests))


def test_without_the_lock_a_request_would_be_moved_twice(
    unit: Department, supervisor: User, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same race where the run looks without a lock is lost."""
    requests = made(unit, 3, stage="review")
    run = start(APPROVE, keys(requests), by=supervisor)
    looked, pressed, real = Event(), Event(), many.locked

    def only_looked_at(ids: list[int], by: User, *also: str, without: Collection[str] = ()) -> list[ServiceRequest]:
        found = list(ServiceRequest.objects.filter(pk__in=ids).order_by("pk").select_related("organisation"))
        looked.set()
        assert pressed.wait(timeout=20)
        return found

    assert real is not only_looked_at
    monkeypatch.setattr(many, "locked", only_looked_at)

    def press() -> str:
        assert looked.wait(timeout=20)
        approve(ServiceRequest.objects.get(pk=requests[0].pk), by=clerk)
        pressed.set()
        return "done"

    together(ran(run), press)

    assert times_moved()[requests[0].pk] == 2
