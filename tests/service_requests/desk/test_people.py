"""Who works where, who is away, and what becomes of the open work of those who go."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import User
from service_requests.desk.leaving import list_of
from service_requests.desk.people import units_for
from service_requests.desk.today import today_of
from service_requests.history.writing import record_changes
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from services_catalog.duties import limit_post
from services_catalog.organisations.models import Absence, Department, Membership, Role
from tests.factories import (
    DepartmentFactory,
    MembershipFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body

PEOPLE = "/admin/people/"
GONE = "لم يعد يعمل هنا"


def url(model: Any, view: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def absence(person: User, *, begins: int = 0, ends: int = 3) -> Absence:
    today = timezone.localdate()
    return Absence.objects.create(
        user=person, first_day=today + timedelta(days=begins), last_day=today + timedelta(days=ends)
    )


def work(unit: Department, person: User | None, count: int = 1, **more: Any) -> list[ServiceRequest]:
    service = more.pop("service", None) or ServicePageFactory(department=unit)
    return [
        ServiceRequestFactory(department=unit, service=service, stage="review", assignee=person, **more)
        for _serial in range(count)
    ]


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# --- Who went ----------------------------------------------------------------------------------------


def test_the_list_and_the_detail_say_that_the_person_in_charge_no_longer_works_there(
    overseer: Client, unit: Department
) -> None:
    gone = UserFactory(clerk=True, full_name="سالم المنقول", departments=[unit])
    (case,) = work(unit, gone)
    assert GONE not in body(overseer.get("/admin/requests/"))

    gone.memberships.all().delete()

    for address in ("/admin/requests/", f"/admin/requests/{case.public_id}/", PEOPLE):
        text = body(overseer.get(address))
        assert "سالم المنقول" in text
        assert GONE in text


def test_the_list_can_be_narrowed_to_a_colleague_who_went_and_his_work_be_given_to_another(
    overseer: Client, unit: Department, clerk: User
) -> None:
    gone = UserFactory(clerk=True)
    (left,), (other,) = work(unit, gone), work(unit, clerk)

    text = body(overseer.get(list_of(gone)))
    assert left.number in text
    assert other.number not in text
    overseer.post(reverse("requests:act", args=[left.public_id, "assign"]), {"to": clerk.pk, "reason": "نُقل"})
    assert ServiceRequest.objects.get(pk=left.pk).assignee == clerk


def test_a_clerk_cannot_look_at_the_work_of_one_colleague(desk: Client, unit: Department, clerk: User) -> None:
    colleague = UserFactory(clerk=True, full_name=CANARY, departments=[unit])
    work(unit, clerk)

    # What he asked for is no filter of his.
    assert CANARY not in body(desk.get(list_of(colleague)))


def test_removing_a_post_says_how_many_open_requests_are_left_behind(overseer: Client, unit: Department) -> None:
    person = UserFactory(clerk=True, full_name="فهد المغادر", departments=[unit])
    work(unit, person, 3)
    work(DepartmentFactory(), person)
    ServiceRequestFactory(department=unit, approved=True, assignee=person)
    post = person.memberships.get()

    text = body(overseer.get(url(Membership, "delete", post.pk)))
    bulk = body(overseer.get(f"/admin/bulk/organisations/membership/delete/?id={post.pk}"))

    for shown in (text, bulk):
        assert "فهد المغادر" in shown
        assert f"person={person.public_id}&amp;department={unit.pk}" in shown
    assert "3" in text


def test_a_post_moved_to_another_department_tells_of_what_stays_behind(
    overseer: Client, unit: Department, supervisor: User
) -> None:
    person = UserFactory(clerk=True, departments=[unit])
    work(unit, person, 2)
    elsewhere = DepartmentFactory(organisation=unit.organisation)
    post = person.memberships.get()

    answer = overseer.post(
        url(Membership, "edit", post.pk), {"user": person.pk, "department": elsewhere.pk}, follow=True
    )

    assert Membership.objects.get(pk=post.pk).department == elsewhere
    assert person.get_full_name() in said(answer)
    assert f"person={person.public_id}" in said(answer)


# --- Absences ----------------------------------------------------------------------------------------


@pytest.fixture
def substitute(unit: Department) -> User:
    person: User = UserFactory(clerk=True, full_name="بدر البديل")
    return person


@pytest.fixture
def holder(unit: Department, substitute: User) -> User:
    person: User = UserFactory(clerk=True, full_name="غانم الغائب")
    MembershipFactory(user=person, department=unit, substitute=substitute)
    return person


def test_writing_an_absence_down_tells_of_open_work_and_offers_to_hand_it_over(
    overseer: Client, unit: Department, holder: User
) -> None:
    work(unit, holder, 2)
    today = timezone.localdate().isoformat()

    answer = overseer.post(url(Absence, "add"), {"user": holder.pk, "first_day": today, "last_day": today}, follow=True)

    made = Absence.objects.get()
    assert made.user == holder
    assert f"/admin/absences/{made.pk}/hand-over/" in said(answer)


def test_open_work_goes_to_the_substitute_in_one_action_with_its_history(
    overseer: Client, unit: Department, holder: User, substitute: User, supervisor: User
) -> None:
    requests, address = work(unit, holder, 2), f"/admin/absences/{absence(holder).pk}/hand-over/"
    assert "بدر البديل" in body(overseer.get(address))
    assert ServiceRequest.objects.filter(assignee=holder).count() == 2

    overseer.post(address)

    assert ServiceRequest.objects.filter(assignee=substitute).count() == 2
    row = ServiceRequest.history.filter(id=requests[0].pk).latest("history_id")
    assert (row.assignee, row.history_user) == (substitute, supervisor)


def test_what_nobody_stands_in_for_stays_and_is_told(
    overseer: Client, unit: Department, holder: User, substitute: User
) -> None:
    elsewhere = DepartmentFactory(organisation=unit.organisation)
    MembershipFactory(user=holder, department=elsewhere)
    (mine,), (left,) = work(unit, holder), work(elsewhere, holder)

    answer = overseer.post(f"/admin/absences/{absence(holder).pk}/hand-over/", follow=True)

    assert ServiceRequest.objects.get(pk=mine.pk).assignee == substitute
    assert ServiceRequest.objects.get(pk=left.pk).assignee == holder
    assert left.number in said(answer)


def test_a_limited_post_hands_over_its_services_only(
    overseer: Client, unit: Department, holder: User, substitute: User
) -> None:
    service = ServicePageFactory(department=unit)
    (mine,), (other,) = work(unit, holder, service=service), work(unit, holder)
    limit_post(holder.memberships.get(), [service.pk])

    overseer.post(f"/admin/absences/{absence(holder).pk}/hand-over/")

    assert ServiceRequest.objects.get(pk=mine.pk).assignee == substitute
    assert ServiceRequest.objects.get(pk=other.pk).assignee == holder


def test_before_the_first_day_nothing_goes_to_who_has_no_post_there(
    overseer: Client, unit: Department, holder: User
) -> None:
    (case,) = work(unit, holder)

    answer = overseer.post(f"/admin/absences/{absence(holder, begins=2).pk}/hand-over/", follow=True)

    assert ServiceRequest.objects.get(pk=case.pk).assignee == holder
    assert case.number in said(answer)


def test_handing_over_is_for_who_may_assign_in_that_body(
    client: Client, unit: Department, holder: User, substitute: User
) -> None:
    work(unit, holder)
    address = f"/admin/absences/{absence(holder).pk}/hand-over/"
    foreign = UserFactory(supervisor=True, departments=[DepartmentFactory()])

    for person, status in (
        (UserFactory(clerk=True, departments=[unit]), 404),
        (UserFactory(auditor=True, departments=[unit]), 403),
        (foreign, 404),
    ):
        client.force_login(person)
        client.raise_request_exception = False
        assert client.get(address).status_code in {status, 302}
        assert client.post(address).status_code in {status, 302}

    assert not ServiceRequest.objects.filter(assignee=substitute).exists()


# --- People and posts --------------------------------------------------------------------------------


def test_posts_are_shown_with_absence_substitute_and_open_work(
    overseer: Client, unit: Department, holder: User, supervisor: User
) -> None:
    work(unit, holder, 2)
    work(unit, None)
    absence(holder)

    (shown,) = units_for(supervisor)
    text = body(overseer.get(PEOPLE))

    row = next(row for row in shown.rows if row.person == "غانم الغائب")
    assert (row.work, row.substitute, row.absent_until) == (
        2,
        "بدر البديل",
        timezone.localdate() + timedelta(days=3),
    )
    assert shown.unassigned == 1
    assert row.work_url.replace("&", "&amp;") in text
    assert f'href="{shown.unassigned_url.replace("&", "&amp;")}"' in text


def test_each_number_leads_to_a_list_of_that_many(overseer: Client, unit: Department, supervisor: User) -> None:
    person = UserFactory(clerk=True, departments=[unit])
    requests = work(unit, person, 2)
    ServiceRequestFactory(department=unit, approved=True, assignee=person)

    (shown,) = units_for(supervisor)

    row = next(row for row in shown.rows if row.work)
    listed = overseer.get(row.work_url).context["object_list"]
    assert {case.pk for case in listed} == {case.pk for case in requests}


def test_bodies_below_are_shown_and_others_are_not(overseer: Client, unit: Department, foreign: ServiceRequest) -> None:
    below = DepartmentFactory(
        organisation=OrganisationFactory(parent=unit.organisation), name={"ar": "إدارة الفرع", "en": "Branch"}
    )
    MembershipFactory(department=below, user=UserFactory(clerk=True, full_name="موظف الفرع"))
    beside = MembershipFactory(user=UserFactory(clerk=True, full_name=CANARY))
    work(beside.department, beside.user)

    text = body(overseer.get(PEOPLE))

    assert "موظف الفرع" in text
    assert CANARY not in text


@pytest.mark.parametrize("role", ["clerk", "editor"])
def test_who_does_not_oversee_finds_no_such_page(role: str, client: Client, unit: Department) -> None:
    client.force_login(UserFactory(**{role: True}, departments=[unit]))

    assert client.get(PEOPLE).status_code == 404
    assert PEOPLE not in body(client.get("/admin/"))


@pytest.mark.parametrize("count", [1, 15])
def test_people_and_posts_take_the_same_queries_for_any_number(count: int, unit: Department, supervisor: User) -> None:
    role = Role.objects.first()
    for _serial in range(count):
        person = UserFactory(clerk=True)
        post = Membership.objects.create(user=person, department=unit, role=role)
        (case,) = work(unit, person)
        limit_post(post, [case.service_id])
        work(unit, UserFactory(clerk=True))
    supervisor.get_all_permissions()

    with CaptureQueriesContext(connection) as queries:
        units_for(supervisor)

    assert len(queries) <= 16, [query["sql"][:90] for query in queries]


# --- What was done today -------------------------------------------------------------------------------


def row_of(page: str, name: str) -> str:
    return next(row for row in page.split("<tr>") if name in row)


def test_who_oversees_sees_what_each_did_today_and_what_is_late(
    overseer: Client, unit: Department, clerk: User
) -> None:
    clerk.full_name = "ريم المتابعة"
    clerk.save()
    idle = UserFactory(clerk=True, full_name="فهد الجديد", departments=[unit])
    late, other = work(unit, clerk, 2)
    ServiceRequest.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=2))
    with transaction.atomic():
        record_changes([late.pk, other.pk], by=clerk, at=timezone.now())
        record_changes([late.pk], by=clerk, at=timezone.now() - timedelta(days=2))
    ServiceRequest.objects.filter(pk=other.pk).update(registered_by=clerk)

    page = body(overseer.get(PEOPLE))

    assert "متأخر" in row_of(page, "ريم المتابعة")
    today = today_of(visible_to(User.objects.get(pk=overseer.session["_auth_user_id"])), [unit.pk])
    assert (today[clerk.pk].changes, today[clerk.pk].registered) == (2, 1)
    assert idle.pk not in today
    assert "متأخر" not in row_of(page, "فهد الجديد")


def test_what_was_done_in_another_body_is_not_counted(
    overseer: Client, unit: Department, clerk: User, foreign: ServiceRequest
) -> None:
    with transaction.atomic():
        record_changes([foreign.pk], by=clerk, at=timezone.now())

    assert "آخرها" not in body(overseer.get(PEOPLE))
