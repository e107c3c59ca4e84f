"""Bulk actions from the list."""

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_list import numbers


def address(action: str) -> str:
    return reverse("wagtail_bulk_action", args=["service_requests", "servicerequest", action])


def selected(*requests: ServiceRequest) -> str:
    return "&".join(f"id={request.public_id}" for request in requests)


def statuses(*requests: ServiceRequest) -> set[str]:
    keys = [request.pk for request in requests]
    return set(ServiceRequest.objects.filter(pk__in=keys).values_list("status", flat=True))


def test_the_page_says_what_will_happen_before_it_does(overseer: Client, unit: Department) -> None:
    fit = ServiceRequestFactory(department=unit, in_review=True)
    closed = ServiceRequestFactory(department=unit, rejected=True)

    page = overseer.get(f"{address('move')}?{selected(fit, closed)}").content.decode()

    assert closed.number in page
    assert statuses(fit) == {Status.IN_REVIEW}


def test_a_selection_is_moved_with_its_note(overseer: Client, unit: Department) -> None:
    requests = [ServiceRequestFactory(department=unit, in_review=True) for _serial in range(2)]
    untouched = ServiceRequestFactory(department=unit, in_review=True)

    overseer.post(f"{address('move')}?{selected(*requests)}", {"outcome": "approve", "note": "دفعة"})

    assert statuses(*requests) == {Status.COMPLETED}
    assert statuses(untouched) == {Status.IN_REVIEW}


def test_a_move_without_a_note_changes_nothing(overseer: Client, unit: Department) -> None:
    request = ServiceRequestFactory(department=unit, in_review=True)

    answer = overseer.post(f"{address('move')}?{selected(request)}", {"outcome": "approve", "note": " "})

    page = answer.content.decode()
    assert "autofocus" in page
    assert "<title>خطأ:" in page
    assert statuses(request) == {Status.IN_REVIEW}


def test_all_means_the_filtered_list_on_all_of_its_pages(overseer: Client, unit: Department) -> None:
    service = ServicePageFactory(department=unit)
    meant = [ServiceRequestFactory(service=service, in_review=True) for _serial in range(23)]
    other = ServiceRequestFactory(department=unit, in_review=True)

    overseer.post(
        f"{address('move')}?service={service.pk}&status=in_review&id=all", {"outcome": "approve", "note": "دفعة"}
    )

    assert statuses(*meant) == {Status.COMPLETED}
    assert statuses(other) == {Status.IN_REVIEW}


def test_all_means_the_searched_list(overseer: Client, unit: Department) -> None:
    meant, other = (ServiceRequestFactory(department=unit, in_review=True) for _serial in range(2))

    overseer.post(f"{address('move')}?q={meant.number}&id=all", {"outcome": "approve", "note": "دفعة"})

    assert (statuses(meant), statuses(other)) == ({Status.COMPLETED}, {Status.IN_REVIEW})


@pytest.mark.parametrize("ids", ["selected", "all", "key"])
def test_foreign_requests_are_neither_shown_nor_changed(
    ids: str, overseer: Client, unit: Department, foreign: ServiceRequest
) -> None:
    ServiceRequest.objects.filter(pk=foreign.pk).update(stage_key="review", status=Status.IN_REVIEW)
    own = ServiceRequestFactory(department=unit, in_review=True)
    query = {"selected": selected(own, foreign), "all": "id=all", "key": f"id={foreign.pk}&id={own.public_id}"}[ids]

    page = overseer.get(f"{address('move')}?{query}")
    overseer.post(f"{address('move')}?{query}", {"outcome": "approve", "note": "دفعة"})

    assert CANARY not in page.content.decode()
    assert (statuses(own), statuses(foreign)) == ({Status.COMPLETED}, {Status.IN_REVIEW})


def test_the_listing_that_all_means_is_the_one_that_is_shown(
    overseer: Client, unit: Department, foreign: ServiceRequest
) -> None:
    for stage in ("received", "review", "waiting"):
        ServiceRequestFactory(department=unit, stage=stage)
    shown = numbers(overseer.get(reverse("requests:list"), {"status": "submitted"}).content.decode())

    overseer.post(f"{address('move')}?status=submitted&id=all", {"outcome": "take", "note": "دفعة"})

    changed = ServiceRequest.history.filter(history_type="~").values_list("number", flat=True)
    assert sorted(changed) == sorted(shown)


