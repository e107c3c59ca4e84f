"""Notices that reached nobody: seen within one's office, told why, and sent again: one, some, or all that is found."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.jobs.models import Job
from home.accounts.models import User
from service_requests.notices.models import Notice, NoticeState
from service_requests.notices.outbox import announce
from service_requests.records.models import ServiceRequest
from tests.factories import ServiceRequestFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body

pytestmark = pytest.mark.any_database
URL = "/admin/notices-failed/"


def failed(case: ServiceRequest, state: str = NoticeState.FAILED, error: str = "status_500") -> Notice:
    announce("approve", case)
    Notice.objects.filter(request=case, channel="sms").update(state=state, error=error, attempts=290)
    return Notice.objects.get(request=case, channel="sms")


@pytest.fixture
def keeper(case: ServiceRequest, client: Client) -> User:
    made: User = UserFactory(supervisor=True, departments=[case.department])
    client.force_login(made)
    return made


@pytest.fixture
def three(case: ServiceRequest, keeper: User) -> list[Notice]:
    """Two that no gateway took, and one that reached no telephone; their jobs are over."""
    others = [ServiceRequestFactory(service=case.service) for _number in range(2)]
    made = [
        failed(case),
        failed(others[0], error="no_answer"),
        failed(others[1], NoticeState.UNDELIVERED, "not_delivered"),
    ]
    Notice.objects.exclude(pk__in=[notice.pk for notice in made]).delete()
    Job.objects.all().delete()
    return made


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_each_is_listed_with_why_and_without_its_number(client: Client, three: list[Notice]) -> None:
    page = body(client.get(URL))

    for notice in three:
        assert notice.request.number in page
        assert notice.recipient not in page
    assert "500" in page


def test_those_that_are_on_their_way_are_not_listed(client: Client, case: ServiceRequest, keeper: User) -> None:
    announce("approve", case)

    assert case.number not in body(client.get(URL))


def test_ticked_ones_are_sent_again_by_whoever_ticked_them(client: Client, three: list[Notice], keeper: User) -> None:
    client.post(URL, {"notice": [str(three[0].public_id), "nonsense"]})

    first = Notice.objects.get(pk=three[0].pk)
    assert states() == ["due", "failed", "undelivered"]
    assert (first.attempts, first.error, first.resent_by) == (0, "", keeper)
    assert Job.objects.get().arguments == {"notices": [str(first.public_id)]}


def test_all_that_a_filter_finds_are_sent_again_and_no_others(client: Client, three: list[Notice]) -> None:
    client.post(f"{URL}?error=no_answer", {"which": "all"})
    assert states() == ["failed", "due", "undelivered"]

    client.post(URL, {"which": "all"})
    assert states() == ["due", "due", "due"]


def test_a_filter_that_cannot_be_read_finds_nothing_rather_than_all(client: Client, three: list[Notice]) -> None:
    answer = client.post(f"{URL}?channel=pigeon&error=x", {"which": "all"}, follow=True)

    assert answer.status_code == 200
    assert states() == ["failed", "failed", "undelivered"]


def test_what_the_gateway_took_gets_a_new_name_and_what_it_did_not_keeps_its_own(
    client: Client, three: list[Notice]
) -> None:
    client.post(URL, {"which": "all"})

    after = {notice.pk: notice.public_id for notice in Notice.objects.all()}
    assert [after[notice.pk] == notice.public_id for notice in three] == [True, True, False]


def test_two_who_press_send_once(client: Client, three: list[Notice]) -> None:
    for _press in range(2):
        answer = client.post(URL, {"notice": str(three[0].public_id)}, follow=True)

    assert answer.status_code == 200
    assert Job.objects.count() == 1


def test_nothing_ticked_is_said(client: Client, three: list[Notice]) -> None:
    client.post(URL, {})

    assert states() == ["failed", "failed", "undelivered"]


def test_notices_of_other_offices_are_neither_listed_nor_sent(
    client: Client, keeper: User, foreign: ServiceRequest
) -> None:
    notice = failed(foreign)

    assert CANARY not in body(client.get(URL))
    assert foreign.number not in body(client.get(URL))
    client.post(URL, {"notice": str(notice.public_id)})
    client.post(URL, {"which": "all"})
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.FAILED


def test_an_auditor_looks_and_sends_nothing(client: Client, case: ServiceRequest) -> None:
    notice = failed(case)
    client.force_login(UserFactory(auditor=True, departments=[case.department]))

    assert case.number in body(client.get(URL))
    assert 'type="checkbox"' not in body(client.get(URL))
    assert client.post(URL, {"which": "all"}).status_code == 404
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.FAILED


def test_a_clerk_has_no_such_page(client: Client, case: ServiceRequest) -> None:
    client.force_login(UserFactory(clerk=True, departments=[case.department]))

    assert client.get(URL).status_code == 404
    assert client.get(reverse("failed_notices")).status_code == 404


def test_the_register_says_how_many_there_are(client: Client, three: list[Notice]) -> None:
    page = body(client.get("/admin/notices/"))

    assert f'href="{URL}"' in page
    detail = body(client.get(f"/admin/notices/inspect/{three[0].public_id}/"))
    assert "500" in detail
