"""What may happen to a request, and what each action leaves behind."""

import pytest
from django.core.exceptions import PermissionDenied

from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.actions import (
    NotPossible,
    answer,
    approve,
    ask_citizen,
    assign,
    assign_many,
    choose,
    reject,
    take,
)
from service_requests.workflow.permissions import may_assign
from services_catalog.processes.statuses import Status
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.services_catalog.processes.building import outcome, stage, workflow_with


@pytest.fixture
def request_(db: None) -> ServiceRequest:
    return ServiceRequestFactory()


@pytest.fixture
def clerk(request_: ServiceRequest) -> User:
    return UserFactory(clerk=True, departments=[request_.department])


@pytest.fixture
def supervisor(request_: ServiceRequest) -> User:
    return UserFactory(supervisor=True, departments=[request_.department])


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def test_whoever_takes_a_request_is_in_charge_of_it(request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)

    stored = fresh(request_)
    assert (stored.status, stored.assignee) == (Status.IN_REVIEW, clerk)
    assert (request_.status, request_.assignee) == (Status.IN_REVIEW, clerk)


def test_each_action_writes_one_history_row_with_its_person_and_reason(request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)
    reject(request_, by=clerk, reason="الصورة غير واضحة")

    rejected, taken = ServiceRequest.history.filter(id=request_.pk).order_by("-history_id")[:2]
    assert (rejected.history_user, rejected.history_change_reason) == (clerk, "الصورة غير واضحة")
    assert (rejected.status, taken.status) == (Status.REJECTED, Status.IN_REVIEW)
    assert rejected.history_type == taken.history_type == "~"
    assert rejected.answers == request_.answers
    assert rejected.history_date == fresh(request_).updated_at


def test_a_question_and_its_answer_go_back_and_forth(request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)
    ask_citizen(request_, by=clerk, text="أرفق الصك")
    assert fresh(request_).status == Status.WAITING_CITIZEN

    answer(request_, by=request_.applicant, text="مرفق")

    assert fresh(request_).status == Status.IN_REVIEW
    said = list(request_.messages.values_list("kind", "text", "author"))
    assert said == [
        (Message.Kind.QUESTION, "أرفق الصك", clerk.pk),
        (Message.Kind.ANSWER, "مرفق", request_.applicant_id),
    ]


def test_the_citizen_is_told_when_work_begins_and_of_each_question_and_decision(
    request_: ServiceRequest, clerk: User
) -> None:
    take(request_, by=clerk)
    ask_citizen(request_, by=clerk, text="أرفق الصك")
    answer(request_, by=request_.applicant, text="مرفق")
    ask_citizen(request_, by=clerk, text="والهوية")
    answer(request_, by=request_.applicant, text="مرفقة")
    approve(request_, by=clerk)

    events = list(Notice.objects.filter(request=request_, channel="sms").order_by("id").values_list("event", flat=True))
    assert events == ["take", "ask_citizen", "ask_citizen", "approve"]


def test_a_decision_closes_the_request_with_its_outcome(request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)
    approve(request_, by=clerk, note="مستوفٍ")

    stored = fresh(request_)
    assert (stored.status, stored.outcome, stored.outcome_note) == (Status.COMPLETED, "approve", "مستوفٍ")
    assert stored.closed_at == stored.updated_at
    assert request_.messages.get().kind == Message.Kind.DECISION


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_rejected_without_a_reason(reason: str, request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)

    with pytest.raises(NotPossible):
        reject(request_, by=clerk, reason=reason)

    assert fresh(request_).status == Status.IN_REVIEW


def test_a_second_clerk_who_was_too_late_changes_nothing_and_reads_who_was_first(
    request_: ServiceRequest, clerk: User
) -> None:
    late = UserFactory(clerk=True, departments=[request_.department])
    seen_by_late = fresh(request_)
    take(request_, by=clerk)
    rows = ServiceRequest.history.count()

    with pytest.raises(NotPossible, match=clerk.get_full_name()):
        take(seen_by_late, by=late)

    assert fresh(request_).assignee == clerk
    assert ServiceRequest.history.count() == rows


def test_a_decision_on_what_was_decided_meanwhile_says_so(request_: ServiceRequest, clerk: User) -> None:
    take(request_, by=clerk)
    stale = fresh(request_)
    approve(request_, by=clerk)

    with pytest.raises(NotPossible):
        reject(stale, by=clerk, reason="متأخر")

    assert fresh(request_).status == Status.COMPLETED
    assert Notice.objects.filter(event="reject").count() == 0


def test_a_request_out_of_reach_cannot_be_moved(request_: ServiceRequest) -> None:
    stranger = UserFactory(clerk=True, departments=[ServiceRequestFactory().department])

    with pytest.raises(NotPossible):
        take(request_, by=stranger)

    assert fresh(request_).status == Status.SUBMITTED


