"""An appointment in an application: chosen by day and time, held, lost to somebody faster, confirmed by sending."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.appointments.booking import HOLD, MOST_COMING, Wish, confirm, hold
from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.appointments.slots import offered
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from service_requests.workflow.actions import reject, take
from services_catalog.models import ServicePage
from services_catalog.organisations.numbers import take_number
from tests.factories import CalendarFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RIYADH = ZoneInfo("Asia/Riyadh")
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still, a while before the office opens."""
    with mock.patch("django.utils.timezone.now", return_value=datetime(2026, 11, 24, 5, 10, tzinfo=RIYADH)):
        yield


def later(by: timedelta) -> "mock._patch[mock.MagicMock]":
    return mock.patch("django.utils.timezone.now", return_value=timezone.now() + by)


@pytest.fixture
def calendar() -> AppointmentCalendar:
    return CalendarFactory(key="visits", lead_hours=0)


def form(*, required: bool = True) -> FormSpec:
    when = FieldSpec(
        key="when",
        type="appointment",
        label=both("Time of the visit"),
        required=required,
        settings={"calendar": "visits"},
    )
    why = FieldSpec(key="why", type="short_text", label=both("Why"))
    honest = FieldSpec(
        key="honest", type="declaration", label=both("Declaration"), settings={"text": both("I am honest")}
    )
    return FormSpec(
        steps=(
            StepSpec(key="visit", title=both("Visit"), fields=(when,)),
            StepSpec(key="reason", title=both("Reason"), fields=(why,)),
            StepSpec(key="declaration", title=both("Declaration"), fields=(honest,)),
        )
    )


@pytest.fixture
def browser(client: Client, citizen: User, calendar: AppointmentCalendar) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=form()).slug, "en")


def starts(calendar: AppointmentCalendar) -> list[datetime]:
    return offered(calendar.opening, timezone.now())


def chosen(start: datetime) -> dict[str, str]:
    return {"when.day": start.date().isoformat(), "when.time": start.isoformat(), "shown": "when"}


def taken_by_another(calendar: AppointmentCalendar, start: datetime, holder: str = "another") -> None:
    assert hold(holder, {"q": Wish(calendar.key, start)}) == set()


def text(response: Any) -> str:
    return response.content.decode()


def radios(html: str, name: str) -> list[str]:
    return re.findall(rf'<input type="radio" name="{re.escape(name)}" id="[^"]*" value="([^"]*)"', html)


def ready(browser: Browser, start: datetime) -> None:
    assert browser.send("visit", chosen(start)).status_code == 303
    assert browser.send("reason", {"why": "a question", "shown": "why"}).status_code == 303
    browser.review()


def test_days_are_laid_out_in_both_calendars_with_their_free_times(
    browser: Browser, calendar: AppointmentCalendar
) -> None:
    taken_by_another(calendar, starts(calendar)[1])

    html = text(browser.open("visit"))

    assert "Tuesday 24 November 2026" in html
    assert "14 Jumada II 1448 AH" in html
    assert [time[8:16] for time in radios(html, "when.time")][:4] == ["24T09:00", "24T10:00", "24T10:30", "25T09:00"]
    assert '<bdi dir="ltr">09:00</bdi>' in html
    assert "3 free times" in html
    assert html.count('<details class="slot-day"') == 7
    assert "error-summary" not in html


def test_the_weekday_is_named_in_arabic(browser: Browser) -> None:
    browser.language = "ar"

    html = text(browser.open("visit"))

    assert "الثلاثاء 24 نوفمبر 2026م" in html
    assert "14 جمادى الآخرة 1448هـ" in html


def test_other_days_are_reached_without_scripts(browser: Browser, calendar: AppointmentCalendar) -> None:
    first = starts(calendar)[0]
    pressed = browser.send("visit", {**chosen(first), "when.day": "2026-12-02"}, do="update:when")

    html = text(browser.client.get(pressed.url))

    days = {time[:10] for time in radios(html, "when.time")}
    # What is chosen stays in view.
    assert days == {"2026-11-24", "2026-12-02", "2026-12-03", "2026-12-04"}
    assert "error-summary" not in html


