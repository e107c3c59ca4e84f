"""One action on many requests."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.jobs.models import Job
from home.accounts.models import User
from service_requests.history.reasons import BULK, read
from service_requests.notices.models import Notice
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.actions import NotPossible, assign_many, move_many
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory


@pytest.fixture
def unit(db: None) -> DepartmentFactory:
    return DepartmentFactory()


@pytest.fixture
def supervisor(unit: DepartmentFactory) -> User:
    return UserFactory(supervisor=True, departments=[unit])


def many(unit: DepartmentFactory, count: int, **traits: object) -> list[ServiceRequest]:
    service, applicant = ServicePageFactory(department=unit), UserFactory(citizen=True)
    return [ServiceRequestFactory(service=service, applicant=applicant, **traits) for _serial in range(count)]


def keys(requests: list[ServiceRequest]) -> list[int]:
    return [request.pk for request in requests]


def test_those_that_can_move_do_and_the_others_are_told(unit: DepartmentFactory, supervisor: User) -> None:
    fit, closed = many(unit, 2, in_review=True), many(unit, 1, rejected=True)

    done = move_many(keys(fit + closed), Kind.APPROVE, by=supervisor, note="دفعة")

    assert done.changed == 2
    assert [refusal.number for refusal in done.refused] == [closed[0].number]
    assert ServiceRequest.objects.filter(status=Status.COMPLETED).count() == 2


def test_each_moved_request_has_its_history_message_notice_and_job(unit: DepartmentFactory, supervisor: User) -> None:
    requests = many(unit, 3, in_review=True)

    move_many(keys(requests), Kind.REJECT, by=supervisor, note="ناقص")

    rows = ServiceRequest.history.filter(id__in=keys(requests), history_type="~")
    assert {(row.history_user, read(row.history_change_reason).source) for row in rows} == {(supervisor, BULK)}
    assert rows.count() == 3
    assert Message.objects.filter(kind=Message.Kind.DECISION, text="ناقص").count() == 3
    assert Notice.objects.filter(event=Kind.REJECT, channel="sms").count() == 3
    due = Notice.objects.filter(event=Kind.REJECT, state="due").order_by("pk").values_list("public_id", flat=True)
    assert Job.objects.get(kind="deliver_notices").arguments == {"notices": [str(public_id) for public_id in due]}


def test_foreign_requests_are_left_alone_even_by_their_ids(supervisor: User) -> None:
    foreign = ServiceRequestFactory(in_review=True)

    done = move_many([foreign.pk], Kind.APPROVE, by=supervisor, note="دفعة")

    assert done.changed == 0
    assert ServiceRequest.objects.get(pk=foreign.pk).status == Status.IN_REVIEW


def test_a_bulk_move_needs_a_note_and_the_right(unit: DepartmentFactory, supervisor: User) -> None:
    request = many(unit, 1)[0]
    clerk, auditor = UserFactory(clerk=True, departments=[unit]), UserFactory(auditor=True, departments=[unit])

    with pytest.raises(NotPossible):
        move_many([request.pk], Kind.TAKE, by=supervisor, note=" ")
    with pytest.raises(PermissionDenied):
        move_many([request.pk], Kind.TAKE, by=auditor, note="دفعة")
    with pytest.raises(PermissionDenied):
        assign_many([request.pk], by=clerk, to=clerk)


def test_own_requests_of_the_one_who_moves_stay(unit: DepartmentFactory, supervisor: User) -> None:
    own = ServiceRequestFactory(department=unit, applicant=supervisor, in_review=True)

    done = move_many([own.pk], Kind.APPROVE, by=supervisor, note="لي")

    assert (done.changed, len(done.refused)) == (0, 1)


def test_many_are_assigned_and_the_rest_are_told(unit: DepartmentFactory, supervisor: User) -> None:
    clerk = UserFactory(clerk=True, departments=[unit])
    open_, closed = many(unit, 2), many(unit, 1, approved=True)
    elsewhere = ServiceRequestFactory(department=DepartmentFactory(organisation=unit.organisation))

    done = assign_many(keys([*open_, *closed, elsewhere]), by=supervisor, to=clerk, reason="توزيع")

    assert done.changed == 2
    assert {refusal.number for refusal in done.refused} == {closed[0].number, elsewhere.number}
    assert ServiceRequest.objects.filter(assignee=clerk).count() == 2


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(count: int, unit: DepartmentFactory, supervisor: User) -> None:
    requests = many(unit, count, in_review=True)
    supervisor.get_all_permissions()

    with CaptureQueriesContext(connection) as queries:
        move_many(keys(requests), Kind.APPROVE, by=supervisor, note="دفعة")

    # His posts and the bodies below his, once. Lock and judge, dates, calendar, promise, update, clocks of their own,
    # history, messages; who applied, texts and channels of the bodies, appointments, notices (SQLite
    # takes them in two), jobs; and the transaction
    # around them.
    written = [query for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(written) <= 17
