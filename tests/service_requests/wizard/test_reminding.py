"""A draft is deleted only after its person was told, five days before; what he changes starts the time again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cms.gateways import SmsGateway, TextMessage
from cms.jobs.models import Job
from home.accounts.guests import new_guest
from home.accounts.models import User
from service_requests.wizard import reminding
from service_requests.wizard.models import Draft
from service_requests.wizard.purge import purge
from service_requests.wizard.reminding import remind, remind_of_draft
from tests.factories import DraftFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DAY = timedelta(days=1)


class Gateway(SmsGateway):
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[TextMessage] = []

    def send(self, message: TextMessage) -> Any:
        self.sent.append(message)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(reminding, "sms_gateway", lambda: gateway)
    return gateway


def draft_of(person: User, *, days: float, **more: Any) -> Draft:
    """A draft that was last changed so many days ago."""
    draft: Draft = DraftFactory(applicant=person, **more)
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - days * DAY)
    return Draft.objects.get(pk=draft.pk)


def send_all() -> None:
    for job in Job.objects.filter(kind=reminding.REMIND):
        remind_of_draft(job)


def test_he_is_told_once_by_text_message_and_by_mail(citizen: User, gateway: Gateway) -> None:
    draft = draft_of(citizen, days=23.1)

    assert remind(timezone.now()) == 1
    assert remind(timezone.now()) == 0
    send_all()

    (message,) = gateway.sent
    assert message.recipient == citizen.mobile
    assert (draft.updated_at + 28 * DAY).astimezone().strftime("%Y/%m") in message.text
    assert [letter.to for letter in mail.outbox] == [[citizen.email]]


def test_a_message_holds_nothing_of_the_person_or_of_his_draft(citizen: User, gateway: Gateway) -> None:
    draft = draft_of(citizen, days=24, data={"extra_data": {"answers": {"subject": "canary"}}})
    remind(timezone.now())
    send_all()

    for text in (gateway.sent[0].text, mail.outbox[0].subject + mail.outbox[0].body):
        assert not any(
            word in text for word in (citizen.full_name, citizen.identity_number, "canary", str(draft.public_id))
        )


def test_sent_again_it_has_the_same_reference(citizen: User, gateway: Gateway) -> None:
    draft_of(citizen, days=24)
    remind(timezone.now())
    send_all()
    send_all()

    assert len({message.reference for message in gateway.sent}) == 1


def test_nobody_is_told_of_a_draft_of_last_week_or_of_the_window(citizen: User, clerk: User) -> None:
    draft_of(citizen, days=22.9)
    draft_of(citizen, days=30, registered_by=clerk)

    assert remind(timezone.now()) == 0


def test_what_nobody_was_told_of_is_never_deleted(citizen: User) -> None:
    draft_of(citizen, days=400)

    purge(timezone.now())

    assert Draft.objects.exists()


def test_he_has_five_days_after_he_was_told_however_late_that_was(citizen: User) -> None:
    draft_of(citizen, days=400)
    remind(timezone.now())

    purge(timezone.now() + 4.9 * DAY)
    assert Draft.objects.exists()
    purge(timezone.now() + 5.1 * DAY)
    assert not Draft.objects.exists()


def test_what_he_changed_since_stays_and_is_told_of_anew(citizen: User, gateway: Gateway) -> None:
    draft = draft_of(citizen, days=24)
    remind(timezone.now())
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now())

    send_all()
    purge(timezone.now() + 27 * DAY)

    assert gateway.sent == []
    assert Draft.objects.exists()
    assert remind(timezone.now() + 24 * DAY) == 1


def test_who_cannot_be_reached_is_told_in_his_account_alone(gateway: Gateway) -> None:
    draft_of(UserFactory(citizen=True, mobile="", email=""), days=24)

    assert remind(timezone.now()) == 1
    send_all()

    assert gateway.sent == []
    assert mail.outbox == []


def test_a_guest_is_told_on_the_mobile_he_has_proved(gateway: Gateway) -> None:
    guest = new_guest()
    guest.prove_mobile("+966501112233")
    guest.save()
    draft_of(guest, days=24, language="en")
    remind(timezone.now())
    send_all()

    (message,) = gateway.sent
    assert message.recipient == "+966501112233"
    assert "by the link that you kept" in message.text


def test_a_draft_that_was_sent_or_deleted_meanwhile_is_passed_over(citizen: User, gateway: Gateway) -> None:
    draft_of(citizen, days=24)
    remind(timezone.now())
    Draft.objects.all().delete()

    send_all()

    assert gateway.sent == []
