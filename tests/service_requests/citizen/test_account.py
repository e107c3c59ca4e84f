"""My account: what needs me first, my requests by service, state and number, and what waits in them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from home.accounts.establishments import delegating
from home.accounts.establishments.delegating import Invited
from home.accounts.establishments.models import Delegation, Invitation
from home.accounts.models import User
from service_requests.appointments.models import Booking, Slot
from service_requests.casework.asking import Wanted
from service_requests.records.models import Message, ServiceRequest
from service_requests.wizard.models import Draft
from service_requests.workflow.actions import ask_citizen, take, write_to
from services_catalog.processes.statuses import Status
from tests.factories import (
    CalendarFactory,
    DelegationFactory,
    DraftFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def mine(citizen: User) -> ServiceRequest:
    return ServiceRequestFactory(applicant=citizen)


def clerk_of(request: ServiceRequest) -> User:
    return UserFactory(clerk=True, departments=[request.department])


def page(client: Client, query: str = "", language: str = "en") -> str:
    return client.get(f"/{language}/requests/{query}").content.decode()


def needs_in(html: str) -> str:
    """The box of what needs him, which stands above the tabs."""
    return html.partition('id="todo"')[2].partition('class="tabs"')[0]


def rows_in(html: str) -> str:
    return html.partition('class="request-list"')[2].partition("</ul>")[0]


def booked(request: ServiceRequest, starts_at: Any, state: str = Booking.State.CONFIRMED) -> Booking:
    calendar = CalendarFactory(organisation=request.organisation)
    slot = Slot.objects.create(calendar=calendar, starts_at=starts_at, minutes=30, capacity=1, taken=1)
    now = timezone.now()
    return Booking.objects.create(
        slot=slot, holder=str(request.public_id), field_key="day", request=request, state=state, held_at=now,
        held_until=now,
    )  # fmt: skip


def test_what_an_office_waits_for_stands_first_on_every_tab(signed_in: Client, mine: ServiceRequest) -> None:
    clerk = clerk_of(mine)
    take(mine, by=clerk)
    ask_citizen(mine, by=clerk, text="What is missing", documents=[Wanted("Deed"), Wanted("Map")])

    for query in ("", "?show=closed", "?show=drafts", "?show=appointments", "?show=messages"):
        box = needs_in(page(signed_in, query))
        assert mine.number in box
        assert "Documents asked for: Deed, Map" in box


def test_a_plain_question_is_told_in_its_own_words(signed_in: Client, mine: ServiceRequest) -> None:
    clerk = clerk_of(mine)
    take(mine, by=clerk)
    ask_citizen(mine, by=clerk, text="Which street do you mean?")

    assert "Which street do you mean?" in needs_in(page(signed_in))


@pytest.mark.parametrize(
    ("status", "told"), [(Status.WAITING_PAYMENT, "Pay what is due"), (Status.READY, "It is ready: collect it")]
)
def test_what_is_to_be_paid_or_collected_needs_its_person(
    signed_in: Client, mine: ServiceRequest, status: Status, told: str
) -> None:
    ServiceRequest.objects.filter(pk=mine.pk).update(status=status)

    box = needs_in(page(signed_in))

    assert told in box
    assert mine.number in box
    assert "Complete the request" not in box


def test_nobody_is_bothered_when_nothing_needs_him(signed_in: Client, mine: ServiceRequest) -> None:
    assert 'id="todo"' not in page(signed_in)


def test_a_draft_that_will_be_deleted_soon_needs_its_person(signed_in: Client, citizen: User) -> None:
    draft, fresh = DraftFactory(applicant=citizen), DraftFactory(applicant=citizen)
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=24))

    box = needs_in(page(signed_in))

    assert draft.service.title in box
    assert fresh.service.title not in box


def test_an_appointment_of_the_next_days_needs_its_person(signed_in: Client, mine: ServiceRequest) -> None:
    far = booked(mine, timezone.now() + timedelta(days=20))
    assert 'id="todo"' not in page(signed_in)
    Slot.objects.filter(pk=far.slot_id).update(starts_at=timezone.now() + timedelta(days=2))

    assert "You have an appointment soon" in needs_in(page(signed_in))


def test_an_invitation_to_act_for_an_establishment_needs_its_person(signed_in: Client, citizen: User) -> None:
    owner = DelegationFactory(role=Delegation.Role.OWNER)
    office = owner.establishment
    meant = Invited(citizen.identity_type, citizen.identity_number, citizen.mobile)
    delegating.invite(office, meant, by=owner.person)

    box = needs_in(page(signed_in))

    assert office.name["en"] in box
    assert owner.person.get_full_name() in box
    assert "/en/account/establishments/" in box
    delegating.decline(citizen, Invitation.objects.get().public_id)
    assert office.name["en"] not in needs_in(page(signed_in))


def test_an_invitation_of_somebody_else_is_not_there(signed_in: Client) -> None:
    owner, other = DelegationFactory(role=Delegation.Role.OWNER), UserFactory(citizen=True)
    delegating.invite(
        owner.establishment, Invited(other.identity_type, other.identity_number, other.mobile), by=owner.person
    )

    assert needs_in(page(signed_in)) == ""


def test_ones_data_stand_under_the_same_tabs(signed_in: Client) -> None:
    tabs = signed_in.get("/en/account/").content.decode().partition('class="tabs"')[2].partition("</nav>")[0]

    for address in ("", "?show=closed", "?show=drafts", "?show=appointments", "?show=messages"):
        assert f'href="/en/requests/{address}"' in tabs
    assert 'href="/en/account/" aria-current="page"' in tabs
    assert tabs.count("aria-current") == 1


def test_unread_messages_are_told_in_the_middle_of_an_application(signed_in: Client, mine: ServiceRequest) -> None:
    step = f"/en/apply/{ServicePageFactory().slug}/steps/topic/"
    assert "data-unread" not in signed_in.get(step).content.decode()

    write_to(mine, by=clerk_of(mine), text="A word")

    assert 'data-unread="1"' in signed_in.get(step).content.decode()


def test_appointments_that_come_and_that_were_stand_apart(signed_in: Client, citizen: User) -> None:
    coming, past, given_back, foreign = (ServiceRequestFactory(applicant=citizen) for _time in range(4))
    ServiceRequest.objects.filter(pk=foreign.pk).update(applicant=UserFactory(citizen=True))
    booked(coming, timezone.now() + timedelta(days=9))
    booked(past, timezone.now() - timedelta(days=9))
    booked(given_back, timezone.now() + timedelta(days=9), Booking.State.CANCELLED)
    booked(foreign, timezone.now() + timedelta(days=9))

    first, _heading, second = page(signed_in, "?show=appointments").partition('id="past"')

    assert coming.number in first
    assert past.number in second
    assert given_back.number in second
    assert foreign.number not in first + second


def test_requests_are_counted_by_service_with_what_waits_in_them(signed_in: Client, citizen: User) -> None:
    often, once = ServicePageFactory(), ServicePageFactory()
    requests = [ServiceRequestFactory(applicant=citizen, service=often) for _time in range(3)]
    ServiceRequestFactory(applicant=citizen, service=once)
    write_to(requests[0], by=clerk_of(requests[0]), text="A word")

    html = page(signed_in)
    groups = html.partition('id="by-service"')[2]

    assert groups.index(often.title) < groups.index(once.title)
    assert '<bdi dir="ltr">3</bdi>' in groups
    assert "Unread messages:</span> <bdi" in groups
    narrowed = rows_in(page(signed_in, f"?show=open&service={often.pk}"))
    assert narrowed.count("<li") == 3
    assert once.title not in narrowed


def test_a_state_is_chosen_in_the_citizens_words(signed_in: Client, citizen: User) -> None:
    received, reviewed = (
        ServiceRequestFactory(applicant=citizen),
        ServiceRequestFactory(applicant=citizen, waiting=True),
    )

    rows = rows_in(page(signed_in, "?state=waiting_citizen"))

    assert reviewed.number in rows
    assert received.number not in rows


@pytest.mark.parametrize("written", ["67", "٦٧", "00067", "TST-1448-000067", "tst-1448-000067"])
def test_a_request_is_found_by_its_number_in_either_digit_set(signed_in: Client, citizen: User, written: str) -> None:
    wanted = ServiceRequestFactory(applicant=citizen, serial=67, number="TST-1448-000067", approved=True)
    other = ServiceRequestFactory(applicant=citizen, serial=5, number="TST-1448-000005")
    ServiceRequestFactory(serial=67, number="OTH-1448-000067")  # somebody else's

    rows = rows_in(page(signed_in, f"?number={written}"))

    assert wanted.number in rows, "a finished one is found from the current ones too"
    assert other.number not in rows
    assert "OTH-1448-000067" not in rows


def test_nothing_found_leads_back_to_everything(signed_in: Client, mine: ServiceRequest) -> None:
    html = page(signed_in, "?number=999999999999")
    assert "Nothing found" in html
    assert "/en/services/" not in html.partition('class="empty-state"')[2].partition("</div>")[0]


@pytest.mark.parametrize("query", ["?show=x", "?service=x", "?state=x", "?page=x", "?service=٣", "?number=%00"])
def test_a_choice_that_does_not_exist_is_as_if_not_made(signed_in: Client, mine: ServiceRequest, query: str) -> None:
    assert signed_in.get(f"/en/requests/{query}").status_code == 200


def test_a_long_list_has_pages(signed_in: Client, citizen: User) -> None:
    service = ServicePageFactory()
    ServiceRequestFactory.create_batch(21, applicant=citizen, service=service)

    assert rows_in(page(signed_in)).count('class="request-row"') == 20
    assert rows_in(page(signed_in, "?page=2")).count('class="request-row"') == 1


def test_a_finished_request_shows_the_answer(signed_in: Client, citizen: User) -> None:
    refused = ServiceRequestFactory(applicant=citizen, rejected=True, outcome_note="The plot lies outside.")

    assert "The plot lies outside." in rows_in(page(signed_in, "?show=closed"))
    detail = signed_in.get(f"/en/requests/{refused.public_id}/").content.decode()
    assert "The answer of the office" in detail
    assert "The plot lies outside." in detail


@pytest.mark.parametrize("tab", ["open", "closed", "drafts", "appointments", "messages"])
def test_every_empty_tab_has_a_next_step(signed_in: Client, tab: str) -> None:
    empty = page(signed_in, f"?show={tab}").partition('class="empty-state"')[2]
    assert "/en/services/" in empty


def test_a_row_names_number_beneficiary_and_messages(signed_in: Client, mine: ServiceRequest, citizen: User) -> None:
    write_to(mine, by=clerk_of(mine), text="A word")

    row = rows_in(page(signed_in))

    assert mine.number in row
    assert citizen.get_full_name() in row
    assert "You have a message" in row


def test_messages_of_all_requests_stand_together_without_names_of_staff(
    signed_in: Client, mine: ServiceRequest
) -> None:
    clerk = clerk_of(mine)
    write_to(mine, by=clerk, text="Come with your papers")

    html = page(signed_in, "?show=messages")

    assert "Come with your papers" in html
    assert mine.department.name["en"] in html
    assert clerk.get_full_name() not in html


def test_other_peoples_messages_are_not_there(signed_in: Client) -> None:
    foreign = ServiceRequestFactory()
    write_to(foreign, by=clerk_of(foreign), text="canary-51c2")

    assert Message.objects.exists()
    assert "canary-51c2" not in page(signed_in, "?show=messages")