def test_a_selection_is_assigned(overseer: Client, clerk: User, case: ServiceRequest) -> None:
    overseer.post(f"{address('assign')}?{selected(case)}", {"to": clerk.pk, "reason": "توزيع"})

    assert ServiceRequest.objects.get(pk=case.pk).assignee == clerk


def test_only_people_of_the_departments_can_be_chosen(
    overseer: Client, case: ServiceRequest, foreign: ServiceRequest
) -> None:
    stranger = UserFactory(clerk=True, full_name=CANARY, departments=[foreign.department])

    page = overseer.get(f"{address('assign')}?{selected(case)}").content.decode()
    overseer.post(f"{address('assign')}?{selected(case)}", {"to": stranger.pk})

    assert CANARY not in page
    assert ServiceRequest.objects.get(pk=case.pk).assignee is None


@pytest.mark.parametrize(
    ("role", "action"),
    [("clerk", "assign"), ("auditor", "move"), ("auditor", "assign"), ("editor", "move"), ("editor", "assign")],
)
def test_bulk_actions_are_denied_to_others(
    role: str, action: str, client: Client, unit: Department, request: pytest.FixtureRequest
) -> None:
    case = ServiceRequestFactory(department=unit, in_review=True, assignee=None)
    client.force_login(request.getfixturevalue(role))
    data = {"outcome": "approve", "note": "x", "to": UserFactory(clerk=True, departments=[unit]).pk}

    answer = client.post(f"{address(action)}?{selected(case)}", data)

    assert answer.status_code in {302, 403}
    assert statuses(case) == {Status.IN_REVIEW}
    assert ServiceRequest.objects.get(pk=case.pk).assignee is None


def test_the_list_offers_bulk_actions_to_those_who_may(
    client: Client, clerk: User, supervisor: User, case: ServiceRequest
) -> None:
    client.force_login(supervisor)
    assert address("move") in client.get(reverse("requests:list")).content.decode()
    assert address("delete") not in client.get(reverse("requests:list")).content.decode()

    client.force_login(clerk)
    assert address("move") in client.get(reverse("requests:list")).content.decode()
    assert address("assign") not in client.get(reverse("requests:list")).content.decode()


def test_all_requests_are_those_of_a_clerks_own_departments(client: Client, clerk: User, unit: Department) -> None:
    own = ServiceRequestFactory(department=unit, in_review=True)
    foreign = ServiceRequestFactory(in_review=True)
    client.force_login(clerk)

    client.post(f"{address('move')}?id=all", {"outcome": "approve", "note": "مستوفٍ"})

    assert statuses(own) == {Status.COMPLETED}
    assert statuses(foreign) == {Status.IN_REVIEW}


def test_there_is_no_bulk_delete_even_for_a_superuser(admin_client: Client, case: ServiceRequest) -> None:
    url = f"{address('delete')}?{selected(case)}&id={case.pk}"

    assert admin_client.get(url).status_code == 404
    assert admin_client.post(url).status_code == 404
    assert ServiceRequest.objects.filter(pk=case.pk).exists()


def test_an_empty_selection_goes_back_with_a_word(overseer: Client) -> None:
    answer = overseer.get(f"{address('move')}?id=nonsense")

    assert answer.status_code == 302
    assert answer["Location"] == reverse("requests:list")


@pytest.mark.parametrize("action", ["move", "assign"])
def test_a_selection_of_foreign_requests_does_not_exist(action: str, overseer: Client, foreign: ServiceRequest) -> None:
    assert overseer.get(f"{address(action)}?{selected(foreign)}").status_code == 404
    assert overseer.post(f"{address(action)}?{selected(foreign)}", {"note": "x"}).status_code == 404


def test_what_was_not_on_the_page_when_it_was_confirmed_is_not_changed(overseer: Client, unit: Department) -> None:
    shown = ServiceRequestFactory(department=unit, in_review=True)
    url = f"{address('move')}?status=in_review&id=all"
    seen = overseer.get(url).context["form"]["seen"].value()
    late = ServiceRequestFactory(department=unit, in_review=True)

    overseer.post(url, {"outcome": "approve", "note": "دفعة", "seen": seen})

    assert (statuses(shown), statuses(late)) == ({Status.COMPLETED}, {Status.IN_REVIEW})
