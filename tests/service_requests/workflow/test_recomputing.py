"""A calendar or a promise changes while requests run: what is open is due by the new one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from cms.jobs.models import Job, JobState
from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow import actions, recomputing
from services_catalog.models import DurationUnit
from services_catalog.organisations.calendars import Closure, WorkingCalendar
from services_catalog.organisations.models import Department
from tests.factories import OrganisationFactory, UserFactory
from tests.service_requests.workflow.test_deadlines import again, at, clerk, department, local, riyadh, submitted

__all__ = ["clerk", "department"]

pytestmark = pytest.mark.django_db
RIYADH = ZoneInfo("Asia/Riyadh")


def calendar_of(department: Department) -> WorkingCalendar:
    return WorkingCalendar.objects.get(organisation=department.organisation)


def close(department: Department, *days: datetime) -> None:
    calendar = calendar_of(department)
    calendar.close_on([Closure(day.date()) for day in days])
    calendar.save()


def test_a_new_holiday_moves_the_due_dates_of_open_requests(department: Department) -> None:
    request = submitted(department, 2026, 11, 22, 9)

    close(department, riyadh(2026, 11, 23), riyadh(2026, 11, 25))
    run_due_jobs()

    assert local(again(request).due_at) == riyadh(2026, 12, 1, 14, 30)
    assert local(again(request).stage_due_at) == riyadh(2026, 11, 24, 14, 30)


def test_what_was_paused_before_the_change_is_right_after_it(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
    with at(2026, 11, 23, 10):
        actions.ask_citizen(request, by=clerk, text="سؤال")
    close(department, riyadh(2026, 11, 26))
    run_due_jobs()
    assert again(request).due_at is None

    with at(2026, 11, 25, 10):
        actions.answer(again(request), by=request.applicant, text="جواب")

    # Two working days of pause, and the 26th: due as if all of it had been known from the first day.
    assert local(again(request).due_at) == riyadh(2026, 12, 2, 14, 30)


def test_a_pause_that_is_over_still_counts_after_the_change(department: Department, clerk: User) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(request, by=clerk)
    with at(2026, 11, 23, 10):
        actions.ask_citizen(request, by=clerk, text="سؤال")
    with at(2026, 11, 25, 10):
        actions.answer(again(request), by=request.applicant, text="جواب")

    close(department, riyadh(2026, 11, 26))
    run_due_jobs()

    assert local(again(request).due_at) == riyadh(2026, 12, 2, 14, 30)


def test_closed_requests_and_those_of_other_bodies_stay_as_they_are(department: Department, clerk: User) -> None:
    closed = submitted(department, 2026, 11, 22, 9)
    with at(2026, 11, 22, 10):
        actions.take(closed, by=clerk)
        actions.approve(closed, by=clerk)
    before = again(closed).due_at
    WorkingCalendar.objects.create(organisation=OrganisationFactory(), hours={"sat": ["09:00-10:00"]})
    open_one = submitted(department, 2026, 11, 22, 9)

    close(department, riyadh(2026, 11, 23))
    run_due_jobs()

    assert again(closed).due_at == before
    assert again(open_one).due_at != before
    last = Job.objects.filter(arguments__organisation=department.organisation_id).latest("pk")
    assert (last.done, last.total) == (1, 1)


def test_a_service_that_promises_another_duration_is_counted_again(department: Department) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    Job.objects.all().delete()
    page = request.service
    page.duration, page.duration_unit = 2, DurationUnit.WORKING_DAYS

    page.save_revision().publish()
    run_due_jobs()

    assert local(again(request).due_at) == riyadh(2026, 11, 24, 14, 30)
    page.refresh_from_db()
    page.save_revision().publish()
    assert Job.objects.filter(kind=recomputing.RECOMPUTE).count() == 1


def test_every_batch_is_counted_and_told(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 2)
    requests = [submitted(department, 2026, 11, 22, hour) for hour in (8, 9, 10, 11, 12)]
    Job.objects.all().delete()

    close(department, riyadh(2026, 11, 23))
    run_due_jobs()

    assert {local(again(request).due_at) for request in requests} == {riyadh(2026, 11, 30, 14, 30)}
    job = Job.objects.get(kind=recomputing.RECOMPUTE)
    assert (job.done, job.total, job.state) == (5, 5, JobState.DONE)


def test_recounting_leaves_no_trace_in_the_history_of_requests(department: Department) -> None:
    request = submitted(department, 2026, 11, 22, 9)
    rows, changed = request.history.count(), again(request).updated_at

    close(department, riyadh(2026, 11, 23))
    run_due_jobs()

    assert (request.history.count(), again(request).updated_at) == (rows, changed)


def test_whoever_changed_the_calendar_sees_how_far_it_is(client: Client, department: Department) -> None:
    client.force_login(UserFactory(supervisor=True, departments=[department]))
    submitted(department, 2026, 11, 22, 9)
    Job.objects.all().delete()

    client.post(f"/admin/working-calendars/{calendar_of(department).pk}/holidays/", {"year": "2027"})

    job = Job.objects.get(kind=recomputing.RECOMPUTE)
    address = f"/admin/due-dates/{job.pk}/"
    calendar_page = f"/admin/snippets/organisations/workingcalendar/edit/{calendar_of(department).pk}/"
    assert address in client.get(calendar_page).content.decode()
    assert client.get(address).status_code == 200
    run_due_jobs()
    assert client.get(address).context["is_done"]
    client.force_login(UserFactory(supervisor=True))
    assert client.get(address).status_code == 404
    assert ServiceRequest.objects.count() == 1
