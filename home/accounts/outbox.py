"""Messages about accounts: written with what gave the reason, sent by jobs, shown on the outbox page.

A text message goes out by the gateway of the portal (cms.gateways), a letter by e-mail. A job tries for half an hour;
`send_what_waits` begins another while the message is not a day old, so that a gateway that is away for hours loses
none. A code whose minutes have passed is not sent any more: it would only be one more to mistype.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from cms.gateways import MessageRefused, TextMessage, sms_gateway
from cms.jobs import enqueue
from cms.letters import Letter, send_letter
from cms.segments import for_telephones
from home.accounts.email_proof import link_for
from home.accounts.models import AccountMessage, MessageKind, MessageState, OneTimeCode, User

JOB = "send_account_message"
WAITS = (MessageState.DUE, MessageState.FAILED)
# Longer than a job tries by itself (cms.jobs.running).
ONE_JOB = timedelta(minutes=40)
TRIED_FOR = timedelta(days=1)


def write_code(code: OneTimeCode) -> None:
    """Have a code sent, in the language of the page. Where it is for nobody, the job finds that out."""
    _write(MessageKind.CODE, code.mobile, code=code)


def tell_by_sms(kind: MessageKind, mobile: str) -> None:
    """Have a text sent to a mobile, which may be one that an account has just left."""
    _write(kind, mobile, text=_text_of(kind))


def tell_of_another_mobile(person: User, before: str) -> None:
    """His mobile was `before`, and is another now: both numbers are told.

    To be called in the transaction that changes it, whoever changed it.
    """
    if before == person.mobile:
        return
    if before:
        tell_by_sms(MessageKind.MOBILE_LEFT, before)
    if person.mobile:
        tell_by_sms(MessageKind.MOBILE_CAME, person.mobile)


def tell_by_email(kind: MessageKind, address: str, person: User) -> None:
    """Have a letter sent to an address, which may be one that an account has just left.

    It greets him by his name only where he has proved the address: another may be a stranger's.
    """
    subject, text = _letter(kind, name=person.get_full_name() if address == person.proved_email else "")
    _write(kind, address, subject=subject, text=text)


def write_link(person: User) -> None:
    """Have the link sent by which he proves his address. Where it is proved or changed by then, the job finds out."""
    subject, _text = _letter(MessageKind.EMAIL_PROOF)
    _write(MessageKind.EMAIL_PROOF, person.email, person=person, subject=subject)


def tell_of_another_address(person: User, before: str) -> None:
    """His address was `before`, and is another now: whoever reads the old one is told, the new one is to be proved.

    To be called in the transaction that changes it, whoever changed it.
    """
    if before == person.email:
        return
    if before:
        tell_by_email(MessageKind.EMAIL_LEFT, before, person)
    if person.email and not person.email_is_proved:
        write_link(person)


def tell_in_words(kind: MessageKind, recipient: str, text: str, *, subject: str = "", language: str) -> None:
    """Have words of somebody else sent, by e-mail where the recipient is an address."""
    text = text if "@" in recipient else for_telephones(text)
    _write(kind, recipient, text=text, subject=subject, language=language)


def send_what_waits(now: datetime) -> int:
    """Begin another job for every message that the last one gave up; how many. Run twice it begins each once."""
    waiting = AccountMessage.objects.filter(
        state__in=WAITS, created_at__gte=now - TRIED_FOR, created_at__lte=now - ONE_JOB
    )
    begun = 0
    for pk, written in waiting.values_list("pk", "created_at"):
        turn = int((now - written) / ONE_JOB)
        enqueue(JOB, {"message": pk}, dedupe_key=f"account-message-{pk}-{turn}")
        begun += 1
    return begun


def deliver(message: AccountMessage) -> None:
    """One attempt; what was sent once is not sent again.

    Raises:
        cms.gateways.GatewayRefused: the gateway or the mail server did not take it, and may do so soon.
    """
    if message.state not in WAITS:
        return
    code, person = message.code, message.person
    if person is not None and (person.email != message.recipient or person.email_is_proved or not person.is_active):
        _settle(message, MessageState.LATE)
        return
    if code is not None and not code.reaches:
        _settle(message, MessageState.NOBODY)
        return
    if code is not None and (code.is_over or code.used_at):
        _settle(message, MessageState.LATE)
        return
    try:
        _send(message)
    except MessageRefused:
        # Wrong in itself: left to the next of the jobs, in case the fault was the gateway's.
        _settle(message, MessageState.FAILED)
        return
    except Exception:
        _settle(message, MessageState.FAILED)
        raise
    _settle(message, MessageState.SENT)


@dataclass(frozen=True)
class Shown:
    """A message as a page shows it."""

    kind: str
    recipient: str
    language: str
    text: str
    state: str
    state_words: str
    created_at: datetime


def latest_messages(most: int) -> list[Shown]:
    """The latest messages, newest first, with numbers and codes: for a demo, where nobody is really written to."""
    rows = AccountMessage.objects.select_related("code", "person").exclude(code__reaches=False)[:most]
    return [
        Shown(
            kind=row.get_kind_display(),
            recipient=row.recipient,
            language=row.language,
            text=words_of(row),
            state=row.state,
            state_words=row.get_state_display(),
            created_at=row.created_at,
        )
        for row in rows
    ]


def words_of(message: AccountMessage) -> str:
    """The text as it leaves the house."""
    if message.code is not None:
        return _text_of_code(message.code.digits, message.language)
    if message.person is not None:
        with override(message.language):
            return _letter(MessageKind.EMAIL_PROOF, link=link_for(message.person))[1]
    return message.text


def _letter(kind: MessageKind, **context: str) -> tuple[str, str]:
    """Subject and text of a letter, in the language of the moment."""
    told = {"portal": settings.WAGTAIL_SITE_NAME, **context}
    subject, text = (render_to_string(f"account/letters/{kind}{part}.txt", told) for part in ("_subject", ""))
    return subject.strip(), text


def _write(kind: MessageKind, recipient: str, *, language: str = "", **more: object) -> None:
    language = language or get_language() or settings.LANGUAGE_CODE
    message = AccountMessage.objects.create(kind=kind, recipient=recipient, language=language, **more)
    enqueue(JOB, {"message": message.pk})


def _send(message: AccountMessage) -> None:
    if "@" in message.recipient:
        text = words_of(message)
        send_letter(Letter(str(message.public_id), message.recipient, message.subject, text, message.language))
    else:
        sms_gateway().send(TextMessage(str(message.public_id), message.recipient, words_of(message)))


def _settle(message: AccountMessage, state: MessageState) -> None:
    sent_at = timezone.now() if state == MessageState.SENT else None
    # Unless somebody else has settled it meanwhile: what was sent stays sent.
    AccountMessage.objects.filter(pk=message.pk, state__in=WAITS).update(state=state, sent_at=sent_at)


# --- Texts: at most one part of an Arabic text message (70 signs), nothing personal ----------------------


def _text_of_code(digits: str, language: str) -> str:
    with override(language):
        return _("Your code: %(code)s. Valid for 5 minutes. Give it to nobody. Do not reply.") % {"code": digits}


def _text_of(kind: MessageKind) -> str:
    return {
        MessageKind.MOBILE_LEFT: _("The mobile of your account has changed. Not you? See your account. Do not reply."),
        MessageKind.MOBILE_CAME: _("This is now the mobile number of your account. Do not reply."),
        MessageKind.PASSWORD_RENEWED: _(
            "Your password was renewed by a code. Not you? See your account. Do not reply."
        ),
        MessageKind.KNOWN_ALREADY: _("You already have an account: sign in with a code to this mobile. Do not reply."),
    }[kind]
