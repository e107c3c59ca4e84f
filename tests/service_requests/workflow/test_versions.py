"""A workflow that is edited while requests run: nothing changes for them until they are moved."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.history.reasons import NEWER_WORKFLOW, read
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, choose
from service_requests.workflow.versions import foresee, move_to_newest
from services_catalog.organisations.models import Department
from services_catalog.processes.models import Workflow, WorkflowVersion
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.services_catalog.processes.building import outcome, rewritten, stage, three_stages, workflow_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow(unit: Department) -> Workflow:
    return workflow_with(three_stages(), organisation=unit.organisation)


@pytest.fixture
def running(workflow: Workflow, unit: Department) -> list[ServiceRequest]:
    """Two that were received and one that is worked on."""
    service = ServicePageFactory(workflow=workflow, department=unit)
    return [ServiceRequestFactory(service=service, stage=key) for key in ("received", "received", "work")]


def without_work(workflow: Workflow) -> Workflow:
    """Editors take the stage “work” away and put “study” in its place."""
    return rewritten(
        workflow,
        [
            stage("received", "submitted", outcome("take", "study", "take")),
            stage("study", "in_review", outcome("finish", "done", "approve")),
            stage("done", "completed"),
        ],
    )


def both(workflow: Workflow) -> tuple[WorkflowVersion, WorkflowVersion]:
    return workflow.versions.get(number=1), workflow.versions.get(number=2)


def test_requests_in_a_stage_that_was_removed_are_worked_to_their_end(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    request = ServiceRequest.objects.get(pk=running[2].pk)

    choose(request, "finish", by=supervisor)

    assert request.stage_key == "done"
    assert request.workflow_version.number == 1


def test_new_requests_begin_with_the_newest_version(workflow: Workflow, running: list[ServiceRequest]) -> None:
    without_work(workflow)

    later = ServiceRequestFactory(service=running[0].service)

    assert later.workflow_version.number == 2


def test_a_preview_counts_them_by_stage_and_names_those_that_are_gone(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)

    foreseen = foresee(*both(workflow), by=supervisor)

    assert [(one.stage.key, one.count, one.stays is None) for one in foreseen.standing] == [
        ("received", 2, False),
        ("work", 1, True),
    ]


def test_all_of_them_are_moved_with_their_history(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    old, newest = both(workflow)
    since = running[0].stage_since

    moved = move_to_newest(old, newest, by=supervisor, reason="مسار جديد", goes={"work": "study"})

    stored = list(ServiceRequest.objects.order_by("pk"))
    assert moved == 3
    assert [one.stage_key for one in stored] == ["received", "received", "study"]
    assert [one.status for one in stored] == ["submitted", "submitted", "in_review"]
    assert {one.workflow_version_id for one in stored} == {newest.pk}
    assert stored[0].stage_since == since
    assert stored[2].stage_since > running[2].stage_since
    for one in stored:
        row = ServiceRequest.history.filter(id=one.pk).first()
        told = read(row.history_change_reason)
        assert (row.history_user, told.source, told.words) == (supervisor, NEWER_WORKFLOW, "مسار جديد")
        assert (row.workflow_version_id, row.stage_key) == (newest.pk, one.stage_key)
        assert ServiceRequest.history.filter(id=one.pk, history_type="~").count() == 1


def test_without_a_place_for_those_whose_stage_is_gone_nothing_is_moved(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    old, newest = both(workflow)

    for goes in ({}, {"work": "nowhere"}, {"work": "done"}):
        with pytest.raises(NotPossible):
            move_to_newest(old, newest, by=supervisor, reason="مسار جديد", goes=goes)
    with pytest.raises(NotPossible):
        move_to_newest(old, newest, by=supervisor, reason=" ", goes={"work": "study"})

    assert set(ServiceRequest.objects.values_list("workflow_version", flat=True)) == {old.pk}


def test_whoever_goes_to_a_stage_of_another_department_is_there_afterwards(
    workflow: Workflow, running: list[ServiceRequest], unit: Department, supervisor: User
) -> None:
    roads = DepartmentFactory(organisation=unit.organisation, key="roads")
    rewritten(
        workflow,
        [
            stage("received", "submitted", outcome("take", "study", "take")),
            stage("study", "in_review", outcome("finish", "done", "approve"), place="named", department="roads"),
            stage("done", "completed"),
        ],
    )
    clerk = UserFactory(clerk=True, departments=[unit])
    ServiceRequest.objects.update(assignee=clerk)

    move_to_newest(*both(workflow), by=supervisor, reason="مسار جديد", goes={"work": "study"})

    stored = list(ServiceRequest.objects.order_by("pk"))
    assert [one.department for one in stored] == [unit, unit, roads]
    assert [one.assignee for one in stored] == [clerk, clerk, None]
    assert running[2].history.first().department_id == roads.pk


def test_a_stage_that_was_given_to_another_department_takes_its_requests_along(
    workflow: Workflow, running: list[ServiceRequest], unit: Department, supervisor: User
) -> None:
    roads = DepartmentFactory(organisation=unit.organisation, key="roads")
    written = three_stages()
    written[1]["value"] |= {"place": "named", "department": "roads"}
    rewritten(workflow, written)

    move_to_newest(*both(workflow), by=supervisor, reason="إدارة أخرى", goes={})

    assert [one.department for one in ServiceRequest.objects.order_by("pk")] == [unit, unit, roads]


def test_what_was_referred_by_hand_stays_where_the_stage_says_nothing_new(
    workflow: Workflow, running: list[ServiceRequest], unit: Department, supervisor: User
) -> None:
    written = three_stages()
    written[1]["value"] |= {"place": "named", "department": unit.key}
    rewritten(workflow, written)
    move_to_newest(*both(workflow), by=supervisor, reason="إدارة", goes={})
    roads = DepartmentFactory(organisation=unit.organisation, key="roads")
    ServiceRequest.objects.filter(stage_key="work").update(department=roads)
    written[2]["value"]["label"] = {"ar": "منجز", "en": "Closed"}
    rewritten(workflow, written)

    move_to_newest(
        workflow.versions.get(number=2), workflow.versions.get(number=3), by=supervisor, reason="تسمية", goes={}
    )

    assert ServiceRequest.objects.get(stage_key="work").department == roads


def test_closed_requests_those_of_other_bodies_and_ones_own_stay(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    service = running[0].service
    closed = ServiceRequestFactory(service=service, stage="done", closed_at=running[0].submitted_at, outcome="finish")
    own = ServiceRequestFactory(service=service, applicant=supervisor)
    foreign = ServiceRequestFactory(service=ServicePageFactory(workflow=workflow))
    without_work(workflow)
    old, newest = both(workflow)

    moved = move_to_newest(old, newest, by=supervisor, reason="مسار جديد", goes={"work": "study"})

    assert moved == 3
    stayed = ServiceRequest.objects.filter(workflow_version=old).values_list("pk", flat=True)
    assert set(stayed) == {closed.pk, own.pk, foreign.pk}


def test_a_clerk_may_not_move_them(workflow: Workflow, running: list[ServiceRequest], unit: Department) -> None:
    without_work(workflow)
    old, newest = both(workflow)

    with pytest.raises(PermissionDenied):
        move_to_newest(old, newest, by=UserFactory(clerk=True, departments=[unit]), reason="x", goes={"work": "study"})


def test_however_many_there_are_they_are_moved_by_as_many_statements(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    old, newest = both(workflow)

    def statements(count: int) -> int:
        for _number in range(count):
            ServiceRequestFactory(service=running[0].service, workflow_version=old)
        with CaptureQueriesContext(connection) as queries:
            move_to_newest(old, newest, by=supervisor, reason="مسار", goes={"work": "study"})
        return len(queries)

    statements(1)  # rights are read once

    assert statements(2) == statements(20)


def test_a_clerk_who_saw_the_older_version_is_told(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User, unit: Department
) -> None:
    clerk = UserFactory(clerk=True, departments=[unit])
    seen_before = ServiceRequest.objects.get(pk=running[2].pk)
    without_work(workflow)
    move_to_newest(*both(workflow), by=supervisor, reason="مسار", goes={"work": "study"})

    with pytest.raises(NotPossible):
        choose(seen_before, "finish", by=clerk)


def test_the_page_asks_with_counts_and_moves_them(
    client: Client, workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    client.force_login(supervisor)
    page = reverse("workflows_move", args=[workflow.pk, 1])
    seen = client.get(page).context["foreseen"].mark

    listed = client.get(reverse("workflows_versions", args=[workflow.pk]))
    missing = client.post(page, {"seen": seen, "reason": "", "goes_work": ""})
    ServiceRequestFactory(service=running[0].service, workflow_version=both(workflow)[0])
    changed = client.post(page, {"seen": seen, "reason": "مسار", "goes_work": "study"})
    seen = changed.context["foreseen"].mark
    done = client.post(page, {"seen": seen, "reason": "مسار", "goes_work": "study"})

    assert page in listed.content.decode()
    assert [(row.number, row.usage.open) for row in listed.context["rows"]] == [(2, 0), (1, 3)]
    assert (missing.status_code, changed.status_code, done.status_code) == (422, 422, 302)
    assert set(missing.context["form"].errors) == {"reason", "goes_work"}
    assert both(workflow)[0].pk not in ServiceRequest.objects.values_list("workflow_version", flat=True)


def test_the_page_is_not_there_for_clerks_auditors_and_other_bodies(
    client: Client, workflow: Workflow, running: list[ServiceRequest], unit: Department
) -> None:
    without_work(workflow)
    page = reverse("workflows_move", args=[workflow.pk, 1])
    others = (
        UserFactory(clerk=True, departments=[unit]),
        UserFactory(auditor=True, departments=[unit]),
        UserFactory(supervisor=True, departments=[DepartmentFactory()]),
    )

    for person in others:
        client.force_login(person)
        assert client.get(page).status_code == 404


def test_a_workflow_that_requests_run_on_is_not_deleted_and_says_so(
    client: Client, workflow: Workflow, running: list[ServiceRequest], unit: Department
) -> None:
    running[0].service.workflow = None
    running[0].service.save()
    client.force_login(UserFactory(editor=True, departments=[unit]))
    page = reverse(Workflow.snippet_viewset.get_url_name("delete"), args=[workflow.pk])  # type: ignore[attr-defined]

    client.post(page)

    assert Workflow.objects.filter(pk=workflow.pk).exists()


def test_the_history_of_a_request_tells_that_it_went_on_by_a_newer_version(
    client: Client, workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    without_work(workflow)
    move_to_newest(*both(workflow), by=supervisor, reason="توحيد المسار", goes={"work": "study"})
    client.force_login(supervisor)

    page = client.get(reverse("requests:inspect", args=[running[2].public_id])).content.decode()

    assert "توحيد المسار" in page


def test_where_no_stage_is_gone_nobody_is_asked_and_the_time_runs_on(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    written = three_stages()
    written[1]["value"]["label"] = {"ar": "قيد العمل", "en": "At work"}
    rewritten(workflow, written)

    moved = move_to_newest(*both(workflow), by=supervisor, reason="تسمية", goes={})

    assert moved == 3
    assert [one.stage_since for one in ServiceRequest.objects.order_by("pk")] == [one.stage_since for one in running]


def test_whoever_is_moved_is_due_by_the_newest_version(
    workflow: Workflow, running: list[ServiceRequest], supervisor: User
) -> None:
    rewritten(
        workflow,
        [
            stage("received", "submitted", outcome("take", "work", "take")),
            stage("work", "in_review", outcome("finish", "done", "approve"), target={"amount": 2, "unit": "days"}),
            stage("done", "completed"),
        ],
    )
    assert running[2].stage_due_at is None

    move_to_newest(*both(workflow), by=supervisor, reason="مهلة جديدة", goes={})
    run_due_jobs()

    assert ServiceRequest.objects.get(pk=running[2].pk).stage_due_at is not None


def test_the_versions_of_a_shared_workflow_tell_of_ones_own_bodies_only(
    client: Client, workflow: Workflow, running: list[ServiceRequest], unit: Department, supervisor: User
) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(organisation=None)
    elsewhere = ServicePageFactory(workflow=workflow, department=DepartmentFactory())
    ServiceRequestFactory.create_batch(4, service=elsewhere, stage="work")
    address = reverse("workflows_versions", args=[workflow.pk])

    for person in (supervisor, UserFactory(editor=True, departments=[unit])):
        client.force_login(person)
        (row,) = client.get(address).context["rows"]
        assert (row.usage.open, row.usage.requests) == (3, 3)
