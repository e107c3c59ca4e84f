"""“Was this page helpful?”: without a session, from our own pages only, and a few times per network."""

from typing import Any

import pytest
from django.test import Client

from service_requests.feedback.models import PageVote
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def service() -> ServicePage:
    return ServicePageFactory()


def vote(client: Client, service: ServicePage, headers: Any = OURS, **data: str) -> Any:
    return client.post(f"/ar/helpful/{service.slug}/", {"helpful": "yes", **data}, headers=headers)


def test_the_page_that_is_drawn_once_for_all_asks_and_needs_no_token(service: ServicePage) -> None:
    reader = Client(enforce_csrf_checks=True)
    page = reader.get(f"/ar/services/{service.slug}/")

    assert f'action="/ar/helpful/{service.slug}/"' in page.content.decode()
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert not page.cookies
    reply = vote(reader, service, words="ينقصها رقم الهاتف")
    assert not reply.cookies
    kept = PageVote.objects.get()
    assert (kept.service, kept.is_helpful, kept.words, kept.language) == (service, True, "ينقصها رقم الهاتف", "ar")
    assert "شكراً لك" in reader.get(reply.url).content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"referer": "https://evil.example/testserver"},
        {},
    ],
)
def test_another_site_votes_for_nobody(headers: dict[str, str], client: Client, service: ServicePage) -> None:
    assert vote(client, service, headers).status_code == 403
    assert not PageVote.objects.exists()


@pytest.mark.parametrize("headers", [{"origin": "http://testserver"}, {"referer": "http://testserver/ar/services/"}])
def test_an_older_browser_is_believed_by_its_origin(
    headers: dict[str, str], client: Client, service: ServicePage
) -> None:
    vote(client, service, headers)

    assert PageVote.objects.count() == 1


def test_one_network_counts_three_times_a_day_for_a_page(client: Client, service: ServicePage) -> None:
    other = ServicePageFactory()
    for _time in range(5):
        assert vote(client, service).status_code == 302
    vote(client, other)
    client.post(f"/ar/helpful/{service.slug}/", {"helpful": "no"}, headers=OURS, REMOTE_ADDR="192.0.2.7")

    assert PageVote.objects.filter(service=service, is_helpful=True).count() == 3
    assert PageVote.objects.filter(service=service, is_helpful=False).count() == 1
    assert PageVote.objects.filter(service=other).count() == 1


@pytest.mark.parametrize("data", [{"helpful": ""}, {"helpful": "perhaps"}, {"helpful": "yes\0"}])
def test_nonsense_leads_back_to_the_page(data: dict[str, str], client: Client, service: ServicePage) -> None:
    assert vote(client, service, **data).url.endswith(f"/services/{service.slug}/")
    assert not PageVote.objects.exists()


def test_too_many_words_are_cut(client: Client, service: ServicePage) -> None:
    vote(client, service, words="ب" * 50_000)

    assert len(PageVote.objects.get().words) == 500


def test_a_page_that_is_not_there_takes_no_vote(client: Client) -> None:
    assert client.post("/ar/helpful/nothing/", {"helpful": "yes"}, headers=OURS).status_code == 404


def test_editors_read_counts_and_words_and_others_do_not(client: Client, service: ServicePage) -> None:
    vote(client, service, words="<b>غامضة</b>")
    client.force_login(UserFactory(editor=True))
    shown = client.get("/admin/helpful/").content.decode()

    assert service.title in shown
    assert "&lt;b&gt;غامضة" in shown

    client.force_login(UserFactory(clerk=True, departments=[service.department]))
    assert client.get("/admin/helpful/").status_code == 302