def test_with_scripts_other_days_come_at_once(browser: Browser) -> None:
    browser.open("visit")

    html = text(browser.send_as_shown("visit", {"when.day": "2026-12-03", "shown": "when"}, do="autosave", **HTMX))

    assert {time[:10] for time in radios(html, "when.time")} == {"2026-12-03", "2026-12-04"}
    assert "Error" not in html
    assert not Booking.objects.exists()


def test_a_time_must_be_chosen(browser: Browser, calendar: AppointmentCalendar) -> None:
    html = text(browser.send("visit", {"when.day": "2026-11-25", "shown": "when"}))

    assert "Choose time of the visit" in html
    first = re.findall(r'href="#([^"]+)"', html.partition("error-summary")[2])[0]
    assert f'id="{first}" value="2026-11-25T09:00:00+03:00"' in html


def test_continuing_holds_the_time_and_says_until_when(browser: Browser, calendar: AppointmentCalendar) -> None:
    first = starts(calendar)[0]

    assert browser.send("visit", chosen(first)).status_code == 303

    booking = Booking.objects.get()
    assert (booking.holder, booking.field_key, booking.state) == (str(Draft.objects.get().public_id), "when", "held")
    assert booking.held_until == timezone.now() + HOLD
    html = text(browser.open("visit"))
    assert 'Held for you until <bdi dir="ltr">05:30</bdi>' in html
    assert "checked" in html


def test_filling_in_goes_on_holding(browser: Browser, calendar: AppointmentCalendar) -> None:
    browser.send("visit", chosen(starts(calendar)[0]))

    with later(timedelta(minutes=15)):
        browser.send("reason", {"why": "a question", "shown": "why"})
        assert Booking.objects.get().held_until == timezone.now() + HOLD


def test_changing_the_time_releases_the_first_one(browser: Browser, calendar: AppointmentCalendar) -> None:
    first, second = starts(calendar)[:2]
    browser.send("visit", chosen(first))

    browser.send("visit", chosen(second))

    assert {slot.starts_at: slot.taken for slot in Slot.objects.all()} == {first: 0, second: 1}


def test_a_draft_that_is_deleted_releases_its_time(browser: Browser, calendar: AppointmentCalendar) -> None:
    browser.send("visit", chosen(starts(calendar)[0]))

    browser.client.post(browser.named("my_requests:discard", Draft.objects.get().public_id))

    assert not Draft.objects.exists()
    assert Slot.objects.get().taken == 0


def test_a_time_taken_between_two_steps_is_told_with_the_nearest_three(
    browser: Browser, calendar: AppointmentCalendar
) -> None:
    browser.open("visit")
    wanted = starts(calendar)[5]
    taken_by_another(calendar, wanted)

    html = text(browser.send_as_shown("visit", chosen(wanted)))

    assert "The time you chose is not free any more: time of the visit" in html
    near = radios(html, "when.time")[:3]
    assert near == [start.isoformat() for start in (starts(calendar)[4], starts(calendar)[6], starts(calendar)[7])]
    assert 'href="#q-when.near-1"' in html
    assert browser.send_as_shown("visit", {**chosen(wanted), "when.time": near[0]}).status_code == 303
    assert Booking.objects.get(holder=str(Draft.objects.get().public_id)).slot.starts_at == starts(calendar)[4]


