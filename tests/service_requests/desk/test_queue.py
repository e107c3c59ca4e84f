"""The worklist: queues with counts, take next, saved filters."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import User
from service_requests.casework.models import SavedFilter
from service_requests.desk import listing
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_list import LIST, numbers, read
from tests.workflows import full_workflow

NEXT = reverse("requests:take_next")
SAVE = reverse("requests:save_filter")


def counts(page: str) -> dict[str, int]:
    tabs = re.findall(r'<a href="[^"?]*\??([^"]*)"[^>]*>\s*[^<]+<span class="diwan-count"><bdi dir="ltr">(\d+)<', page)
    return {query: int(count) for query, count in tabs}


def fresh(case: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=case.pk)


def due(hours: float) -> dict[str, Any]:
    return {"due_at": timezone.now() + timedelta(hours=hours)}


def test_each_queue_counts_what_its_list_shows(desk: Client, clerk: User, unit: Department) -> None:
    end = timezone.localtime().replace(hour=23, minute=59, second=58)
    ServiceRequestFactory(department=unit)
    ServiceRequestFactory(department=unit, in_review=True, assignee=clerk, stage_due_at=end)
    ServiceRequestFactory(department=unit, in_review=True, **due(-3))
    ServiceRequestFactory(department=unit, in_review=True, due_at=end, stage_due_at=timezone.now() - timedelta(hours=1))
    ServiceRequestFactory(department=unit, waiting=True, **due(-30))
    ServiceRequestFactory(department=unit, approved=True, **due(-30))

    told = counts(desk.get(LIST).content.decode())

    assert told == {"": 6, "status=submitted": 1, "assignee=mine": 1, "status=waiting_citizen": 1,
                    "due=today": 1, "due=late": 2}  # fmt: skip
    for query, count in told.items():
        assert len(numbers(desk.get(f"{LIST}?{query}").content.decode())) == count


def test_a_queue_is_counted_as_far_as_somebody_reads(
    desk: Client, unit: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 2)
    for _serial in range(3):
        ServiceRequestFactory(department=unit)
    ServiceRequestFactory(department=unit, waiting=True)

    page = desk.get(LIST).content.decode()

    assert '<bdi dir="ltr">2+</bdi>' in page
    assert counts(page) == {"status=waiting_citizen": 1, "assignee=mine": 0, "due=today": 0, "due=late": 0}


def test_what_waits_for_the_citizen_is_never_late(desk: Client, unit: Department) -> None:
    ServiceRequestFactory(department=unit, waiting=True, **due(-100))

    assert read(desk, due="late") == []


def test_take_next_gives_the_oldest_due(desk: Client, clerk: User, unit: Department, foreign: ServiceRequest) -> None:
    late = ServiceRequestFactory(department=unit, stage_due_at=timezone.now() - timedelta(hours=2))
    old = ServiceRequestFactory(department=unit, submitted_at=timezone.now() - timedelta(days=9))
    soon = ServiceRequestFactory(department=unit, **due(1))

    taken = [desk.post(NEXT).headers["Location"] for _time in range(4)]

    expected = [reverse("requests:inspect", args=[case.public_id]) for case in (late, soon, old)]
    assert taken == [*expected, LIST]
    assert {fresh(case).assignee for case in (late, old, soon)} == {clerk}
    assert fresh(foreign).assignee is None


def test_take_next_passes_over_what_is_not_for_him(desk: Client, clerk: User, unit: Department) -> None:
    own = ServiceRequestFactory(department=unit, applicant=clerk)
    anothers = ServiceRequestFactory(department=unit, assignee=UserFactory(clerk=True))
    waiting = ServiceRequestFactory(department=unit, waiting=True)
    closed = ServiceRequestFactory(department=unit, rejected=True)

    assert desk.post(NEXT).headers["Location"] == LIST
    assert [fresh(case).assignee_id for case in (own, waiting, closed)] == [None, None, None]
    assert fresh(anothers).assignee != clerk


def test_in_a_stage_without_taking_he_is_put_in_charge_with_a_record(
    desk: Client, clerk: User, unit: Department
) -> None:
    service = ServicePageFactory(department=unit)
    case = ServiceRequestFactory(service=service, workflow_version=full_workflow(), stage="technical")

    desk.post(NEXT)

    assert (fresh(case).assignee, fresh(case).stage_key) == (clerk, "technical")
    assert ServiceRequest.history.filter(id=case.pk, history_type="~", history_user=clerk).count() == 1


def test_what_he_was_put_in_charge_of_and_has_not_begun_is_next_too(
    desk: Client, clerk: User, unit: Department
) -> None:
    case = ServiceRequestFactory(department=unit, assignee=clerk)

    desk.post(NEXT)

    assert fresh(case).stage_key == "review"


def test_who_processes_nothing_takes_nothing(client: Client, auditor: User, case: ServiceRequest) -> None:
    client.force_login(auditor)

    assert client.post(NEXT).status_code == 404
    assert NEXT not in client.get(LIST).content.decode()
    assert fresh(case).assignee is None


def test_merely_opening_the_address_takes_nothing(desk: Client, case: ServiceRequest) -> None:
    assert desk.get(NEXT).status_code == 405
    assert fresh(case).assignee is None


def test_an_empty_queue_is_good_news_and_leads_on(desk: Client, case: ServiceRequest) -> None:
    page = desk.get(f"{LIST}?due=late").content.decode()

    assert f'<a href="{LIST}">' in page
    assert "لا مهام" in page or "Nothing to do" in page


def test_a_filter_is_saved_used_replaced_and_forgotten(desk: Client, clerk: User, unit: Department) -> None:
    mine = ServiceRequestFactory(department=unit, in_review=True, assignee=clerk)
    ServiceRequestFactory(department=unit)

    desk.post(SAVE, {"name": "شغلي", "query": "assignee=mine&p=3&id=all&foo=1"})

    saved = SavedFilter.objects.get()
    assert (saved.person, saved.name, saved.query) == (clerk, "شغلي", "assignee=mine")
    assert f"{LIST}?{saved.query}" in desk.get(LIST).content.decode()
    assert numbers(desk.get(f"{LIST}?{saved.query}").content.decode()) == [mine.number]

    desk.post(SAVE, {"name": "شغلي", "query": "due=late"})
    assert SavedFilter.objects.get().query == "due=late"
    desk.post(reverse("requests:forget_filter", args=[saved.public_id]))
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"name": "", "query": "due=late"}, {"name": "س" * 61, "query": "due=late"}, {"name": "x", "query": ""},
             {"name": "x", "query": "foo=1"}, {}]
)  # fmt: skip
def test_what_cannot_be_saved_is_told(sent: dict[str, str], desk: Client) -> None:
    answer = desk.post(SAVE, sent, follow=True)

    assert answer.status_code == 200
    assert not SavedFilter.objects.exists()


def test_filters_of_others_are_neither_shown_nor_forgotten(desk: Client) -> None:
    other = UserFactory(clerk=True, departments=[DepartmentFactory()])
    theirs = SavedFilter.objects.create(person=other, name=CANARY, query="due=late")

    assert CANARY not in desk.get(LIST).content.decode()
    assert desk.post(reverse("requests:forget_filter", args=[theirs.public_id])).status_code == 404
    assert SavedFilter.objects.filter(pk=theirs.pk).exists()
