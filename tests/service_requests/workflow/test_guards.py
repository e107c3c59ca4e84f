"""What an outcome asks for before it may be chosen, and what many at once are told of it."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.accounts.models import User
from service_requests.casework.amounts import Line, set_lines
from service_requests.casework.checklist import Mark, items_of, mark
from service_requests.casework.models import AmountLine, DocumentCheck
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.workflow.actions import NotPossible, choose, move_many
from service_requests.workflow.permissions import permitted
from services_catalog.models import ServicePage
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.workflows import full_workflow

PAPERS = [
    {"type": "document", "id": "11111111-1111-4111-8111-111111111111",
     "value": {"name": "صورة الهوية", "note": "", "only_if": "", "sample": None}},
    {"type": "document", "id": "22222222-2222-4222-8222-222222222222",
     "value": {"name": "وكالة", "note": "", "only_if": "إن وجدت", "sample": None}},
    {"type": "document", "id": "33333333-3333-4333-8333-333333333333",
     "value": {"name": "صك الأرض", "note": "", "only_if": "", "sample": None}},
]  # fmt: skip
IDENTITY, PROXY, DEED = (f"paper:{paper['id']}" for paper in PAPERS)
MET, BAD = Mark("met"), Mark("not_matching", "الاسم مختلف")


@pytest.fixture
def unit(db: None) -> DepartmentFactory:
    return DepartmentFactory()


@pytest.fixture
def clerk(unit: DepartmentFactory) -> User:
    return UserFactory(clerk=True, departments=[unit])


@pytest.fixture
def service(unit: DepartmentFactory) -> ServicePage:
    return ServicePageFactory(department=unit, documents=PAPERS)


def standing_in(stage: str, service: ServicePage, **more: object) -> ServiceRequest:
    return ServiceRequestFactory(service=service, workflow_version=full_workflow(), stage=stage, **more)


def stage_of(request: ServiceRequest) -> str:
    return ServiceRequest.objects.get(pk=request.pk).stage_key


def test_the_checklist_names_the_documents_of_the_service(service: ServicePage) -> None:
    request = standing_in("formal", service)

    assert [(item.key, item.label, item.only_if) for item in items_of(request)] == [
        (IDENTITY, "صورة الهوية", ""),
        (PROXY, "وكالة", "إن وجدت"),
        (DEED, "صك الأرض", ""),
    ]


def test_an_outcome_waits_until_every_document_is_in_order(clerk: User, service: ServicePage) -> None:
    request = standing_in("formal", service)
    mark(request, {IDENTITY: MET, DEED: BAD}, by=clerk)

    with pytest.raises(NotPossible):
        choose(request, "complete", by=clerk)
    assert stage_of(request) == "formal"

    mark(request, {DEED: MET}, by=clerk)
    choose(request, "complete", by=clerk)
    assert stage_of(request) == "technical"


def test_a_document_needed_in_some_cases_stands_in_the_way_only_when_it_is_wrong(
    clerk: User, service: ServicePage
) -> None:
    request = standing_in("formal", service)
    mark(request, {IDENTITY: MET, DEED: MET, PROXY: Mark("missing")}, by=clerk)

    with pytest.raises(NotPossible):
        choose(request, "complete", by=clerk)


def test_what_was_marked_keeps_its_history(clerk: User, service: ServicePage) -> None:
    request = standing_in("formal", service)
    mark(request, {DEED: BAD}, by=clerk)
    mark(request, {DEED: BAD, "paper:nonsense": MET}, by=clerk)
    mark(request, {DEED: MET}, by=clerk)

    rows = DocumentCheck.history.order_by("history_id").values_list("item", "state", "note", "history_user")
    assert list(rows) == [(DEED, "not_matching", "الاسم مختلف", clerk.pk), (DEED, "met", "", clerk.pk)]


def test_amounts_come_with_the_outcome_that_sets_them(clerk: User, service: ServicePage) -> None:
    request = standing_in("technical", service)

    with pytest.raises(NotPossible):
        choose(request, "set_amount", by=clerk, note="فحص")
    choose(request, "set_amount", by=clerk, note="فحص", lines=[Line("رسوم معاينة", Decimal("150.5"))])

    line = AmountLine.objects.get(request=request)
    assert (line.label, line.amount, line.currency, line.set_by) == ("رسوم معاينة", Decimal("150.5"), "SAR", clerk)
    assert stage_of(request) == "approval"


def test_without_amounts_nothing_is_approved(clerk: User, service: ServicePage) -> None:
    request = standing_in("technical", service)
    choose(request, "pass_on", by=clerk)

    with pytest.raises(NotPossible):
        choose(request, "approve", by=clerk)
    assert stage_of(request) == "approval"
    set_lines(request, [Line("رسم", Decimal(0))], by=UserFactory(), now=request.updated_at)
    choose(request, "approve", by=clerk)
    assert stage_of(request) == "done"


def test_who_set_the_amounts_approves_nothing_whatever_the_outcome_was_called_then(
    clerk: User, service: ServicePage
) -> None:
    """A workflow may be edited meanwhile: what its outcomes were called is no proof of who did what."""
    request = standing_in("approval", service)
    colleague, supervisor = UserFactory(clerk=True, departments=[service.department]), UserFactory()
    set_lines(request, [Line("رسم", Decimal(100))], by=clerk, now=request.updated_at)
    set_lines(request, [Line("رسم", Decimal(90))], by=supervisor, now=request.updated_at)

    assert "approve" not in {outcome.key for outcome in permitted(request, clerk)}
    with pytest.raises(NotPossible):
        choose(request, "approve", by=clerk)
    assert move_many([request.pk], "approve", by=clerk, note="اعتماد").changed == 0
    assert stage_of(request) == "approval"

    choose(request, "approve", by=colleague)
    assert stage_of(request) == "done"


def test_a_document_is_attached_with_the_outcome_that_needs_it(clerk: User, service: ServicePage) -> None:
    request = standing_in("approval", service)
    file = Attachment(owner=clerk, name="letter.pdf", content_type="application/pdf", size=4)
    file.file.save("x", ContentFile(b"%PDF"))

    with pytest.raises(NotPossible):
        choose(request, "sign", by=clerk)
    choose(request, "sign", by=clerk, files=[file])

    assert Attachment.objects.get(pk=file.pk).request == request


def test_what_is_refused_leaves_no_trace(clerk: User, service: ServicePage) -> None:
    request = standing_in("formal", service)
    before = ServiceRequest.history.filter(id=request.pk).count()

    with pytest.raises(NotPossible):
        choose(request, "complete", by=clerk)

    assert ServiceRequest.history.filter(id=request.pk).count() == before
    assert request.stage_key == "formal"


def test_of_many_each_is_told_what_it_lacks(clerk: User, service: ServicePage) -> None:
    ready, not_ready = standing_in("formal", service), standing_in("formal", service)
    mark(ready, {IDENTITY: MET, DEED: MET}, by=clerk)

    done = move_many([ready.pk, not_ready.pk], "complete", by=clerk, note="دفعة")

    assert done.changed == 1
    assert [refusal.number for refusal in done.refused] == [not_ready.number]
    assert (stage_of(ready), stage_of(not_ready)) == ("technical", "formal")


@pytest.mark.parametrize(("stage", "key"), [("technical", "set_amount"), ("approval", "sign")])
def test_what_belongs_to_one_request_is_never_chosen_for_many(
    stage: str, key: str, clerk: User, service: ServicePage
) -> None:
    request = standing_in(stage, service)

    assert move_many([request.pk], key, by=clerk, note="دفعة").changed == 0
    assert stage_of(request) == stage


@pytest.mark.parametrize("papers", [PAPERS, []])
def test_judging_many_takes_a_fixed_number_of_queries(
    papers: list[object], clerk: User, unit: DepartmentFactory
) -> None:
    service = ServicePageFactory(department=unit, documents=papers)
    counted = []
    for count in (2, 20):
        requests = [standing_in("formal", service) for _serial in range(count)]
        for request in requests:
            mark(request, {IDENTITY: MET, DEED: MET}, by=clerk)
        with CaptureQueriesContext(connection) as queries:
            assert move_many([request.pk for request in requests], "complete", by=clerk, note="دفعة").changed == count
        counted.append(len(queries))

    assert counted[0] == counted[1]
