"""What a person may do with a request: by his posts, by those he stands in for, and by what he did on it before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.accounts.models import User
from service_requests.history.writing import chosen_before
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.actions import NotPossible, assign, assign_many, choose, move_many
from service_requests.workflow.permissions import gone_from, permitted, staff_of
from services_catalog.duties import limit_post
from services_catalog.organisations.models import Absence, Department, Membership, Role
from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind, Outcome, Stage
from services_catalog.processes.workflow import Workflow as Value
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)


def words(text: str) -> dict[str, str]:
    return {"ar": text, "en": text}


# Who sets the amount may not collect it, and who did either may not approve.
CENTRE = Value(
    key="centre-of-the-tests",
    name=words("Centre"),
    stages=(
        Stage(
            key="check",
            label=words("Check"),
            status=Status.IN_REVIEW,
            roles=("delegate",),
            outcomes=(Outcome(key="set_amount", label=words("Set the amount"), target="payment"),),
        ),
        Stage(
            key="payment",
            label=words("Payment"),
            status=Status.WAITING_PAYMENT,
            roles=("delegate",),
            outcomes=(
                Outcome(
                    key="paid",
                    label=words("Collect"),
                    target="approval",
                    roles=("cashier",),
                    apart_from=("set_amount",),
                ),
                Outcome(key="back", label=words("Back"), target="check"),
            ),
        ),
        Stage(
            key="approval",
            label=words("Approval"),
            status=Status.IN_PROGRESS,
            outcomes=(
                Outcome(
                    key="approve",
                    label=words("Approve"),
                    target="done",
                    kind=Kind.APPROVE,
                    apart_from=("set_amount", "paid"),
                ),
            ),
        ),
        Stage(key="done", label=words("Done"), status=Status.COMPLETED),
    ),
)

Case = Callable[..., ServiceRequest]


@pytest.fixture
def unit(db: None) -> Department:
    unit: Department = DepartmentFactory()
    return unit


@pytest.fixture
def version(db: None) -> WorkflowVersion:
    kept = Workflow.objects.create(key=CENTRE.key, name=CENTRE.name, stages="[]")
    return WorkflowVersion.objects.create(
        digest=digest_of(CENTRE), workflow=kept, number=2, spec=CENTRE.model_dump(mode="json")
    )


@pytest.fixture
def case(unit: Department, version: WorkflowVersion) -> Case:
    service = ServicePageFactory(department=unit)

    def made(stage: str = "check", **more: Any) -> ServiceRequest:
        request: ServiceRequest = ServiceRequestFactory(
            **{"service": service, "department": unit, "workflow_version": version, "stage": stage, **more}
        )
        return request

    return made


def post(person: User, unit: Department, role: str = "", **more: Any) -> Membership:
    kept = Role.objects.get_or_create(key=role, defaults={"name": words(role)})[0] if role else None
    made: Membership = Membership.objects.create(user=person, department=unit, role=kept, **more)
    return made


def clerk(unit: Department | None = None, *roles: str) -> User:
    person: User = UserFactory(clerk=True)
    for role in roles or ("",):
        if unit:
            post(person, unit, role)
    return person


def away(person: User, *, begins: int = 0, ends: int = 0) -> Absence:
    today = timezone.localdate()
    return Absence.objects.create(
        user=person, first_day=today + timedelta(days=begins), last_day=today + timedelta(days=ends)
    )


def offered(request: ServiceRequest, person: User) -> list[str]:
    return [outcome.key for outcome in permitted(request, person)]


# --- Posts and what they show ------------------------------------------------------------------------


def test_a_post_limited_to_a_service_shows_and_allows_that_service_only(unit: Department, case: Case) -> None:
    mine, other = case(), case(service=ServicePageFactory(department=unit))
    person = UserFactory(clerk=True)
    limit_post(post(person, unit, "delegate"), [mine.service_id])

    assert list(visible_to(person)) == [mine]
    assert offered(mine, person) == ["set_amount"]
    with pytest.raises(NotPossible):
        choose(other, "set_amount", by=person)


def test_a_post_without_services_is_for_all_of_its_department_beside_a_limited_one(
    unit: Department, case: Case
) -> None:
    mine, other = case(stage="payment"), case(stage="payment", service=ServicePageFactory(department=unit))
    person = clerk(unit, "delegate")
    limit_post(post(person, unit, "cashier"), [mine.service_id])

    assert set(visible_to(person)) == {mine, other}
    assert offered(mine, person) == ["paid", "back"]
    assert offered(other, person) == ["back"]


def test_a_substitute_has_the_post_while_its_holder_is_absent(unit: Department, case: Case) -> None:
    request, holder, substitute = case(), UserFactory(clerk=True), clerk()
    post(holder, unit, "delegate", substitute=substitute)
    assert not visible_to(substitute).exists()

    away(holder)

    assert list(visible_to(substitute)) == [request]
    assert offered(request, substitute) == ["set_amount"]
    choose(request, "set_amount", by=substitute)


@pytest.mark.parametrize(("begins", "ends", "has_it"), [(-3, -1, False), (-3, 0, True), (0, 3, True), (1, 3, False)])
def test_the_first_and_the_last_day_belong_to_an_absence(
    begins: int, ends: int, has_it: bool, unit: Department, case: Case
) -> None:
    case()
    holder, substitute = UserFactory(clerk=True), clerk()
    post(holder, unit, substitute=substitute)
    away(holder, begins=begins, ends=ends)

    assert visible_to(substitute).exists() is has_it


@pytest.mark.parametrize(("zone", "has_it"), [("Pacific/Auckland", True), ("America/Los_Angeles", False)])
def test_days_are_counted_where_the_organisation_is(zone: str, has_it: bool, case: Case) -> None:
    unit = DepartmentFactory(organisation=OrganisationFactory(time_zone=zone))
    case(department=unit, service=ServicePageFactory(department=unit))
    holder, substitute = UserFactory(clerk=True), clerk()
    post(holder, unit, substitute=substitute)
    # At noon in Greenwich the second of March has begun in Auckland and not in Los Angeles.
    noon = datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("UTC"))
    Absence.objects.create(user=holder, first_day="2027-03-02", last_day="2027-03-02")

    with patch.object(timezone, "now", lambda: noon):
        assert visible_to(substitute).exists() is has_it


def test_who_stands_in_needs_the_rights_of_his_own_groups(unit: Department, case: Case) -> None:
    request, holder = case(), UserFactory(clerk=True)
    editor, auditor = UserFactory(editor=True), UserFactory(auditor=True)
    for role, person in (("delegate", editor), ("cashier", auditor)):
        post(holder, unit, role, substitute=person)
    away(holder)

    assert not visible_to(editor).exists()
    assert list(visible_to(auditor)) == [request]
    assert offered(request, auditor) == offered(request, editor) == []


def test_a_post_is_passed_on_once_only(unit: Department, case: Case) -> None:
    case()
    holder, first, second = UserFactory(clerk=True), UserFactory(clerk=True), clerk()
    post(holder, unit, substitute=first)
    post(first, DepartmentFactory(organisation=unit.organisation), substitute=second)
    away(holder)
    away(first)

    assert not visible_to(second).exists()


def test_who_oversees_a_body_sees_all_bodies_below_it_and_none_above_or_beside(case: Case) -> None:
    authority = OrganisationFactory()
    centre = OrganisationFactory(parent=authority)
    window, beside = OrganisationFactory(parent=centre), OrganisationFactory(parent=authority)
    of = {body.pk: DepartmentFactory(organisation=body) for body in (authority, centre, window, beside)}
    requests = {pk: case(department=unit, organisation=unit.organisation) for pk, unit in of.items()}
    director = UserFactory(supervisor=True, departments=[of[centre.pk]])

    assert set(visible_to(director)) == {requests[centre.pk], requests[window.pk]}
    assert set(visible_to(UserFactory(auditor=True, departments=[of[authority.pk]]))) == set(requests.values())
    assert list(visible_to(clerk(of[authority.pk]))) == [requests[authority.pk]]


def test_a_post_that_is_taken_away_is_gone_with_the_next_click(unit: Department, case: Case, client: Any) -> None:
    person, request = clerk(unit, "delegate"), case()
    client.force_login(person)
    address = f"/admin/requests/{request.public_id}/"
    assert client.get(address).status_code == 200

    person.memberships.all().delete()

    assert client.get(address).status_code == 404


# --- Roles -------------------------------------------------------------------------------------------


def test_an_outcome_is_offered_to_the_roles_it_names_else_to_those_of_its_stage(unit: Department, case: Case) -> None:
    delegate, cashier, plain = clerk(unit, "delegate"), clerk(unit, "cashier"), clerk(unit)

    assert [offered(case("payment"), person) for person in (delegate, cashier, plain)] == [["back"], ["paid"], []]
    assert [offered(case("approval"), person) for person in (delegate, cashier, plain)] == [["approve"]] * 3


def test_a_role_counts_in_the_department_of_the_request_only(unit: Department, case: Case) -> None:
    person = clerk(unit)
    post(person, DepartmentFactory(organisation=unit.organisation), "delegate")

    with pytest.raises(NotPossible, match=str(Role.objects.get(key="delegate"))):
        choose(case(), "set_amount", by=person)


def test_a_role_adds_nothing_to_what_the_groups_allow(unit: Department, case: Case) -> None:
    auditor = UserFactory(auditor=True)
    post(auditor, unit, "delegate")

    assert offered(case(), auditor) == []


def test_a_superuser_needs_no_role(case: Case) -> None:
    request = case()

    choose(request, "set_amount", by=UserFactory(is_superuser=True))

    assert request.stage_key == "payment"


def test_in_bulk_those_of_ones_role_move_and_the_others_are_told(unit: Department, case: Case) -> None:
    elsewhere = DepartmentFactory(organisation=unit.organisation)
    person = clerk(unit, "delegate")
    post(person, elsewhere)
    mine, others = [case(), case()], [case(department=elsewhere)]

    done = move_many([request.pk for request in mine + others], "set_amount", by=person, note="دفعة")

    assert done.changed == 2
    assert [(refusal.number, str(Role.objects.get(key="delegate")) in refusal.why) for refusal in done.refused] == [
        (others[0].number, True)
    ]


# --- Apart -------------------------------------------------------------------------------------------


@pytest.fixture
def everything(unit: Department) -> User:
    """Somebody in every role."""
    return clerk(unit, "delegate", "cashier")


def test_who_set_the_amount_neither_collects_nor_approves(unit: Department, case: Case, everything: User) -> None:
    request = case()
    choose(request, "set_amount", by=everything)

    assert offered(request, everything) == ["back"]
    with pytest.raises(NotPossible, match="Set the amount"):
        choose(request, "paid", by=everything)

    choose(request, "paid", by=clerk(unit, "cashier"))
    with pytest.raises(NotPossible, match="Set the amount"):
        choose(request, "approve", by=everything)
    choose(request, "approve", by=clerk(unit))


def test_it_stays_so_when_the_request_came_back_meanwhile(unit: Department, case: Case, everything: User) -> None:
    request, other = case(), clerk(unit, "delegate")
    choose(request, "set_amount", by=everything)
    choose(request, "back", by=other)
    choose(request, "set_amount", by=other)

    with pytest.raises(NotPossible):
        choose(request, "paid", by=everything)


def test_a_superuser_keeps_apart_too(case: Case) -> None:
    request, person = case(), UserFactory(is_superuser=True)
    choose(request, "set_amount", by=person)

    with pytest.raises(NotPossible):
        choose(request, "paid", by=person)


def test_who_only_put_somebody_in_charge_afterwards_chose_nothing(unit: Department, case: Case) -> None:
    request, supervisor = case(), UserFactory(supervisor=True)
    post(supervisor, unit, "cashier")
    cashier = clerk(unit, "cashier")
    choose(request, "set_amount", by=clerk(unit, "delegate"))
    assign(request, by=supervisor, to=cashier)
    assign_many([request.pk], by=supervisor, to=supervisor)

    assert chosen_before([request.pk], ["set_amount"], by=supervisor) == {}
    choose(request, "paid", by=supervisor)


def test_in_bulk_ones_own_are_refused_by_name_and_the_others_move(
    unit: Department, case: Case, everything: User
) -> None:
    own, others = case(), [case("payment"), case("payment")]
    choose(own, "set_amount", by=everything)

    done = move_many([own.pk, *(request.pk for request in others)], "paid", by=everything, note="دفعة")

    assert done.changed == 2
    assert [refusal.number for refusal in done.refused] == [own.number]
    assert "Set the amount" in done.refused[0].why


@pytest.mark.parametrize("count", [1, 30])
def test_judging_many_takes_the_same_queries_for_any_number(count: int, case: Case, everything: User) -> None:
    requests = [case("payment") for _serial in range(count)]
    everything.get_all_permissions()

    with CaptureQueriesContext(connection) as queries:
        move_many([request.pk for request in requests], "paid", by=everything, note="دفعة")

    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    # His posts and their services, for the scope and for the roles; the rows, and what their offices work; what he
    # chose before; amounts that are set; dates, for what ends.
    assert len(asked) <= 9, asked


# --- Moved away --------------------------------------------------------------------------------------


def test_work_of_who_moved_to_another_department_stays_in_sight_and_can_be_given_to_another(
    unit: Department, case: Case
) -> None:
    gone, stays = clerk(unit, "delegate"), clerk(unit, "delegate")
    request, beside = case(assignee=gone), case(assignee=stays)
    supervisor = UserFactory(supervisor=True, departments=[unit])
    gone.memberships.all().delete()
    post(gone, DepartmentFactory(organisation=unit.organisation))

    assert not visible_to(gone).exists()
    assert gone_from([request, beside]) == {request.pk}
    assert set(visible_to(supervisor)) == {request, beside}
    assign(request, by=supervisor, to=stays)
    assert gone_from([request]) == set()


def test_who_is_absent_dismissed_or_standing_in(unit: Department, case: Case) -> None:
    absent, dismissed, substitute = clerk(), clerk(unit), clerk()
    post(absent, unit, substitute=substitute)
    requests = [case(assignee=person) for person in (absent, dismissed, substitute)]
    away(absent)
    User.objects.filter(pk=dismissed.pk).update(is_active=False)

    assert gone_from(requests) == {requests[1].pk}


def test_a_closed_request_needs_nobody(unit: Department, case: Case) -> None:
    closed = case("done", closed_at=timezone.now(), outcome="approve", assignee=clerk())

    assert gone_from([closed]) == set()


def test_only_whose_post_is_for_the_service_is_put_in_charge(unit: Department, case: Case) -> None:
    request, other = case(), case(service=ServicePageFactory(department=unit))
    person, supervisor = UserFactory(clerk=True), UserFactory(supervisor=True, departments=[unit])
    limit_post(post(person, unit), [request.service_id])

    assert person in staff_of([unit.pk], service=request.service_id)
    assert person not in staff_of([unit.pk], service=other.service_id)
    with pytest.raises(NotPossible):
        assign(other, by=supervisor, to=person)
    done = assign_many([request.pk, other.pk], by=supervisor, to=person)
    assert (done.changed, [refusal.number for refusal in done.refused]) == (1, [other.number])


def test_a_substitute_can_be_put_in_charge_while_he_stands_in(unit: Department, case: Case) -> None:
    holder, substitute = UserFactory(clerk=True), clerk()
    post(holder, unit, substitute=substitute)
    supervisor = UserFactory(supervisor=True, departments=[unit])
    request = case()
    with pytest.raises(NotPossible):
        assign(request, by=supervisor, to=substitute)

    away(holder)

    assign(request, by=supervisor, to=substitute)
