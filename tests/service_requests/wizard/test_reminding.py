"""A draft is deleted only after its person was told, five days before; what he changes starts the time again."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.gateways import TextMessage
from cms.jobs.models import Job
from home.accounts import outbox
from home.accounts.guests import new_guest
from home.accounts.jobs import send_account_message
from home.accounts.models import User
from service_requests.wizard.models import Draft
from service_requests.wizard.purge import purge
from service_requests.wizard.reminding import remind
from tests.factories import DelegationFactory, DraftFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DAY = timedelta(days=1)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> list[TextMessage]:
    """What was handed to the gateway."""
    sent: list[TextMessage] = []
    monkeypatch.setattr(outbox, "sms_gateway", lambda: SimpleNamespace(send=sent.append))
    return sent


def draft_of(person: User, *, days: float, **more: Any) -> Draft:
    """A draft that was last changed so many days ago."""
    draft: Draft = DraftFactory(applicant=person, **more)
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - days * DAY)
    return Draft.objects.get(pk=draft.pk)


def send_all() -> None:
    for job in Job.objects.filter(kind=outbox.JOB):
        send_account_message(job)


def test_he_is_told_once_by_text_message_and_by_mail(citizen: User, gateway: list[TextMessage]) -> None:
    draft = draft_of(citizen, days=23.1)

    assert remind(timezone.now()) == 1
    assert remind(timezone.now()) == 0
    send_all()

    (message,) = gateway
    assert message.recipient == citizen.mobile
    assert (draft.updated_at + 28 * DAY).astimezone().strftime("%Y/%m") in message.text
    (letter,) = mail.outbox
    assert letter.to == [citizen.email]
    # Each says of itself that it cannot be answered; the e-mail holds the way to what was begun.
    assert "لا يمكنك الرد عبر الرسائل النصية" in message.text
    assert "الرسائل النصية" not in letter.body
    assert "لا تُقرأ الردود" in letter.body
    assert "/ar/requests/?show=drafts\n" in letter.body


def test_who_does_not_act_for_the_office_any_more_hears_nothing_of_its_draft(gateway: list[TextMessage]) -> None:
    acts, ended = DelegationFactory(), DelegationFactory(ended=True)
    for delegation in (acts, ended):
        draft_of(delegation.person, days=23.1, acting_for=delegation.establishment)

    assert remind(timezone.now()) == 2
    send_all()

    assert [message.recipient for message in gateway] == [acts.person.mobile]
    assert purge(timezone.now() + 6 * DAY).drafts == 2, "he could not open it: nothing of his is lost"


def test_a_message_holds_nothing_of_the_person_or_of_his_draft(citizen: User, gateway: list[TextMessage]) -> None:
    draft = draft_of(citizen, days=24, data={"extra_data": {"answers": {"subject": "canary"}}})
    remind(timezone.now())
    send_all()

    for text in (gateway[0].text, mail.outbox[0].subject + mail.outbox[0].body):
        assert not any(
            word in text for word in (citizen.full_name, citizen.identity_number, "canary", str(draft.public_id))
        )


def test_it_is_sent_once_and_listed_in_the_outbox_of_the_demonstration(
    citizen: User, gateway: list[TextMessage]
) -> None:
    draft_of(citizen, days=24)
    remind(timezone.now())
    send_all()
    send_all()

    (message,) = gateway
    assert message.text in [shown.text for shown in outbox.latest_messages(10)]


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


def test_what_he_changed_since_stays_and_is_told_of_anew(citizen: User) -> None:
    draft = draft_of(citizen, days=24)
    remind(timezone.now())
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now())

    purge(timezone.now() + 27 * DAY)

    assert Draft.objects.exists()
    assert remind(timezone.now() + 24 * DAY) == 1


def test_who_cannot_be_reached_is_told_in_his_account_alone(gateway: list[TextMessage]) -> None:
    draft_of(UserFactory(citizen=True, mobile="", email=""), days=24)

    assert remind(timezone.now()) == 1
    send_all()

    assert gateway == []
    assert mail.outbox == []


def test_a_guest_is_told_on_the_mobile_he_has_proved(gateway: list[TextMessage]) -> None:
    guest = new_guest()
    guest.prove_mobile("+966501112233")
    guest.save()
    draft = draft_of(guest, days=24, language="en")
    remind(timezone.now())
    send_all()

    (message,) = gateway
    assert message.recipient == "+966501112233"
    assert "You cannot reply" in message.text
    link = re.search(r"https?://[^/]+(/en/apply/link/\S+/)", message.text)
    assert link
    assert Client().get(link[1]).context["draft"] == draft
