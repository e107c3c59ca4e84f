"""A change of many requests whose worker is killed half-way: what was done stands, and the rest is done once."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms.jobs.models import Job
from home.accounts.models import User
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.runs.models import BulkRun
from service_requests.workflow.runs.starting import Order, start
from service_requests.workflow.runs.working import BATCH
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.jobs.conftest import StartWorker
from tests.waiting import wait_for

pytestmark = [pytest.mark.servers, pytest.mark.postgresql]
MANY = 3 * BATCH + 10


@pytest.fixture
def unit(transactional_db: None) -> Department:
    return DepartmentFactory()


@pytest.fixture
def supervisor(unit: Department) -> User:
    return UserFactory(supervisor=True, departments=[unit])


def stored(unit: Department, count: int) -> list[int]:
    """So many requests in review, every second one of them closed already."""
    one = ServiceRequestFactory(service=ServicePageFactory(department=unit), stage="review")
    fields = {field.attname: getattr(one, field.attname) for field in ServiceRequest._meta.concrete_fields}
    for name in ("id", "public_id", "submission_key", "serial", "number"):
        del fields[name]
    closed = {"stage_key": "rejected", "status": Status.REJECTED, "outcome": "reject", "closed_at": timezone.now()}
    ServiceRequest.objects.bulk_create(
        ServiceRequest(
            **{**fields, **(closed if place % 2 else {})},
            submission_key=uuid.uuid4(),
            serial=one.serial + place,
            number=f"{one.number}-{place}",
        )
        for place in range(1, count)
    )
    return list(ServiceRequest.objects.order_by("pk").values_list("pk", flat=True))


def how_far(run: BulkRun) -> int:
    return BulkRun.objects.values_list("position", flat=True).get(pk=run.pk)


@pytest.mark.parametrize("action", ["move", "message"])
def test_a_run_whose_worker_is_killed_loses_nothing_and_doubles_nothing(
    action: str, unit: Department, supervisor: User, start_worker: StartWorker
) -> None:
    keys = stored(unit, MANY)
    move = Order(BulkRun.Action.MOVE, outcome_key="approve", note="دفعة")
    order = move if action == "move" else Order(BulkRun.Action.MESSAGE, texts={"ar": "رسالة"})
    run = start(order, keys, by=supervisor)
    first = start_worker()
    with transaction.atomic():
        # The worker comes as far as this request, in the middle of a batch, and is killed there.
        ServiceRequest.objects.select_for_update().get(pk=keys[BATCH + BATCH // 2])
        wait_for(lambda: how_far(run) == BATCH and _waits(), f"the run stands in its second batch: {first.said()}")
        first.vanish()
    assert how_far(run) == BATCH
    assert _touched() == Counter(_expected(action, keys[:BATCH]))

    Job.objects.filter(kind="carry_out_bulk_run").update(leased_until=timezone.now() - timedelta(seconds=1))
    wait_for(lambda: not _others_at_work(), "the database has noticed that the worker is gone")
    # What the messages gave rise to has tests of its own, and would stand before the run.
    Job.objects.exclude(kind="carry_out_bulk_run").delete()
    second = start_worker()
    wait_for(lambda: BulkRun.objects.get(pk=run.pk).state == BulkRun.State.DONE, f"the rest is done: {second.said()}")

    run.refresh_from_db()
    expected = _expected(action, keys)
    assert _touched() == Counter(expected)
    assert (run.position, run.changed, run.refused) == (MANY, len(expected), MANY - len(expected))
    assert run.refusals.count() == run.refused
    if action == "message":
        assert Counter(Message.objects.values_list("request", flat=True)) == Counter(keys)


def _expected(action: str, keys: list[int]) -> list[int]:
    """Those that the run changes: a closed one is not moved, but may be written about."""
    return keys if action == "message" else keys[::2]


def _touched() -> Counter[int]:
    return Counter(ServiceRequest.history.filter(history_type="~").values_list("id", flat=True))


def _waits() -> bool:
    return _count("wait_event_type = 'Lock'") > 0


def _others_at_work() -> bool:
    return _count("state <> 'idle' AND pid <> pg_backend_pid()") > 0


def _count(condition: str) -> int:
    with connection.cursor() as cursor:
        # Inside a transaction the view would stay as it was first looked at.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}")
        return int(cursor.fetchone()[0])
