"""A change of many requests, batch after batch: stopped, cut off, gone on with, and without its person."""

from collections.abc import Callable

import pytest

from cms.jobs.models import Job, JobState
from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.runs import starting, working
from service_requests.workflow.runs.models import BulkRun, packed, unpacked
from service_requests.workflow.runs.starting import Order, go_on, runs_seen_by, start, stop
from services_catalog.organisations.models import Department, Membership
from services_catalog.processes.statuses import Status
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.workflow.test_many import keys, many

APPROVE = Order(BulkRun.Action.MOVE, outcome_key="approve", note="دفعة")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "AT_ONCE", 3)
    monkeypatch.setattr(working, "BATCH", 4)


def fresh(run: BulkRun) -> BulkRun:
    return BulkRun.objects.get(pk=run.pk)


def how_far(run: BulkRun) -> tuple[str, int, int, int]:
    now = fresh(run)
    return now.state, now.position, now.changed, now.refused


def completed() -> int:
    return ServiceRequest.objects.filter(status=Status.COMPLETED).count()


def after_batches(count: int, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have something happen when so many batches are done, before the next one begins."""
    real, done = working._next_batch, []

    def watched(key: int) -> bool:
        if len(done) == count:
            act()
        done.append(key)
        return real(key)

    monkeypatch.setattr(working, "_next_batch", watched)


def test_few_are_changed_at_once(unit: Department, supervisor: User) -> None:
    run = start(APPROVE, keys(many(unit, 3, in_review=True)), by=supervisor)

    assert how_far(run) == (BulkRun.State.DONE, 3, 3, 0)
    assert not Job.objects.filter(kind=working.CARRY_OUT).exists()


def test_many_wait_for_a_worker_which_does_them_all(unit: Department, supervisor: User) -> None:
    run = start(APPROVE, keys(many(unit, 10, in_review=True)), by=supervisor)
    assert (how_far(run), completed()) == ((BulkRun.State.WAITING, 0, 0, 0), 0)

    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 10, 10, 0)
    assert ServiceRequest.history.filter(history_type="~").count() == 10


def test_of_those_of_which_half_may_not_move_each_is_told(unit: Department, supervisor: User) -> None:
    fit, closed = many(unit, 5, in_review=True), many(unit, 5, rejected=True)

    run = start(APPROVE, keys(fit + closed), by=supervisor)
    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 10, 5, 5)
    assert sorted(run.refusals.values_list("request", flat=True)) == sorted(keys(closed))
    assert all(why for why in run.refusals.values_list("why", flat=True))
    assert completed() == 5


def test_what_left_his_sight_since_he_confirmed_is_told_too(unit: Department, supervisor: User) -> None:
    requests = many(unit, 5, in_review=True)
    run = start(APPROVE, keys(requests), by=supervisor)
    gone = ServiceRequest.objects.filter(pk=requests[0].pk)
    elsewhere = DepartmentFactory()
    gone.update(department=elsewhere, organisation=elsewhere.organisation)

    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 5, 4, 1)
    assert list(run.refusals.values_list("request", flat=True)) == [requests[0].pk]
    assert gone.get().status == Status.IN_REVIEW


def test_it_stops_after_the_batch_it_is_at_and_can_go_on(
    unit: Department, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(APPROVE, keys(many(unit, 10, in_review=True)), by=supervisor)
    with monkeypatch.context() as patch:
        after_batches(1, lambda: stop(run), patch)
        run_due_jobs()
    assert (how_far(run), completed()) == ((BulkRun.State.STOPPED, 4, 4, 0), 4)

    assert go_on(fresh(run))
    assert not go_on(fresh(run)), "it goes on already"
    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 10, 10, 0)
    assert ServiceRequest.history.filter(history_type="~").count() == 10


def test_a_batch_that_fails_leaves_nothing_and_the_next_attempt_goes_on(
    unit: Department, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(APPROVE, keys(many(unit, 10, in_review=True)), by=supervisor)
    real, written = working._write_progress, []

    def cut_off(*arguments: object) -> None:
        written.append(1)
        if len(written) == 2:
            raise RuntimeError("the power went")
        real(*arguments)  # type: ignore[arg-type]  # as they came

    with monkeypatch.context() as patch:
        patch.setattr(working, "_write_progress", cut_off)
        run_due_jobs()
    assert (how_far(run), completed()) == ((BulkRun.State.RUNNING, 4, 4, 0), 4)

    Job.objects.update(due_at=run.created_at)
    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 10, 10, 0)
    assert ServiceRequest.history.filter(history_type="~").count() == 10


def test_a_job_that_was_given_up_is_said_to_be_and_can_be_gone_on_with(unit: Department, supervisor: User) -> None:
    run = start(APPROVE, keys(many(unit, 5, in_review=True)), by=supervisor)
    Job.objects.filter(kind=working.CARRY_OUT).update(state=JobState.FAILED)

    assert starting.has_been_given_up(fresh(run))
    assert go_on(fresh(run))
    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 5, 5, 0)


@pytest.mark.parametrize("taken", ["dismissed", "group"])
def test_a_person_who_lost_his_right_half_way_changes_no_more(
    taken: str, unit: Department, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(APPROVE, keys(many(unit, 10, in_review=True)), by=supervisor)

    def take_away() -> None:
        if taken == "dismissed":
            User.objects.filter(pk=supervisor.pk).update(is_active=False)
        else:
            supervisor.groups.clear()

    after_batches(1, take_away, monkeypatch)
    run_due_jobs()

    assert (how_far(run), completed()) == ((BulkRun.State.FAILED, 4, 4, 0), 4)
    assert fresh(run).ended_because


def test_a_clerk_who_was_moved_to_another_department_half_way_leaves_the_rest_as_it_is(
    unit: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = UserFactory(clerk=True, departments=[unit])
    run = start(APPROVE, keys(many(unit, 10, stage="review")), by=clerk)

    after_batches(1, lambda: Membership.objects.filter(user=clerk).update(department=DepartmentFactory()), monkeypatch)
    run_due_jobs()

    assert (how_far(run), completed()) == ((BulkRun.State.DONE, 10, 4, 6), 4)


def test_a_batch_that_another_worker_did_meanwhile_is_taken_back(
    unit: Department, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(
        Order(BulkRun.Action.MESSAGE, texts={"ar": "رسالة"}), keys(many(unit, 6, in_review=True)), by=supervisor
    )
    real, overtaken = working._dealt_with, []

    def slow(run: BulkRun, ids: list[int]) -> object:
        if not overtaken:
            overtaken.append(True)
            working.carry_out(run.pk)
        return real(run, ids)

    monkeypatch.setattr(working, "_dealt_with", slow)
    run_due_jobs()

    assert how_far(run) == (BulkRun.State.DONE, 6, 6, 0)
    assert Message.objects.count() == 6


def test_confirming_the_same_page_twice_is_one_run(unit: Department, supervisor: User) -> None:
    request, order = many(unit, 1)[0], Order(BulkRun.Action.MESSAGE, texts={"ar": "رسالة"})
    first = start(order, [request.pk], by=supervisor)

    second = start(order, [request.pk], by=supervisor, key=first.public_id)

    assert second == first
    assert Message.objects.count() == 1


def test_a_run_is_seen_by_its_person_and_by_who_oversees_all_of_its_bodies(unit: Department) -> None:
    clerk, other = (UserFactory(clerk=True, departments=[unit]) for _serial in range(2))
    overseer = UserFactory(supervisor=True, departments=[unit])
    elsewhere = UserFactory(supervisor=True, departments=[DepartmentFactory()])
    run = start(APPROVE, keys(many(unit, 1, stage="review")), by=clerk)
    both = start(APPROVE, [*keys(many(unit, 1, stage="review")), ServiceRequestFactory().pk], by=clerk)

    assert set(runs_seen_by(clerk)) == {run, both}
    assert list(runs_seen_by(overseer)) == [run]
    assert not runs_seen_by(other).exists()
    assert not runs_seen_by(elsewhere).exists()


@pytest.mark.parametrize("ids", [[1], [7, 3, 90_000_000_000], list(range(5, 20_000, 3))])
def test_a_selection_is_kept_as_it_was(ids: list[int]) -> None:
    assert unpacked(packed(ids)) == sorted(ids)


def test_thousands_of_neighbours_take_few_bytes() -> None:
    assert len(packed(range(1_000_000, 1_010_000))) < 200
