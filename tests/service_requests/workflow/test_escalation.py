"""The ladder of a stage that takes too long: who is told, who gets it, and each step exactly once."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils.translation import override

from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.staff import StaffNotice
from service_requests.records.models import ServiceRequest
from service_requests.workflow import actions, escalation
from service_requests.workflow.deadlines import Terms
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, Role
from services_catalog.processes.models import WorkflowVersion
from services_catalog.processes.workflow import Alarm, Measure, Rung
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory
from tests.service_requests.workflow.test_deadlines import again, at, clerk, department, submitted

__all__ = ["clerk", "department"]

pytestmark = pytest.mark.django_db


def with_ladder(request: ServiceRequest, *rungs: Rung) -> ServiceRequest:
    """The request under a workflow of its own, whose first stage has this ladder."""
    version = request.workflow_version
    spec = dict(version.spec)
    spec["stages"] = [{**stage, "ladder": []} for stage in spec["stages"]]
    spec["stages"][0]["ladder"] = [rung.model_dump(mode="json") for rung in rungs]
    # Values are remembered by digest: no two tests may share one.
    digest = uuid.uuid4().hex
    made = WorkflowVersion.objects.create(
        digest=digest, workflow=version.workflow, number=1_000 + request.pk, spec=spec
    )
    ServiceRequest.objects.filter(pk=request.pk).update(workflow_version=made)
    return again(request)


def told() -> list[tuple[str, str]]:
    return list(StaffNotice.objects.order_by("pk").values_list("recipient__username", "event"))


def post(person: User, department: Department, role: str) -> None:
    Membership.objects.create(user=person, department=department, role=Role.objects.get_or_create(key=role)[0])


def test_whoever_could_take_it_is_told_before_it_is_late(department: Department, clerk: User) -> None:
    # Received on Sunday at 9, due on Monday at 14:30: three quarters of 12½ hours are over on Monday at 11:22.
    request = with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.AMBER))

    with at(2026, 11, 23, 11, 20):
        escalation.escalate()
    assert told() == []
    with at(2026, 11, 23, 11, 23):
        escalation.escalate()
        escalation.escalate()

    assert told() == [(clerk.username, "soon")]
    assert again(request).rungs_done == 1
    row = request.history.first()
    assert (row.history_user, row.history_change_reason) == (None, "escalation: ")


def test_history_tells_most_of_the_time_from_all_of_it(department: Department, clerk: User) -> None:
    request = with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.AMBER), Rung(alarm=Alarm.RED))

    with at(2026, 11, 25, 9):
        escalation.escalate()

    with override("en"):
        late, soon = tell_request(list(timeline_of(request)), None)[:2]
    assert "Those responsible were told that most of its time is over" in soon.title
    assert late.title == "Those responsible were told that it takes too long"


def test_working_hours_lie_between_the_alarm_and_a_later_step(department: Department, clerk: User) -> None:
    with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.RED, hours=3))

    # Due on Monday at 14:30; three working hours later it is Tuesday, 10:30.
    with at(2026, 11, 24, 10, 29):
        escalation.escalate()
    assert told() == []
    with at(2026, 11, 24, 10, 31):
        escalation.escalate()
    assert told() == [(clerk.username, "late")]


def test_it_goes_to_the_holder_of_the_role_who_is_there_and_has_least_to_do(department: Department) -> None:
    request = with_ladder(
        submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.RED, measure=Measure.REASSIGN, role="officer")
    )
    away, busy, free, other = (UserFactory(clerk=True, username=f"clerk-{n}") for n in range(4))
    for person in (away, busy, free):
        post(person, department, "officer")
    post(other, department, "cashier")
    Absence.objects.create(user=away, first_day="2026-11-01", last_day="2026-12-31")
    ServiceRequest.objects.filter(pk=submitted(department, 2026, 11, 26, 9).pk).update(assignee=busy)

    with at(2026, 11, 25, 9):
        escalation.escalate()

    assert again(request).assignee == free
    assert told() == [(free.username, "given")]


def test_it_is_raised_to_those_who_oversee_the_authority_above(department: Department) -> None:
    above = DepartmentFactory(organisation=OrganisationFactory())
    Organisation.objects.filter(pk=department.organisation_id).update(parent=above.organisation)
    chief = UserFactory(supervisor=True, departments=[above])
    UserFactory(clerk=True, departments=[above])
    UserFactory(supervisor=True, departments=[department])
    request = submitted(department, 2026, 11, 22, 9)
    with_ladder(request, Rung(alarm=Alarm.RED, measure=Measure.RAISE))

    with at(2026, 11, 25, 9):
        escalation.escalate()

    assert told() == [(chief.username, "raised")]


def test_where_nobody_holds_the_role_those_who_oversee_are_told(department: Department) -> None:
    chief = UserFactory(supervisor=True, departments=[department])
    with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.RED, role="director"))

    with at(2026, 11, 25, 9):
        escalation.escalate()

    assert told() == [(chief.username, "late")]


def test_nothing_is_escalated_while_it_waits_for_the_citizen(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
        actions.ask_citizen(request, by=clerk, text="سؤال")

    with at(2027, 1, 5, 9):
        escalation.escalate()

    assert told() == []


def test_the_ladder_begins_again_in_another_stage(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 24, 9):
        escalation.escalate()
    done = again(request).rungs_done
    with at(2026, 11, 24, 10):
        actions.take(again(request), by=clerk)

    assert (done, again(request).rungs_done) == (2, 0)


def test_the_e_mail_names_the_request_and_nobody(department: Department, clerk: User) -> None:
    request = with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.RED))
    with at(2026, 11, 25, 9):
        escalation.escalate()
        run_due_jobs()
        run_due_jobs()

    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == [clerk.email]
    assert request.number in letter.subject
    for personal in (request.applicant_name, request.applicant_identity, request.applicant_mobile):
        assert personal not in letter.subject + letter.body


def test_staff_read_their_own_alerts(client: Client, department: Department, clerk: User) -> None:
    request = with_ladder(submitted(department, 2026, 11, 22, 9), Rung(alarm=Alarm.RED))
    with at(2026, 11, 25, 9):
        escalation.escalate()

    client.force_login(clerk)
    assert request.number in client.get("/admin/alerts/").content.decode()
    client.post("/admin/alerts/")
    assert not StaffNotice.objects.filter(read_at=None).exists()
    client.force_login(UserFactory(clerk=True, departments=[department]))
    assert request.number not in client.get("/admin/alerts/").content.decode()


def together(work: Callable[[ServiceRequest], Any], request: ServiceRequest, workers: int = 4) -> None:
    start = Barrier(workers)

    def one(_number: int) -> None:
        try:
            seen = again(request)
            start.wait(timeout=20)
            work(seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(workers)))


@pytest.fixture
def late(transactional_db: None) -> ServiceRequest:
    unit = DepartmentFactory(organisation__time_zone="Asia/Riyadh")
    UserFactory(clerk=True, departments=[unit])
    return with_ladder(submitted(unit, 2026, 11, 1, 9), Rung(alarm=Alarm.AMBER), Rung(alarm=Alarm.RED))


def test_of_four_workers_each_step_is_taken_by_one(late: ServiceRequest) -> None:
    before = late.history.count()

    together(lambda seen: escalation.take_due_rungs(seen, Terms([seen])), late)

    assert again(late).rungs_done == 2
    assert [event for _name, event in told()] == ["soon", "late"]
    assert late.history.count() == before + 2


def test_without_the_condition_a_step_would_be_taken_twice(late: ServiceRequest) -> None:
    """The control: workers that look first and write then all take it."""
    looked = Barrier(4)

    def weakened(seen: ServiceRequest) -> None:
        looked.wait(timeout=20)
        with transaction.atomic():
            ServiceRequest.objects.filter(pk=seen.pk).update(rungs_done=seen.rungs_done + 1)
            escalation.record_changes([seen.pk], by=None)

    before = late.history.count()

    together(weakened, late)

    assert late.history.count() == before + 4