def test_rights_are_asked_before_anything_is_done(request_: ServiceRequest) -> None:
    auditor = UserFactory(auditor=True, departments=[request_.department])

    with pytest.raises(PermissionDenied):
        take(request_, by=auditor)
    with pytest.raises(PermissionDenied):
        assign(request_, by=auditor, to=None)


def test_nobody_works_on_a_request_of_his_own(request_: ServiceRequest, clerk: User) -> None:
    own = ServiceRequestFactory(applicant=clerk, department=request_.department)

    with pytest.raises(NotPossible):
        take(own, by=clerk)

    assert fresh(own).status == Status.SUBMITTED


def test_only_the_applicant_answers(request_: ServiceRequest, clerk: User) -> None:
    waiting = ServiceRequestFactory(waiting=True, department=request_.department)

    with pytest.raises(NotPossible):
        answer(waiting, by=clerk, text="نيابة عنه")
    with pytest.raises(NotPossible):
        answer(waiting, by=UserFactory(citizen=True), text="لست هو")

    assert fresh(waiting).status == Status.WAITING_CITIZEN


def test_an_applicant_who_is_late_reads_no_name_of_staff(request_: ServiceRequest, clerk: User) -> None:
    waiting = ServiceRequestFactory(waiting=True, department=request_.department)
    stale = fresh(waiting)
    answer(waiting, by=waiting.applicant, text="مرفق")
    approve(waiting, by=clerk)

    with pytest.raises(NotPossible) as refusal:
        answer(stale, by=waiting.applicant, text="مرة ثانية")

    assert clerk.get_full_name() not in str(refusal.value)


def test_a_supervisor_puts_a_clerk_of_the_department_in_charge(
    request_: ServiceRequest, supervisor: User, clerk: User
) -> None:
    assign(request_, by=supervisor, to=clerk, reason="إجازة")

    assert fresh(request_).assignee == clerk
    row = ServiceRequest.history.filter(id=request_.pk).latest("history_id")
    assert (row.assignee, row.history_user, row.history_change_reason) == (clerk, supervisor, "إجازة")


def test_nobody_of_another_department_is_put_in_charge(request_: ServiceRequest, supervisor: User) -> None:
    elsewhere = UserFactory(clerk=True, departments=[ServiceRequestFactory().department])

    with pytest.raises(NotPossible):
        assign(request_, by=supervisor, to=elsewhere)

    assert fresh(request_).assignee is None


def test_what_a_colleague_was_put_in_charge_of_is_not_taken_from_him(
    request_: ServiceRequest, supervisor: User, clerk: User
) -> None:
    assign(request_, by=supervisor, to=clerk)
    other = UserFactory(clerk=True, departments=[request_.department])

    with pytest.raises(NotPossible):
        take(fresh(request_), by=other)

    take(fresh(request_), by=clerk)
    assert fresh(request_).assignee == clerk


def test_an_outcome_that_leads_back_to_its_stage_is_chosen_once_by_two_who_saw_the_same(db: None) -> None:
    workflow = workflow_with(
        [
            stage("received", "submitted", outcome("remind", "received"), outcome("finish", "done", "approve")),
            stage("done", "completed"),
        ]
    )
    request = ServiceRequestFactory(service=ServicePageFactory(workflow=workflow))
    first, second = (UserFactory(clerk=True, departments=[request.department]) for _each in range(2))
    seen = fresh(request)
    choose(request, "remind", by=first)

    with pytest.raises(NotPossible, match=first.get_full_name()):
        choose(seen, "remind", by=second)

    choose(request, "remind", by=first)
    assert ServiceRequest.history.filter(id=request.pk, last_outcome="remind").count() == 2


def test_nobody_says_who_works_on_a_request_of_his_own(supervisor: User, clerk: User) -> None:
    own = ServiceRequestFactory(applicant=supervisor, department=clerk.memberships.get().department)

    with pytest.raises(NotPossible):
        assign(own, by=supervisor, to=clerk)
    done = assign_many([own.pk], by=supervisor, to=clerk)

    assert not may_assign(own, supervisor)
    assert [refusal.number for refusal in done.refused] == [own.number]
    assert fresh(own).assignee is None


def test_nobody_is_put_in_charge_of_a_request_of_his_own(supervisor: User, clerk: User) -> None:
    own = ServiceRequestFactory(applicant=clerk, department=clerk.memberships.get().department)

    with pytest.raises(NotPossible):
        assign(own, by=supervisor, to=clerk)
    done = assign_many([own.pk], by=supervisor, to=clerk)

    assert [refusal.number for refusal in done.refused] == [own.number]
    assert fresh(own).assignee is None
