"""The list of requests."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.counting import BoundedPaginator
from cms.scoped import listing_of
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.records.search import search_text_of
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY

LIST = reverse("requests:list")


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a [^>]*><bdi dir="ltr">([^<]+)<', page)


def read(browser: Client, **query: object) -> list[str]:
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return numbers(answer.content.decode())


def test_a_clerk_reads_his_departments_newest_first(desk: Client, unit: Department, foreign: ServiceRequest) -> None:
    now = timezone.now()
    old = ServiceRequestFactory(department=unit, submitted_at=now - timedelta(days=3))
    new = ServiceRequestFactory(department=unit, submitted_at=now)

    answer = desk.get(LIST)

    assert numbers(answer.content.decode()) == [new.number, old.number]
    assert CANARY not in answer.content.decode()


def test_each_filter_narrows_the_list(desk: Client, clerk: User, unit: Department) -> None:
    received = ServiceRequestFactory(department=unit)
    mine = ServiceRequestFactory(department=unit, in_review=True, assignee=clerk)
    old = ServiceRequestFactory(department=unit, submitted_at=timezone.now() - timedelta(days=30), waiting=True)
    month_ago = (timezone.localdate() - timedelta(days=29)).isoformat()

    assert read(desk, status="submitted") == [received.number]
    assert set(read(desk, status=["submitted", "in_review"])) == {received.number, mine.number}
    assert read(desk, service=mine.service_id) == [mine.number]
    assert read(desk, assignee="mine") == [mine.number]
    assert set(read(desk, assignee="nobody")) == {received.number, old.number}
    assert read(desk, submitted_at_to=month_ago) == [old.number]
    assert set(read(desk, submitted_at_from=month_ago)) == {received.number, mine.number}
    assert set(read(desk, department=unit.pk)) == {received.number, mine.number, old.number}


@pytest.mark.parametrize(
    "query", [{"status": "nonsense"}, {"submitted_at_from": "2026-13-45"}, {"department": "999999"}, {"assignee": "x"}]
)
def test_a_filter_that_cannot_be_read_finds_nothing_and_says_so(
    query: dict[str, str], desk: Client, supervisor: User, case: ServiceRequest
) -> None:
    page = desk.get(LIST, query).content.decode()
    request = RequestFactory().get(LIST, {**query, "id": "all"})
    request.user = supervisor

    assert numbers(page) == []
    assert "قيمة لا يمكن قراءتها" in page
    # What bulk actions and the export take for "all rows of this list".
    assert not listing_of(ServiceRequest, request).exists()


def test_the_days_of_a_date_filter_are_both_included(desk: Client, unit: Department) -> None:
    late = timezone.localtime().replace(hour=23, minute=59, second=30)
    request = ServiceRequestFactory(department=unit, submitted_at=late)
    day = late.date().isoformat()

    assert read(desk, submitted_at_from=day, submitted_at_to=day) == [request.number]


def test_filters_offer_only_what_the_person_may_see(
    overseer: Client, case: ServiceRequest, foreign: ServiceRequest
) -> None:
    page = overseer.get(LIST).content.decode()

    assert str(foreign.service_id) not in re.findall(r'name="service" value="(\d+)"', page)
    assert CANARY not in page


def test_a_search_finds_by_folded_name_and_either_digits(desk: Client, unit: Department) -> None:
    request = ServiceRequestFactory(
        department=unit,
        search_text=search_text_of(number="X-1", name="أحمد اليامي", identity="1000000008", mobile="+966501234567"),
    )
    ServiceRequestFactory(department=unit)

    for asked in ("احمد", "١٠٠٠٠٠٠٠٠٨", "0501234567"):
        assert read(desk, q=asked) == [request.number]


def test_a_search_never_finds_what_is_out_of_sight(desk: Client, foreign: ServiceRequest) -> None:
    for asked in (foreign.number, "applicant", foreign.applicant_identity):
        assert read(desk, q=asked) == []


def test_filtered_and_searched_results_stand_in_the_fragment_too(
    desk: Client, case: ServiceRequest, foreign: ServiceRequest
) -> None:
    fragment = desk.get(reverse("requests:list_results"), {"status": "submitted"}).content.decode()

    assert numbers(fragment) == [case.number]
    assert "<html" not in fragment


def test_the_list_goes_on_on_a_second_page(desk: Client, unit: Department) -> None:
    service, applicant = ServicePageFactory(department=unit), UserFactory(citizen=True)
    for _serial in range(23):
        ServiceRequestFactory(service=service, applicant=applicant)

    first, second = read(desk), read(desk, p=2)

    assert (len(first), len(second)) == (20, 3)
    assert not set(first) & set(second)


def test_the_stock_export_is_not_offered(desk: Client, case: ServiceRequest) -> None:
    answer = desk.get(LIST, {"export": "csv"})

    assert answer["Content-Type"].startswith("text/html")


def test_an_empty_list_says_what_will_come(desk: Client) -> None:
    assert desk.get(LIST).status_code == 200


def test_of_a_long_list_the_first_pages_are_shown_and_it_says_how_to_see_others(
    desk: Client, unit: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedPaginator, "most", 20)
    days = [timezone.now() - timedelta(days=age) for age in range(21)]
    newest, *_others, oldest = [ServiceRequestFactory(department=unit, submitted_at=day).number for day in days]

    page = desk.get(LIST, {"status": "submitted"}).content.decode()
    other_way = read(desk, ordering="submitted_at")

    assert "عُثر على أكثر من 20 طلب" in page
    assert "تعرض الصفحات 20 طلب من هذه القائمة." in page
    assert newest in numbers(page)
    assert oldest not in numbers(page)
    assert other_way[0] == oldest


@pytest.mark.parametrize("query", ["", "?status=submitted&status=in_review"])
def test_the_whole_page_of_the_list_takes_a_fixed_number_of_queries(
    query: str, desk: Client, clerk: User, unit: Department
) -> None:
    service = ServicePageFactory(department=unit)
    for _serial in range(20):
        ServiceRequestFactory(service=service, assignee=clerk, stage="review")
    desk.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        desk.get(LIST + query)

    # Wagtail's: session, person, his rights and those of his groups, profile, languages, rights to pages and
    # collections. Ours: his posts and their services, once for all of the page; count, rows, names of their
    # services, tabs, services and departments of the filters, names, the filters he saved.
    assert len(queries) <= 18
    assert not [query["sql"] for query in queries if "DISTINCT" in query["sql"]]


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_a_fixed_number_of_queries_and_reads_no_answers(
    count: int, desk: Client, clerk: User, unit: Department
) -> None:
    service = ServicePageFactory(department=unit)
    for _serial in range(count):
        ServiceRequestFactory(service=service, assignee=clerk, stage="review")
    desk.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse("requests:list_results"))

    # Session, person, rights of the person and of his groups, profile; count, rows, services and departments of
    # the filters, names of services.
    assert len(queries) <= 12
    assert not [query["sql"] for query in queries if '"answers"' in query["sql"]]
    assert not [query["sql"] for query in queries if '"form_steps"' in query["sql"]]


def test_the_filter_offers_every_state_by_its_name(desk: Client, unit: Department) -> None:
    ServiceRequestFactory(department=unit, in_review=True)

    page = desk.get(LIST, {"status": "in_review"}).content.decode()

    offered = dict(re.findall(r'name="status" value="(\w+)"[^>]*>\s*([^<]+?)\s*<', page))
    assert offered == {value: str(label) for value, label in Status.choices}