def test_a_time_taken_while_the_step_was_on_its_way_is_not_saved_as_chosen(
    browser: Browser, calendar: AppointmentCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and holding: the form finds it free, holding does not."""
    from service_requests.wizard import appointments

    wanted, browser_holds = starts(calendar)[2], appointments.booking.hold

    def somebody_is_faster(holder: str, wishes: Any, **more: Any) -> set[str]:
        taken_by_another(calendar, wanted)
        return browser_holds(holder, wishes, **more)

    with monkeypatch.context() as patched:
        patched.setattr(appointments.booking, "hold", somebody_is_faster)
        html = text(browser.send("visit", chosen(wanted)))

    assert "not free any more" in html
    assert "when" not in Draft.objects.get().data["extra_data"]["answers"]
    assert Slot.objects.get(starts_at=wanted).taken == 1


def test_sending_confirms_the_time(browser: Browser, calendar: AppointmentCalendar, citizen: User) -> None:
    first = starts(calendar)[0]
    ready(browser, first)

    assert browser.submit().status_code == 303

    request, booking = ServiceRequest.objects.get(), Booking.objects.get()
    assert (booking.state, booking.request, booking.slot.starts_at) == ("confirmed", request, first)
    assert booking.history.first().history_user == citizen
    assert request.answers["when"] == {
        "calendar": "visits",
        "slot": first.isoformat(),
        "minutes": 30,
        "name": calendar.name,
        "place": calendar.place,
    }


def test_the_request_shows_the_appointment_whatever_becomes_of_the_calendar(
    browser: Browser, calendar: AppointmentCalendar, client: Client
) -> None:
    ready(browser, starts(calendar)[0])
    browser.submit()
    AppointmentCalendar.objects.update(name={"ar": "غيره", "en": "Other"}, place={}, key="other")
    request = ServiceRequest.objects.get()

    mine = text(client.get(browser.named("my_requests:detail", request.public_id)))
    client.force_login(UserFactory(clerk=True, departments=[request.department]))
    desk = text(client.get(f"/admin/requests/{request.public_id}/"))

    for page in (mine, desk):
        assert '<bdi dir="ltr">09:00–09:30</bdi>' in page
    assert "Calendar visits, Main building" in mine


def test_a_rejected_request_says_that_its_appointment_is_cancelled(
    browser: Browser, calendar: AppointmentCalendar, client: Client
) -> None:
    ready(browser, starts(calendar)[0])
    browser.submit()
    request = ServiceRequest.objects.get()
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)

    assert "Cancelled" not in text(client.get(browser.named("my_requests:detail", request.public_id)))
    reject(request, by=clerk, reason="not ours")

    assert "Cancelled" in text(client.get(browser.named("my_requests:detail", request.public_id)))
    client.force_login(clerk)
    assert "diwan-badge--danger" in text(client.get(f"/admin/requests/{request.public_id}/"))


def test_a_time_lost_before_sending_leads_back_to_its_question_and_everything_else_is_kept(
    browser: Browser, calendar: AppointmentCalendar
) -> None:
    wanted = starts(calendar)[5]
    ready(browser, wanted)

    with later(HOLD + timedelta(minutes=1)):
        taken_by_another(calendar, wanted)
        refused = browser.client.post(browser.named("apply:submit", browser.slug), {**browser.hidden, "honest": "on"})
        assert refused.status_code == 303
        assert refused.url == browser.named("apply:step", browser.slug, "visit") + "?return=review"
        html = text(browser._seen(browser.client.get(refused.url)))
        assert "error-summary" in html
        assert "not free any more" in html
        near = radios(html, "when.time")
        assert html.count('id="q-when.near-') == 3
        back = browser.send_as_shown("visit", {**chosen(wanted), "when.time": near[0]})
        assert back.url == browser.named("apply:review", browser.slug)
        assert "a question" in text(browser.review())
        assert browser.submit().status_code == 303

    request = ServiceRequest.objects.get()
    assert request.answers["when"]["slot"] == near[0]
    assert request.answers["why"] == "a question"
    assert {booking.state for booking in Booking.objects.filter(request=request)} == {"confirmed"}


def test_the_review_says_that_a_time_is_lost(browser: Browser, calendar: AppointmentCalendar) -> None:
    wanted = starts(calendar)[5]
    ready(browser, wanted)

    with later(HOLD + timedelta(minutes=1)):
        taken_by_another(calendar, wanted)
        html = text(browser.review())

    assert "choose another time, this one is not free any more" in html
    row = html[html.index('id="answer-when"') - 100 : html.index('id="answer-when"')]
    assert "summary-list__row--missing" in row


def test_a_hold_that_ran_out_is_no_matter_while_nobody_wanted_the_time(
    browser: Browser, calendar: AppointmentCalendar
) -> None:
    wanted = starts(calendar)[5]
    ready(browser, wanted)

    with later(HOLD + timedelta(hours=1)):
        assert browser.submit().url.endswith("/received/") or ServiceRequest.objects.exists()

    assert Booking.objects.get(state="confirmed").slot.starts_at == wanted


def test_where_no_time_is_free_the_page_says_so(browser: Browser, calendar: AppointmentCalendar) -> None:
    calendar.closed_days = sorted({start.date().isoformat() for start in starts(calendar)})
    calendar.save()

    html = text(browser.send("visit", {"shown": "when"}))

    assert "No time is free now: time of the visit" in html
    assert 'id="q-when.day"' in html


def test_a_question_that_may_stay_open_holds_nothing(
    client: Client, citizen: User, calendar: AppointmentCalendar
) -> None:
    client.force_login(citizen)
    browser = Browser(client, ServicePageFactory(value=form(required=False)).slug, "en")
    browser.send("visit", chosen(starts(calendar)[0]))

    assert browser.send("visit", {"when.day": "", "when.time": "", "shown": "when"}).status_code == 303

    assert Slot.objects.get().taken == 0
    assert "when" not in Draft.objects.get().data["extra_data"]["answers"]


@pytest.mark.parametrize(
    "forged", ["2026-11-25T09:10:00+03:00", "2026-11-25T09:00:00", "x", "2020-01-01T09:00:00+03:00", "\x00", "9" * 400]
)
def test_a_forged_time_is_not_held(browser: Browser, forged: str) -> None:
    browser.send("visit", {"when.day": "", "when.time": forged, "shown": "when"})

    assert not Booking.objects.filter(state="held").exists()


def queries_of(captured: CaptureQueriesContext) -> str:
    return "\n".join(query["sql"][:200] for query in captured.captured_queries)


def test_what_an_appointment_costs(browser: Browser, calendar: AppointmentCalendar) -> None:
    ready(browser, starts(calendar)[0])
    # The year's first number makes the counter's row.
    take_number(ServicePage.objects.get(slug=browser.slug).department.organisation, timezone.now())
    browser.open("visit")

    # a step's eight, and: what is free (3), a transaction (2), the draft locked; the hold in its own (2):
    # calendar, slot, what is held, the slot locked, the hold extended
    with CaptureQueriesContext(connection) as saving:
        browser.send_as_shown("visit", chosen(starts(calendar)[0]))
    assert len(saving) <= 21, queries_of(saving)
    browser.review()
    # a submit's eighteen, and: what is free (3), the hold settled (7), confirmed with its history (3), said (1)
    with CaptureQueriesContext(connection) as sending:
        assert browser.submit().status_code == 303
    assert len(sending) <= 32, queries_of(sending)


def sent_before(browser: Browser, calendar: AppointmentCalendar, citizen: User, *, times: int) -> None:
    """He has sent so many requests for a time in this calendar already."""
    for place in range(times):
        request = ServiceRequestFactory(applicant=citizen)
        taken_by_another(calendar, starts(calendar)[place + 10], holder=f"sent-{place}")
        confirm(f"sent-{place}", request)


def test_nobody_books_a_calendar_out_by_sending_again_and_again(
    browser: Browser, calendar: AppointmentCalendar, citizen: User
) -> None:
    sent_before(browser, calendar, citizen, times=MOST_COMING)

    refused = browser.send("visit", chosen(starts(calendar)[0]))

    assert "5 appointments to come here" in text(refused)
    assert not Booking.objects.filter(state="held").exists()
    with later(timedelta(days=20)):
        assert browser.send("visit", chosen(starts(calendar)[0])).status_code == 303


def test_what_was_held_before_is_not_sent_beside_so_many(
    browser: Browser, calendar: AppointmentCalendar, citizen: User
) -> None:
    ready(browser, starts(calendar)[0])
    sent_before(browser, calendar, citizen, times=MOST_COMING)

    page = text(browser.submit())

    assert "5 appointments to come here" in page
    assert ServiceRequest.objects.count() == MOST_COMING
