"""The demonstration: complete after one run, unchanged by a second, impossible in production."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from wagtail.users.models import UserProfile

from home.accounts.models import User
from service_requests.casework.models import MessageTemplate
from service_requests.demonstration import WANTED
from service_requests.notices.models import Notice
from service_requests.records.models import ServiceRequest
from services_catalog.duties import charges_of
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Absence, Membership
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made_twice(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demonstration, asked for twice."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("media")):
        for _time in range(2):
            call_command("demo")
        yield


@pytest.fixture
def made(made_twice: None, db: None) -> None:
    """In an order in which the test's own transaction stands inside the one of the demonstration."""


def test_settings_that_do_not_allow_it_refuse(settings: Any) -> None:
    settings.DEMO_ACCOUNTS = False

    with pytest.raises(CommandError):
        call_command("demo")

    assert not User.objects.filter(username="citizen").exists()


@pytest.mark.usefixtures("made")
def test_it_makes_accounts_and_requests_once() -> None:
    # And one with an appointment, for the account of the citizen.
    assert ServiceRequest.objects.count() == WANTED + 1
    assert len(set(ServiceRequest.objects.values_list("status", flat=True))) >= 5
    for name in ("editor", "clerk", "supervisor", "auditor", "citizen"):
        assert User.objects.get(username=name).check_password("diwan-demo")


@pytest.mark.usefixtures("made")
def test_its_requests_happened_one_after_the_other_on_past_working_days() -> None:
    requests = ServiceRequest.objects.filter(service__slug="najran-appointment").order_by("serial")
    submitted = [timezone.localtime(request.submitted_at) for request in requests]
    assert submitted == sorted(submitted)
    assert len({moment.date() for moment in submitted}) >= 8
    assert {moment.strftime("%A") for moment in submitted}.isdisjoint({"Friday", "Saturday"})
    assert all(8 <= moment.hour < 15 for moment in submitted)
    assert all(request.submitted_at <= request.updated_at <= timezone.now() for request in requests)
    assert all(request.submitted_at < request.closed_at for request in requests if request.closed_at)
    # What was told to the citizen was told at once, not on the day the demonstration was set up.
    assert all(notice.sent_at and notice.sent_at - notice.created_at < timedelta(minutes=1)
               for notice in Notice.objects.all())  # fmt: skip


@pytest.mark.usefixtures("made")
def test_its_staff_work_in_arabic_whatever_their_browser_speaks(client: Client) -> None:
    client.force_login(User.objects.get(username="editor"))

    desk = client.get("/admin/", headers={"accept-language": "en"}).content.decode()

    assert 'lang="ar"' in desk
    assert 'dir="rtl"' in desk


@pytest.mark.usefixtures("made")
def test_the_centre_has_its_posts_with_a_substitute_who_stands_in_today() -> None:
    roles = set(Membership.objects.filter(role__isnull=False).values_list("role__key", flat=True))
    assert roles >= {"receiving", "delegate", "cashier", "director", "officer", "delivery"}
    (away,) = Absence.objects.all()
    post = away.user.memberships.get()
    assert away.first_day <= timezone.localdate() <= away.last_day
    assert any(
        charge.department == post.department_id and not charge.services for charge in charges_of(post.substitute)
    )
    assert Membership.history.filter(id=post.pk).count() == 2


@pytest.mark.usefixtures("made")
def test_staff_of_every_service_find_texts_to_begin_a_message_with_in_both_languages() -> None:
    bodies = set(ServicePage.objects.values_list("department__organisation", flat=True))
    for body in bodies:
        texts = MessageTemplate.objects.filter(organisation=body)
        assert texts.count() >= 4
        assert all(template.name[code] and template.text[code] for template in texts for code in ("ar", "en"))


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_clerk_sees_them_when_he_asks_the_citizen(client: Client, language: str) -> None:
    clerk = User.objects.get(username="clerk")
    UserProfile.objects.filter(user=clerk).update(preferred_language=language)
    case = ServiceRequest.objects.filter(assignee=clerk, closed_at=None, stage_key="review").first()
    assert case is not None
    client.force_login(clerk)

    page = client.get(reverse("requests:inspect", args=[case.public_id])).content.decode()

    for template in MessageTemplate.objects.filter(organisation=case.organisation):
        assert template.name[language] in page


@pytest.mark.usefixtures("made")
def test_the_account_of_its_citizen_has_something_of_everything(client: Client) -> None:
    client.force_login(User.objects.get(username="citizen"))

    pages = {tab: client.get(f"/ar/requests/?show={tab}").content.decode()
             for tab in ("open", "closed", "drafts", "appointments", "messages")}  # fmt: skip

    assert "صورة من صك الملكية" in pages["open"].partition('class="tabs"')[0]
    assert "تمت الموافقة على الموعد" in pages["closed"]
    assert all('class="request-row"' in page for page in pages.values())
    filed = ServiceRequest.objects.get(transaction_number="4812/1448")
    assert "4812/1448" in client.get(f"/ar/requests/{filed.public_id}/").content.decode()
