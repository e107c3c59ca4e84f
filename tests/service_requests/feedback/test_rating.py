"""Rating the service after the answer: once, kindly, and only what was really rated counts on its page."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from home.accounts.models import User
from service_requests.feedback.models import Rating
from service_requests.feedback.rating import Average
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Stash
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

WHOLE = {"stars": "4", "solved": "partly", "ease": "3", "staff": "5", "comment": "شكراً"}


@pytest.fixture
def case(citizen: User) -> ServiceRequest:
    return ServiceRequestFactory(applicant=citizen, approved=True)


@pytest.fixture
def reader(client: Client, citizen: User) -> Client:
    client.force_login(citizen)
    return client


def page(request: ServiceRequest, name: str = "rate") -> str:
    return reverse(f"my_requests:{name}", args=[request.public_id])


def test_the_page_of_an_answered_request_asks_and_then_thanks(reader: Client, case: ServiceRequest) -> None:
    assert 'name="stars"' in reader.get(page(case, "detail")).content.decode()

    reply = reader.post(page(case), WHOLE, follow=True)

    rating = Rating.objects.get(request=case)
    assert (rating.stars, rating.solved, rating.ease, rating.staff) == (4, "partly", 3, 5)
    assert rating.comment == "شكراً"
    assert rating.service == case.service
    assert "شكراً على تقييمك" in reply.content.decode()
    assert 'name="stars"' not in reply.content.decode()


def test_stars_alone_are_enough(reader: Client, case: ServiceRequest) -> None:
    reader.post(page(case), {"stars": "5"})

    assert Rating.objects.get().ease is None


def test_posted_twice_it_counts_once_and_the_second_is_told_kindly(reader: Client, case: ServiceRequest) -> None:
    reader.post(page(case), {"stars": "5"})
    second = reader.post(page(case), {"stars": "1"}, follow=True)

    assert Rating.objects.get().stars == 5
    assert "سبق أن قيّمت الخدمة" in second.content.decode()


@pytest.mark.parametrize("situation", ["runs", "cancelled"])
def test_before_an_answer_nothing_is_asked_and_nothing_is_kept(situation: str, reader: Client, citizen: User) -> None:
    request = ServiceRequestFactory(applicant=citizen)
    if situation == "cancelled":
        ServiceRequest.objects.filter(pk=request.pk).update(status="cancelled")

    assert 'name="stars"' not in reader.get(page(request, "detail")).content.decode()
    reply = reader.post(page(request), {"stars": "5"}, follow=True)

    assert not Rating.objects.exists()
    assert "بعد صدور الرد" in reply.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stars": ""},
        {"stars": "6"},
        {"stars": "٣"},
        {"stars": "0"},
        {"solved": "maybe"},
        {"ease": "9"},
        {"staff": "-1"},
        {"comment": "ب" * 1001},
        {"comment": "ب" * 50_000},
    ],
)
def test_what_is_wrong_is_named_and_all_that_was_chosen_stays(
    wrong: dict[str, str], reader: Client, case: ServiceRequest
) -> None:
    reply = reader.post(page(case), {**WHOLE, **wrong})

    shown = reply.content.decode()
    (field,) = wrong
    assert reply.status_code == 422
    assert f'href="#rating-{field}"' in shown
    assert shown.count(f'id="rating-{field}"') == 1
    assert not Rating.objects.exists()
    # The stars and the comment that were right are there still.
    if field != "stars":
        assert '<input type="radio" name="stars" value="4" checked>' in shown
    if field != "comment":
        assert "شكراً</textarea>" in shown


def test_signed_out_while_rating_nothing_is_lost(reader: Client, case: ServiceRequest, citizen: User) -> None:
    ticket = reader.get(page(case)).context["after"].ticket
    reader.logout()

    led = reader.post(page(case), {**WHOLE, "ticket": ticket})

    assert led.status_code == 303
    reader.force_login(citizen)
    shown = reader.get(f"{page(case)}?restore={Stash.objects.get().public_id}").content.decode()
    assert "شكراً</textarea>" in shown
    assert '<input type="radio" name="stars" value="4" checked>' in shown


def test_the_database_takes_no_rating_out_of_the_scale(case: ServiceRequest) -> None:
    for wrong in ({"stars": 6}, {"stars": 3, "ease": 0}, {"stars": 3, "staff": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(request=case, service=case.service, **wrong)


# --- On the page of the service ---------------------------------------------------------------------------


def rated(service: Any, *stars: int) -> None:
    for number in stars:
        Rating.objects.create(
            request=ServiceRequestFactory(service=service, approved=True), service=service, stars=number
        )


def test_the_page_of_the_service_tells_the_average_of_real_ratings_and_their_number(client: Client) -> None:
    service, other = ServicePageFactory(), ServicePageFactory()
    address = f"/ar/services/{service.slug}/"
    assert "لا توجد تقييمات بعد" in client.get(address).content.decode()

    rated(service, 5, 4, 4)
    rated(other, 1)

    # Drawn before, and all the same it tells what is true now.
    shown = client.get(address).content.decode()
    assert "4.3 من 5 (3 تقييمات)" in shown
    assert "لا توجد تقييمات بعد" not in shown


def test_a_page_drawn_before_still_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    service = ServicePageFactory()
    rated(service, 3)
    address = f"/ar/services/{service.slug}/"
    client.get(address)

    with django_assert_num_queries(1):
        client.get(address)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "No ratings yet"), (1, "4.0 of 5 (1 rating)"), (12, "4.0 of 5 (12 ratings)")],
)
def test_an_average_in_words(number: int, words: str) -> None:
    with translation.override("en"):
        assert Average(4, number).words == words


# --- At the desk ------------------------------------------------------------------------------------------


def test_staff_read_the_ratings_of_their_departments_as_text(client: Client) -> None:
    unit, elsewhere = DepartmentFactory(), DepartmentFactory()
    ours, theirs = ServicePageFactory(department=unit), ServicePageFactory(department=elsewhere)
    rated(ours, 5, 3)
    rated(theirs, 1)
    Rating.objects.filter(service=ours, stars=3).update(comment="<script>alert(1)</script>")
    Rating.objects.filter(service=theirs).update(comment="canary-77")
    client.force_login(UserFactory(clerk=True, departments=[unit]))

    shown = client.get("/admin/ratings/").content.decode()

    assert "4.0" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert(1)" not in shown
    assert "canary-77" not in shown
    assert theirs.title not in shown


@pytest.mark.parametrize("query", ["stars=5", "stars=x", "service=999", "department=-1", "p=999", "stars=5&p=0"])
def test_the_list_is_narrowed_by_what_is_chosen_and_survives_nonsense(query: str, client: Client) -> None:
    unit = DepartmentFactory()
    service = ServicePageFactory(department=unit)
    rated(service, 5, 1)
    client.force_login(UserFactory(clerk=True, departments=[unit]))

    reply = client.get(f"/admin/ratings/?{query}")

    assert reply.status_code == 200
    expected = {"stars=5": 1, "stars=5&p=0": 1, "service=999": 0}.get(query, 2)
    assert reply.context["average"].number == expected


def test_nobody_reads_what_was_said_of_a_request_of_his_own(client: Client) -> None:
    unit = DepartmentFactory()
    clerk = UserFactory(clerk=True, departments=[unit])
    own = ServiceRequestFactory(service=ServicePageFactory(department=unit), applicant=clerk, approved=True)
    Rating.objects.create(request=own, service=own.service, stars=1)
    client.force_login(clerk)

    assert client.get("/admin/ratings/").context["average"].number == 0


def test_who_sees_no_requests_has_no_such_page(client: Client) -> None:
    client.force_login(UserFactory(editor=True))

    assert client.get("/admin/ratings/").status_code == 302
