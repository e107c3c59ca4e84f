"""The ways beside text messages: e-mail, the account, and chats of staff."""

import smtplib

import apprise
import pytest
from django.core import mail
from pytest_django import Settings

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from service_requests.notices.account import mark_read, notices_for, unread_of
from service_requests.notices.models import Notice, NoticeChannels, NoticeState
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import ServiceRequest
from services_catalog.processes.workflow import Kind
from tests.factories import DelegationFactory, ServiceRequestFactory, UserFactory
from tests.outside import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def with_email() -> ServiceRequest:
    made: ServiceRequest = ServiceRequestFactory(applicant_mobile="", applicant__email="noura@example.com")
    return made


def test_an_e_mail_goes_out_under_the_notices_name(with_email: ServiceRequest) -> None:
    announce(SUBMITTED, with_email)

    run_due_jobs()

    notice, sent = Notice.objects.get(channel="email"), mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["noura@example.com"], notice.subject, notice.text)
    assert str(notice.public_id) in sent.extra_headers["Message-ID"]
    assert notice.state == NoticeState.SENT


@pytest.mark.parametrize(
    ("error", "state", "kind"),
    [
        (smtplib.SMTPServerDisconnected("x"), NoticeState.DUE, "unreachable"),
        (ConnectionRefusedError(), NoticeState.DUE, "unreachable"),
        (TimeoutError(), NoticeState.DUE, "no_answer"),
        (smtplib.SMTPDataError(451, b"noura"), NoticeState.DUE, "not_accepted"),
        (smtplib.SMTPRecipientsRefused({"noura": (450, b"later")}), NoticeState.DUE, "no_such_address"),
        (smtplib.SMTPRecipientsRefused({"noura": (550, b"noura")}), NoticeState.FAILED, "no_such_address"),
    ],
)
def test_a_mail_server_that_does_not_take_it_is_asked_again_unless_nobody_lives_there(
    with_email: ServiceRequest, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, kind: str
) -> None:
    def refuse(self: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    announce(SUBMITTED, with_email)

    run_due_jobs()

    notice = Notice.objects.get(channel="email")
    assert (notice.state, notice.error) == (state, kind)


def test_a_mail_server_that_is_away_keeps_no_text_message_back(request_: ServiceRequest, gateway: Gateway) -> None:
    request_.applicant.email = "noura@example.com"
    gateway.stop()
    announce(SUBMITTED, request_)

    run_due_jobs()

    assert Notice.objects.get(channel="email").state == NoticeState.SENT
    assert Notice.objects.get(channel="sms").state == NoticeState.DUE


def test_in_the_account_it_is_read_at_once_and_needs_no_job(with_email: ServiceRequest) -> None:
    NoticeChannels.objects.create(organisation=with_email.organisation, email=False)
    announce(SUBMITTED, with_email)
    announce(Kind.TAKE, with_email)
    person = with_email.applicant

    assert not Job.objects.exists()
    assert [notice.event for notice in unread_of(person)] == ["take", "submitted"]
    assert mark_read(person, ServiceRequestFactory(applicant=person)) == 0
    assert mark_read(person, with_email) == 2
    assert mark_read(person) == 0
    assert (unread_of(person).count(), notices_for(person).count()) == (0, 2)


def test_nobody_reads_or_marks_what_another_was_told(with_email: ServiceRequest) -> None:
    announce(SUBMITTED, with_email)
    other = UserFactory(citizen=True)

    assert not notices_for(other).exists()
    assert mark_read(other, with_email) == 0
    assert unread_of(with_email.applicant).count() == 1


class Chat:
    """Stands where apprise would speak to somebody."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.is_away = False


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    chat = Chat()

    def notify(self: apprise.Apprise, body: str) -> bool:
        chat.said.append((self.urls()[0], body))
        return not chat.is_away

    monkeypatch.setattr(apprise.Apprise, "notify", notify)
    return chat


def test_the_chat_of_a_body_is_told_of_new_requests_and_of_nothing_else(
    with_email: ServiceRequest, chat: Chat, settings: Settings
) -> None:
    settings.NOTICE_CHATS = {with_email.organisation.key: "json://name:word@chat.example.org/"}
    announce(SUBMITTED, with_email)
    announce(Kind.TAKE, with_email)
    announce(SUBMITTED, ServiceRequestFactory())

    run_due_jobs()

    assert [body for _url, body in chat.said] == [Notice.objects.get(channel="chat").text]
    assert with_email.number in chat.said[0][1]
    # Its address is a secret: rows name the body.
    assert Notice.objects.get(channel="chat").recipient == with_email.organisation.key


def test_a_chat_that_is_away_is_told_later(with_email: ServiceRequest, chat: Chat, settings: Settings) -> None:
    settings.NOTICE_CHATS = {"*": "json://chat.example.org/"}
    chat.is_away = True
    announce(SUBMITTED, with_email)

    run_due_jobs()

    notice = Notice.objects.get(channel="chat")
    assert (notice.state, notice.error) == (NoticeState.DUE, "unreachable")


def test_an_address_that_apprise_cannot_read_is_told_to_staff_without_it(
    with_email: ServiceRequest, settings: Settings
) -> None:
    settings.NOTICE_CHATS = {"*": "nonsense"}
    announce(SUBMITTED, with_email)

    run_due_jobs()

    assert Notice.objects.get(channel="chat").error == "no_such_chat"


@pytest.mark.parametrize(("when", "ways"), [("", {"sms", "email", "account"}), ("ended", {"account"})])
def test_who_no_longer_acts_for_an_establishment_is_not_written_to_about_it(when: str, ways: set[str]) -> None:
    delegation = DelegationFactory(person__email="noura@example.com", **({when: True} if when else {}))
    case = ServiceRequestFactory(applicant=delegation.person, acting_for=delegation.establishment)

    announce(SUBMITTED, case)

    assert set(Notice.objects.filter(request=case).values_list("channel", flat=True)) == ways
