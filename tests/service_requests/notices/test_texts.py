"""A body's own words: filled in, never with anything of a person, and with what each channel says at its end."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from cms.segments import segments
from service_requests.appointments.models import Booking, Slot
from service_requests.notices.channels import channel
from service_requests.notices.events import TEXTS
from service_requests.notices.models import Notice, NoticeChannels, NoticeText
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED, WRITTEN, reached_by, text_of
from service_requests.records.models import ServiceRequest
from services_catalog.bundles import BundleRefused, load_records
from services_catalog.bundles.sections import sections
from services_catalog.content.media import Packed
from services_catalog.processes.workflow import Kind
from tests.factories import CalendarFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CANNOT_REPLY = {"ar": "لا يمكنك الرد عبر الرسائل النصية", "en": "You cannot reply by text message"}
FOLLOWING = {"ar": "«متابعة طلب»", "en": "Follow a request, on the portal"}
ACCOUNT = {"ar": "«طلباتي» بحسابك", "en": "My requests, in your account"}


def own(request: ServiceRequest, **values: object) -> NoticeText:
    made = {"event": SUBMITTED, "channel": "sms", "text": {"ar": "وصل {number}", "en": "Got {number}"}, **values}
    return NoticeText.objects.create(organisation=request.organisation, **made)


@pytest.mark.parametrize("event", sorted(TEXTS))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_text_message_says_that_it_cannot_be_answered_and_where_to(
    request_: ServiceRequest, event: str, language: str
) -> None:
    request_.language = language
    own(request_, event=event)

    for text in (text_of(event, request_, {}), text_of(WRITTEN, ServiceRequestFactory(language=language), {})):
        assert CANNOT_REPLY[language] in text
        assert ACCOUNT[language] in text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_guest_is_led_to_where_he_follows_his_request_and_to_no_account(
    request_: ServiceRequest, language: str
) -> None:
    request_.language = language
    request_.applicant = UserFactory(guest=True)
    own(request_, text={"ar": "{number} {account}", "en": "{number} {account}"})

    text = text_of(SUBMITTED, request_, {})

    assert f"/{language}/requests/follow/" in text
    assert FOLLOWING[language] in text
    assert CANNOT_REPLY[language] in text
    assert ACCOUNT[language] not in text
    request_.applicant = UserFactory(citizen=True)
    with override(language):
        of_guest = channel("sms").closing(ServiceRequest(applicant=UserFactory(guest=True)))
        assert len(of_guest) <= len(channel("sms").closing(request_)), "editors count the parts of the longer one"


def test_a_body_says_it_in_its_own_words_and_others_in_those_that_ship(request_: ServiceRequest) -> None:
    own(request_)
    other = ServiceRequestFactory()

    assert text_of(SUBMITTED, request_, {}).startswith(f"وصل {request_.number} ")
    assert text_of(SUBMITTED, other, {}).startswith(other.organisation.name["ar"])
    assert text_of(Kind.TAKE, request_, {}).startswith(request_.organisation.name["ar"])


def test_a_word_for_every_placeholder(request_: ServiceRequest) -> None:
    own(request_, text={"ar": "{number} {service} {state} {organisation} {date} {account} {appointment}."})

    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        text = text_of(SUBMITTED, request_, {})

    for value in (request_.number, request_.service.title, request_.organisation.name["ar"], "/ar/requests/"):
        assert value in text
    assert "1448/06/12" in text or "2026/11/22" in text
    assert "{" not in text
    assert "  " not in text


@pytest.mark.parametrize("word", ["applicant", "identity", "mobile", "answer.subject", ""])
@pytest.mark.parametrize("field", ["text", "subject"])
def test_a_placeholder_that_would_name_a_person_is_refused_in_words(
    request_: ServiceRequest, word: str, field: str
) -> None:
    texts = {"text": {"ar": "نص", "en": "Text"}, field: {"ar": f"نص {{{word}}}", "en": "Text"}}
    text = NoticeText(organisation=request_.organisation, event=SUBMITTED, channel="email", **texts)

    with pytest.raises(ValidationError) as refused:
        text.full_clean()

    assert f"{{{word}}}" in str(refused.value.message_dict[field])


def test_a_body_has_one_text_per_event_and_channel(request_: ServiceRequest) -> None:
    own(request_)
    own(request_, channel="email")

    with pytest.raises(IntegrityError), transaction.atomic():
        own(request_)


def test_an_e_mail_has_a_subject_and_leads_to_the_request_and_says_nothing_of_it(request_: ServiceRequest) -> None:
    request_.applicant.email = "noura@example.com"

    announce(SUBMITTED, request_)

    notice = Notice.objects.get(channel="email")
    assert request_.number in notice.subject
    assert f"/ar/requests/{request_.public_id}/" in notice.text
    assert not any(secret in notice.text for secret in (request_.applicant_name, "noura", *request_.answers.values()))


def test_each_channel_can_be_switched_off_by_a_body_for_itself(request_: ServiceRequest) -> None:
    NoticeChannels.objects.create(organisation=request_.organisation, sms=False, sms_sender="Najran")
    other = ServiceRequestFactory(applicant__email="")

    announce(SUBMITTED, request_)
    announce(SUBMITTED, other)

    assert set(Notice.objects.filter(request=request_).values_list("channel", flat=True)) == {"account"}
    assert set(Notice.objects.filter(request=other).values_list("channel", flat=True)) == {"sms", "account"}


def test_one_event_can_be_silent_in_one_channel(request_: ServiceRequest) -> None:
    own(request_, is_sent=False)

    announce(SUBMITTED, request_)
    announce(Kind.TAKE, request_)

    assert list(Notice.objects.filter(channel="sms").values_list("event", flat=True)) == ["take"]
    assert [way.key for way, _recipient in reached_by(SUBMITTED, request_)] == ["account"]


def test_content_files_bring_texts_and_read_the_same(request_: ServiceRequest) -> None:
    key = request_.organisation.key
    told = {"event": SUBMITTED, "channel": "sms", "text": {"ar": "وصل {number}", "en": "Got {number}"}}

    for _twice in range(2):
        load_records("notice_texts", {key: {"texts": [told]}}, None)  # type: ignore[arg-type]  # no files

    assert NoticeText.history.count() == 1
    assert sections()["notice_texts"].read(key, Packed()) == {"texts": [{**told, "is_sent": True, "subject": {}}]}


@pytest.mark.parametrize("wrong", [{"event": "nothing"}, {"channel": "pigeon"}, {"text": {"ar": "{name}"}}])
def test_a_content_file_with_a_text_that_cannot_be_is_refused(
    request_: ServiceRequest, wrong: dict[str, object]
) -> None:
    told = {"event": SUBMITTED, "channel": "sms", "text": {"ar": "وصل", "en": "Got"}, **wrong}

    with pytest.raises((BundleRefused, ValidationError)):
        load_records("notice_texts", {request_.organisation.key: {"texts": [told]}}, None)  # type: ignore[arg-type]

    assert not NoticeText.objects.exists()


def booked(request: ServiceRequest, starts_at: datetime) -> None:
    calendar = CalendarFactory(organisation=request.organisation, place={"ar": "المبنى الرئيسي", "en": "Main building"})
    Booking.objects.create(
        slot=Slot.objects.create(calendar=calendar, starts_at=starts_at, minutes=30, capacity=1, taken=1),
        holder="x", field_key="when", request=request, state="confirmed", held_at=starts_at, held_until=starts_at,
    )  # fmt: skip


@pytest.mark.parametrize("event", [SUBMITTED, Kind.APPROVE])
def test_the_outcome_says_day_time_and_place_of_an_appointment(request_: ServiceRequest, event: str) -> None:
    booked(request_, datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
    ServiceRequest.objects.filter(pk=request_.pk).update(language="en")
    other = ServiceRequestFactory(language="en")

    # As actions read it: without its form, which would say that it asks for no appointment.
    announce(event, ServiceRequest.objects.get(pk=request_.pk))

    texts = dict(Notice.objects.values_list("channel", "text"))
    # By the clock of the place, and kept from being turned round; telephones show such signs as boxes.
    assert "Tuesday 24 November 2026, \u206609:30\u2069, Main building." in texts["account"]
    assert "Tuesday 24 November 2026, 09:30, Main building." in texts["sms"]
    assert "Appointment" not in text_of(event, other, {})


@pytest.mark.parametrize("is_of_a_guest", [False, True])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("event", sorted(TEXTS))
def test_what_ships_takes_three_text_messages_at_most_whatever_there_is_to_say(
    request_: ServiceRequest, event: str, language: str, *, is_of_a_guest: bool
) -> None:
    """For a body with as long a name as there are, with an appointment; two without one in most events."""
    request_.organisation.name = {"ar": "أمانة منطقة المدينة المنورة", "en": "Madinah Regional Municipality"}
    request_.number, request_.language = "MDN-1448-000067", language
    request_.applicant.is_guest = is_of_a_guest
    booked(request_, datetime(2026, 11, 24, 6, 30, tzinfo=UTC))

    assert segments(text_of(event, request_, {})).parts <= 3
