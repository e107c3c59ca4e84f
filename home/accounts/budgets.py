"""How many codes may be sent: to one phone, for one network, and in all; and how many links to a person's address.

Rows in the database, changed by conditional UPDATEs: a hundred requests at once spend no more than is there, and
neither a restart nor another process forgets what was spent. A window begins with the first code and lasts as long
as the settings say (CODE_BUDGETS, LINK_BUDGETS).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from home.accounts.models import CodeBudget, User

SALT = "home.accounts.budgets"
# Addresses of this size belong to one household.
IPV6_HOUSEHOLD = 64


class Whose(StrEnum):
    """Whom a budget is of; in the order in which they are asked, so that no two requests wait for each other."""

    PHONE = "phone"
    NETWORK = "network"
    ALL = "all"
    PERSON = "person"


@dataclass(frozen=True)
class Limit:
    """So many codes within this time."""

    whose: Whose
    name: str
    most: int
    lasts: timedelta

    @property
    def key(self) -> str:
        """Neither the number nor the address stands in the row."""
        digest = salted_hmac(SALT, self.name, algorithm="sha256").hexdigest()[:40]
        return f"{self.whose}:{int(self.lasts.total_seconds())}:{digest}"


class Spent(Exception):
    """A budget is used up; it says whose, and until when."""

    def __init__(self, limit: Limit, until: datetime) -> None:
        self.limit = limit
        self.until = until
        super().__init__(f"{limit.whose} until {until}")


def spend(http: HttpRequest, mobiles: Iterable[str], *, really: bool) -> None:
    """Take one code from every budget it is charged to. Called in a transaction: what is refused is undone with it.

    What nobody will get (`really` is false) is charged to the phone and to the network and not to the portal as a
    whole: otherwise somebody could use up everybody's codes without one being sent.

    Args:
        mobiles: every number that is charged, whichever of them the code goes to.
        really: whether it goes to any.

    Raises:
        Spent: the first budget that has nothing left.
    """
    limits = [
        *(limit for mobile in sorted(set(mobiles)) for limit in _of_codes(Whose.PHONE, mobile)),
        *_of_codes(Whose.NETWORK, network_of(http)),
        *_of_codes(Whose.ALL, ""),
    ]
    for limit in limits:
        take(limit, 1 if really or limit.whose != Whose.ALL else 0)


def spend_link(person: User) -> None:
    """Take one link to his address. Called in a transaction: what is refused is undone with it.

    Charged to the account alone: a stranger who gives somebody else's address must not use up the letters by which
    its owner proves it.

    Raises:
        Spent: the first budget that has nothing left.
    """
    for limit in limits_of(Whose.PERSON, f"link:{person.pk}", settings.LINK_BUDGETS):
        take(limit)


def take(limit: Limit, amount: int = 1) -> None:
    """Take from one budget.

    Raises:
        Spent: when it has nothing left.
    """
    now = timezone.now()
    row = CodeBudget.objects.filter(key=limit.key)
    # The row may be begun, or begun again, by somebody else between two of these statements: once more is enough.
    for _attempt in range(2):
        if row.filter(ends_at__gt=now, spent__lt=limit.most).update(spent=F("spent") + amount):
            return
        ends_at = row.values_list("ends_at", flat=True).first()
        if ends_at is not None and ends_at > now:
            raise Spent(limit, ends_at)
        begun = {"spent": amount, "ends_at": now + limit.lasts}
        if row.filter(ends_at__lte=now).update(**begun):
            return
        if CodeBudget.objects.get_or_create(key=limit.key, defaults=begun)[1]:
            return
    raise Spent(limit, now + limit.lasts)


def network_of(http: HttpRequest) -> str:
    """Where a request comes from: an address, or a household's share of the newer ones."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(http))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/{IPV6_HOUSEHOLD}", strict=False))


def limits_of(whose: Whose, name: str, budget: Iterable[tuple[int, int]]) -> list[Limit]:
    """A budget as the settings have it, so many in so many seconds, for one of those it is kept for."""
    return [Limit(whose, name, most, timedelta(seconds=seconds)) for most, seconds in budget]


def _of_codes(whose: Whose, name: str) -> list[Limit]:
    return limits_of(whose, name, settings.CODE_BUDGETS[whose])
