"""A sum in words, for browsers that cannot run the check against programs: read or heard, answered by keyboard.

A program could answer it too, so whoever takes an answer charges it to a small budget of its own
(home.accounts.answers.spend_answer; docs/decisions/0023). The mark that stands beside a question is random, signed and
good for some minutes; the numbers follow from it and the secret key. One answer to it is looked at, right or wrong.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.cache import caches
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_altcha.conf import get_setting

from cms.arabic import clean, digits

LASTS = timedelta(minutes=20)
SALT = "forms_builder.sum_in_words"
# Two is left out: in Arabic its word changes with its place.
_LEAST, _MOST = 3, 9
_LONGEST_MARK = 100
_LONGEST_ANSWER = 20


@dataclass(frozen=True)
class Sum:
    """A question as a page shows it; `mark` comes back with the answer."""

    mark: str
    text: str


def new_sum() -> Sum:
    """Another question, in the language of the page."""
    name = secrets.token_urlsafe(12)
    first, second = _numbers(name)
    words = {"first": _in_words(first), "second": _in_words(second)}
    return Sum(signing.TimestampSigner(salt=SALT).sign(name), _("How much is %(first)s plus %(second)s?") % words)


def takes_answer(mark: str, typed: str) -> bool:
    """Whether this is the answer, in digits of either set; to each question one is looked at, so of two at once one."""
    if len(mark) > _LONGEST_MARK or len(typed) > _LONGEST_ANSWER:
        return False
    try:
        name = signing.TimestampSigner(salt=SALT).unsign(mark, max_age=LASTS)
    except signing.BadSignature:
        return False
    used = caches[get_setting("ALTCHA_CACHE_ALIAS")]
    if not used.add(f"sum:{name}", 1, int(LASTS.total_seconds())):
        return False
    return digits(clean(typed)) == str(sum(_numbers(name)))


def _numbers(name: str) -> tuple[int, int]:
    drawn = salted_hmac(SALT, name, algorithm="sha256").digest()
    span = _MOST - _LEAST + 1
    return _LEAST + drawn[0] % span, _LEAST + drawn[1] % span


def _in_words(number: int) -> str:
    return {
        3: pgettext("in a sum", "three"),
        4: pgettext("in a sum", "four"),
        5: pgettext("in a sum", "five"),
        6: pgettext("in a sum", "six"),
        7: pgettext("in a sum", "seven"),
        8: pgettext("in a sum", "eight"),
        9: pgettext("in a sum", "nine"),
    }[number]
