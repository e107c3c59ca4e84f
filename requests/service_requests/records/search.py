"""Finding a request by what a person at the counter says: number, name, identity or mobile.

Whoever writes a request fills `search_text` with `search_text_of`; lists ask `matching`. Both sides
are folded the same way, so the digit set, hamza, harakat and taa marbuta do not matter.
"""

import re

from django.db.models import Q

from cms.arabic import digits, fold
from cms.phones import national
from service_requests.records.querysets import ServiceRequestQuerySet

# Fewer characters would match nearly everything, and no index can serve them.
SHORTEST_WORD = 3
LONGEST_QUERY = 200

_PUNCTUATION = re.compile(r"[^\w\-]+")
_SERIAL = re.compile(r"\d{1,9}")
# A telephone or identity number as people write it, in groups. Shorter ones are a serial, or a year and a serial.
_GROUPS = re.compile(r"[\d\s()+\-]{7,}")


def search_text_of(*, number: str, name: str, identity: str = "", mobile: str = "", establishment: str = "") -> str:
    """What a request can be found by. The mobile is kept as it is dialled at home and from abroad."""
    phones = (mobile, national(mobile)) if mobile else ()
    plain = (re.sub(r"\D", "", phone) for phone in phones)
    return " ".join(filter(None, (fold(number), fold(name), fold(identity), *plain, fold(establishment))))


def matching(requests: ServiceRequestQuerySet, text: str) -> ServiceRequestQuerySet:
    """The requests that answer to `text`.

    A whole number finds its request and nothing else, a telephone or identity number those of that person.
    Otherwise every word must be found somewhere; a short run of digits is read as a serial number too.
    """
    asked = digits(text.strip())[:LONGEST_QUERY]
    if not asked:
        return requests
    exact = requests.filter(number=asked.replace(" ", "").upper())
    if exact.exists():
        return exact
    together = requests.filter(search_text__contains=_together(asked)) if _GROUPS.fullmatch(asked) else exact
    if together.exists():
        return together
    serial = Q(serial=int(asked)) if _SERIAL.fullmatch(asked) else Q(pk__in=[])
    words = _PUNCTUATION.sub(" ", fold(asked)).split()
    if not words or max(map(len, words)) < SHORTEST_WORD:
        return requests.filter(serial)
    containing = Q()
    for word in words:
        containing &= Q(search_text__contains=word)
    return requests.filter(containing | serial)


def _together(number: str) -> str:
    """A number without what divides its groups, and without the zeros that are dialled to go abroad."""
    return re.sub(r"\D", "", number).removeprefix("00")
