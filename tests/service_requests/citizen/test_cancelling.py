"""A citizen calls his request off: where its stage lets him, with a reason, and everybody concerned is told."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from home.accounts.models import User
from service_requests.appointments.models import Booking, Slot
from service_requests.citizen.views import LONGEST_REASON
from service_requests.notices.models import Notice
from service_requests.notices.staff import StaffNotice
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import NotPossible, move_many, take, withdraw
from services_catalog.processes.statuses import Status
from tests.factories import CalendarFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def mine(citizen: User) -> ServiceRequest:
    return ServiceRequestFactory(applicant=citizen)


def there(request: ServiceRequest) -> str:
    return f"/en/requests/{request.public_id}/cancel/"


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def test_looking_at_the_page_cancels_nothing(signed_in: Client, mine: ServiceRequest) -> None:
    assert "This cannot be undone" in signed_in.get(there(mine)).content.decode()
    assert fresh(mine).status == Status.SUBMITTED


def test_it_is_cancelled_with_its_reason_in_history(signed_in: Client, mine: ServiceRequest, citizen: User) -> None:
    signed_in.post(there(mine), {"reason": "I sold the plot"})

    now = fresh(mine)
    assert (now.status, now.outcome_note) == (Status.CANCELLED, "I sold the plot")
    last = now.history.first()
    assert (last.history_user, last.history_change_reason) == (citizen, "I sold the plot")
    html = signed_in.get(f"/en/requests/{mine.public_id}/").content.decode()
    assert "Why it was cancelled" in html
    assert there(mine) not in html


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_without_a_reason_that_can_be_read_nothing_is_cancelled(
    signed_in: Client, mine: ServiceRequest, reason: str
) -> None:
    answered = signed_in.post(there(mine), {"reason": reason})

    assert answered.status_code == 422
    assert 'href="#cancel-reason"' in answered.content.decode()
    assert fresh(mine).status == Status.SUBMITTED


@pytest.mark.parametrize("length", [LONGEST_REASON + 1, 50_000])
def test_a_reason_that_is_too_long_is_refused_in_words_and_kept(
    signed_in: Client, mine: ServiceRequest, length: int
) -> None:
    reason = "x" * length

    html = signed_in.post(there(mine), {"reason": reason}).content.decode()

    assert "Shorten the reason to 1,000 characters" in html
    assert f"{reason}</textarea>" in html


def test_signed_out_while_writing_the_reason_is_there_again(
    client: Client, citizen: User, mine: ServiceRequest
) -> None:
    client.force_login(citizen)
    ticket = client.get(there(mine)).context["ticket"]
    client.logout()

    led = client.post(there(mine), {"reason": "I sold the plot", "ticket": ticket})

    assert led.status_code == 303
    assert fresh(mine).status == Status.SUBMITTED
    client.force_login(citizen)
    back = parse_qs(urlsplit(led.url).query)["next"][0]
    assert "I sold the plot</textarea>" in client.get(back).content.decode()
    stranger = Client()
    stranger.force_login(UserFactory(citizen=True))
    assert stranger.get(back).status_code == 404
    client.post(there(mine), {"reason": "I sold the plot"})
    assert fresh(mine).status == Status.CANCELLED
    assert not Stash.objects.exists()


def test_from_a_page_that_is_too_old_the_reason_is_there_again(citizen: User, mine: ServiceRequest) -> None:
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(citizen)
    ticket = reader.get(there(mine)).context["ticket"]

    led = reader.post(there(mine), {"reason": "I sold the plot", "ticket": ticket, "csrfmiddlewaretoken": "x" * 64})

    assert led.status_code == 303
    assert "I sold the plot</textarea>" in reader.get(led.url).content.decode()
    assert fresh(mine).status == Status.SUBMITTED


def test_its_appointment_is_given_to_others(signed_in: Client, mine: ServiceRequest) -> None:
    calendar = CalendarFactory(organisation=mine.organisation)
    day = timezone.now() + timedelta(days=4)
    slot = Slot.objects.create(calendar=calendar, starts_at=day, minutes=30, capacity=1, taken=1)
    Booking.objects.create(
        slot=slot, holder="x", field_key="day", request=mine, state=Booking.State.CONFIRMED, held_at=day, held_until=day
    )

    signed_in.post(there(mine), {"reason": "no"})

    assert Slot.objects.get().taken == 0
    assert Booking.objects.get().state == Booking.State.CANCELLED


def test_whoever_is_in_charge_and_the_citizen_are_told(mine: ServiceRequest, citizen: User) -> None:
    clerk = UserFactory(clerk=True, departments=[mine.department])
    take(mine, by=clerk)

    withdraw(mine, by=citizen, reason="no")

    told = StaffNotice.objects.get()
    assert (told.recipient, told.event) == (clerk, StaffNotice.Event.WITHDRAWN)
    assert Notice.objects.filter(request=mine, event="withdraw").exists()


def test_what_is_decided_is_not_cancelled_any_more(signed_in: Client, citizen: User) -> None:
    done = ServiceRequestFactory(applicant=citizen, approved=True)

    html = signed_in.post(there(done), {"reason": "no"}, follow=True).content.decode()

    assert "This request cannot be cancelled any more." in html
    assert fresh(done).status == Status.COMPLETED


def test_it_is_cancelled_once(mine: ServiceRequest, citizen: User) -> None:
    seen = fresh(mine)
    withdraw(mine, by=citizen, reason="no")

    with pytest.raises(NotPossible):
        withdraw(seen, by=citizen, reason="no")


def test_only_its_applicant_cancels_it(client: Client, mine: ServiceRequest) -> None:
    stranger, clerk = UserFactory(citizen=True), UserFactory(supervisor=True, departments=[mine.department])
    for person in (stranger, clerk):
        client.force_login(person)
        assert client.post(there(mine), {"reason": "no"}).status_code == 404
        with pytest.raises(NotPossible):
            withdraw(fresh(mine), by=person, reason="no")
    assert client.post(f"/admin/requests/{mine.public_id}/do/withdraw/", {"note": "no"}).status_code == 404
    assert move_many([mine.pk], "withdraw", by=clerk, note="no").changed == 0
    assert fresh(mine).status == Status.SUBMITTED
