"""Codes by text message: six digits that prove somebody holds a mobile.

    send_code(http, "follow", mobile, about=str(request.public_id), reaches=True)
    state = waiting_for(http, "follow")             # for the page: the number, how long until the next one
    send_again(http, "follow")
    proof = check_code(http, "follow", typed)       # proof.mobile, proof.about; once

A code is bound to the session that asked for it and to a purpose: the session remembers which one it waits for, and
no other session can name it. The digits are kept nowhere. They follow from the secret key and the random id of the
row, and the job that sends them works them out again (docs/decisions/0015).

Both answers are the same whether or not anybody is to get the code (`reaches`): same rows, same job, same words.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cms.countries import country_name
from cms.phones import country_of
from home.accounts.budgets import Spent, Whose, spend
from home.accounts.models import OneTimeCode
from home.accounts.outbox import write_code

LASTS = timedelta(minutes=5)
TRIES = 3
IN_THE_SESSION = "codes"


class NoCodeSent(Exception):
    """No code was sent; `words` say why to the reader, and how long to wait."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class WrongCode(Exception):
    """What was typed proves nothing; `words` say to the reader what to do."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Waiting:
    """What a session waits for, for one purpose. `code` is empty when none could be sent yet.

    `about` is the caller's own: what the proof will be used for, an id. `alike` are charged like `mobile`.
    """

    mobile: str
    about: str
    reaches: bool
    code: str = ""
    again_at: str = ""
    alike: Sequence[str] = ()

    @property
    def seconds(self) -> int:
        """How long until another code may be asked for."""
        moment = parse_datetime(self.again_at) if self.again_at else None
        return max(0, math.ceil((moment - timezone.now()).total_seconds())) if moment else 0


@dataclass(frozen=True)
class Proof:
    """Whoever is in this session holds this mobile."""

    mobile: str
    about: str


def send_code(
    http: HttpRequest,
    purpose: str,
    mobile: str,
    *,
    about: str = "",
    reaches: bool = True,
    alike: Sequence[str] = (),
) -> None:
    """Send a code to this mobile, and have this session wait for it in place of any other of this purpose.

    Args:
        mobile: in E.164.
        about: what the proof will be used for, given back with it: an id, kept in the session.
        reaches: false where nobody with this number is known. Then nothing is sent, and nobody can tell.
        alike: what else the typed number may have meant. Charged as well: which of them is known is not told by
            whose limit is met.

    Raises:
        NoCodeSent: the country is not served, or a limit is met. The session remembers the number nevertheless,
            so that the same page can ask again later.
    """
    waiting = Waiting(mobile, about, reaches, alike=list(alike))
    _remember(http, purpose, waiting)
    refuse_other_countries(mobile)
    now = timezone.now()
    try:
        with transaction.atomic():
            spend(http, [mobile, *alike], really=reaches)
            code = OneTimeCode.objects.create(purpose=purpose, mobile=mobile, reaches=reaches, expires_at=now + LASTS)
            write_code(code)
    except Spent as spent:
        _remember(http, purpose, replace(waiting, again_at=spent.until.isoformat()))
        raise NoCodeSent(_words(spent)) from spent
    again_at = (now + pause()).isoformat()
    _remember(http, purpose, replace(waiting, code=str(code.public_id), again_at=again_at))


def send_again(http: HttpRequest, purpose: str) -> None:
    """Another code to the same number. Where it cannot be sent, the one before stays good.

    Raises:
        NoCodeSent: a limit is met, or this session waits for nothing.
    """
    before = waiting_for(http, purpose)
    if before is None:
        raise NoCodeSent(_("Begin again: this page was open for too long"))
    try:
        send_code(http, purpose, before.mobile, about=before.about, reaches=before.reaches, alike=before.alike)
    except NoCodeSent:
        if before.code:
            _remember(http, purpose, before)
        raise


def waiting_for(http: HttpRequest, purpose: str) -> Waiting | None:
    """What this session waits for; nothing when no code of this purpose was asked for, or it has been used."""
    kept = http.session.get(IN_THE_SESSION, {}).get(purpose)
    return Waiting(**kept) if kept else None


def pause() -> timedelta:
    """How long a phone waits between two codes."""
    return timedelta(seconds=min(seconds for most, seconds in settings.CODE_BUDGETS[Whose.PHONE] if most == 1))


def forget(http: HttpRequest, purpose: str) -> None:
    """This session waits no more: the person has turned back."""
    _keep(http, {name: kept for name, kept in http.session.get(IN_THE_SESSION, {}).items() if name != purpose})


def check_code(http: HttpRequest, purpose: str, typed: str) -> Proof:
    """Compare what was typed with the code this session waits for. A code proves something once.

    Args:
        typed: six ASCII digits, as `home.accounts.fields.CodeField` cleans them.

    Raises:
        WrongCode: it is not the code, or there is none that can still be compared with.
    """
    waiting = waiting_for(http, purpose)
    if waiting is None or not waiting.code:
        raise WrongCode(_("This code is no longer valid. Ask for a new one"))
    code = OneTimeCode.objects.filter(public_id=waiting.code, purpose=purpose)
    if not count_try(code):
        raise WrongCode(_("This code is no longer valid. Ask for a new one"))
    found = code.get()
    if not _is_right(found, typed):
        raise WrongCode(_after(found.tries))
    if not code.filter(used_at=None).update(used_at=timezone.now()):
        # The same code came twice at once: the other one has it.
        raise WrongCode(_("This code is no longer valid. Ask for a new one"))
    forget(http, purpose)
    return Proof(found.mobile, waiting.about)


def count_try(code: QuerySet[OneTimeCode]) -> bool:
    """Count one comparison before it is made; whether it may be made at all.

    One statement: of two hundred that guess at once, three find a row to change.
    """
    still_good = code.filter(tries__lt=TRIES, used_at=None, expires_at__gt=timezone.now())
    return still_good.update(tries=F("tries") + 1) == 1


def _is_right(code: OneTimeCode, typed: str) -> bool:
    return constant_time_compare(code.digits, typed) and code.reaches


def _after(tries: int) -> str:
    left = TRIES - tries
    if left <= 0:
        return _("The code is not right, and it cannot be tried again. Ask for a new one")
    return ngettext(
        "The code is not right. You can try once more", "The code is not right. You can try %(left)s more times", left
    ) % {"left": left}


def _remember(http: HttpRequest, purpose: str, waiting: Waiting) -> None:
    _keep(http, {**http.session.get(IN_THE_SESSION, {}), purpose: asdict(waiting)})


def _keep(http: HttpRequest, all_purposes: dict[str, Any]) -> None:
    http.session[IN_THE_SESSION] = all_purposes


# --- Words of refusal -----------------------------------------------------------------------------------


def refuse_other_countries(mobile: str) -> None:
    """Say so where no text messages are sent to.

    Raises:
        NoCodeSent: naming the countries that are served.
    """
    if country_of(mobile) in settings.SMS_COUNTRIES:
        return
    language = get_language() or settings.LANGUAGE_CODE
    names = _(", ").join(country_name(code, language) for code in settings.SMS_COUNTRIES)
    raise NoCodeSent(
        _("No text messages are sent to this country. Write a mobile number of one of these: %(countries)s")
        % {"countries": names}
    )


def _words(spent: Spent) -> str:
    wait = {"wait": how_long(spent.until)}
    if spent.limit.whose == Whose.ALL:
        return _("The portal is sending very many codes just now. Ask for yours in %(wait)s") % wait
    if spent.limit.whose == Whose.NETWORK:
        return _("Too many codes were asked for from this connection. Ask again in %(wait)s") % wait
    if spent.limit.most == 1:
        return _("A code was asked for this number just now. You can ask for another in %(wait)s") % wait
    return _("Too many codes were asked for this number. Ask again in %(wait)s") % wait


def how_long(until: datetime) -> str:
    """Seconds, minutes or hours from now, rounded up."""
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    if seconds <= 90:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    if minutes <= 90:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
