"""Messages about an account: codes, changes, letters for renewing a password and "you already have an account".

Written and sent by jobs. The page that asked for one answers at once and alike, whoever was asked for,
and a mail server that is down delays the letter instead of failing the page: another job is begun for a day.
"""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from cms.jobs import enqueue, job_kind, schedule
from cms.jobs.models import Job, JobState
from cms.letters import Letter, send_letter
from home.accounts import outbox
from home.accounts.models import AccountMessage, CodeBudget, OneTimeCode, User

LETTERS = ("mail_password_renewal", "mail_already_registered")
# How long it is known what was sent to whom.
MESSAGES_KEPT = timedelta(days=30)
CODES_KEPT = timedelta(days=1)
# How exactly it is known when a session was seen last.
SEEN_EVERY = timedelta(minutes=5)


def send_renewal(person: User) -> None:
    """Where he has proved his address: looked at again when it is written."""
    if person.email_is_proved:
        _order("mail_password_renewal", person)


def send_already_registered(person: User) -> None:
    _order("mail_already_registered", person)


def _order(kind: str, person: User) -> None:
    if person.email and person.is_active:
        enqueue(kind, {"person": person.pk, "language": get_language() or settings.LANGUAGE_CODE})


@job_kind("mail_password_renewal")
def mail_password_renewal(job: Job) -> None:
    person = _reachable(job)
    if person is None or not person.email_is_proved:
        return
    with override(job.arguments["language"]):
        # Made here and not when asked for, so that the key to the account stands in no queue.
        key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
        _send("password_renewal", job, person, address=_full(reverse("account_reset_password_from_key", kwargs=key)))


@job_kind("mail_already_registered")
def mail_already_registered(job: Job) -> None:
    person = _reachable(job)
    if person is None:
        return
    with override(job.arguments["language"]):
        _send(
            "already_registered",
            job,
            person,
            sign_in=_full(reverse("account_login")),
            forgotten=_full(reverse("account_reset_password")),
        )


@job_kind(outbox.JOB)
def send_account_message(job: Job) -> None:
    """Run twice it sends once, unless its worker died between sending and marking: the reference tells the gateway."""
    message = AccountMessage.objects.select_related("code", "person").filter(pk=job.arguments["message"]).first()
    if message is not None:
        outbox.deliver(message)


@schedule("send_account_messages", every=timedelta(minutes=10))
def send_account_messages() -> None:
    now = timezone.now()
    outbox.send_what_waits(now)
    write_again_what_was_given_up(now)


def write_again_what_was_given_up(now: datetime) -> int:
    """Begin another job for every letter of this module that one gave up, for a day; how many.

    Run twice it begins each once. `since` and `letter` are those of the first job.
    """
    begun = 0
    given_up = Job.objects.filter(kind__in=LETTERS, state=JobState.FAILED)
    for job in given_up.filter(created_at__gte=now - outbox.TRIED_FOR):
        since = job.arguments.get("since", job.created_at.isoformat())
        if now - datetime.fromisoformat(since) < outbox.TRIED_FOR:
            first = {"since": since, "letter": _reference(job)}
            enqueue(job.kind, {**job.arguments, **first}, dedupe_key=f"letter-after-{job.pk}")
            begun += 1
    return begun


@schedule("forget_codes", every=timedelta(hours=6))
def forget_codes() -> None:
    """What was sent to whom is of use for a while only: to whoever asks why nothing came."""
    now = timezone.now()
    CodeBudget.objects.filter(ends_at__lt=now).delete()
    AccountMessage.objects.filter(created_at__lt=now - MESSAGES_KEPT).delete()
    OneTimeCode.objects.filter(expires_at__lt=now - CODES_KEPT).delete()


@schedule("forget_ended_sessions", every=timedelta(hours=6))
def forget_ended_sessions() -> None:
    """What stood in them (a registration that nobody finished) and where people had been signed in."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    ended = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(last_seen_at__lt=ended - SEEN_EVERY).delete()


def _reachable(job: Job) -> User | None:
    return User.objects.filter(pk=job.arguments["person"], is_active=True).exclude(email="").first()


def _full(path: str) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


def _reference(job: Job) -> str:
    return str(job.arguments.get("letter", f"letter-{job.pk}"))


def _send(name: str, job: Job, person: User, **context: Any) -> None:
    context |= {"name": person.get_full_name(), "portal": settings.WAGTAIL_SITE_NAME}
    subject = render_to_string(f"account/letters/{name}_subject.txt", context).strip()
    text = render_to_string(f"account/letters/{name}.txt", context)
    send_letter(Letter(_reference(job), person.email, subject, text, job.arguments["language"]))
