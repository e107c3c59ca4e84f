"""Numbers of requests: `ABC-1448-000067`, without gaps and without doubles."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from cms.arabic import clean, compact, digits
from cms.hijri import hijri_year
from services_catalog.organisations.models import NumberCounter, Organisation, YearKind

REQUESTS = "requests"


@dataclass(frozen=True)
class Number:
    """A number that was taken: its parts, and as it is printed."""

    series: str
    year: int
    serial: int
    text: str


def year_of(organisation: Organisation, moment: datetime) -> int:
    """The year that stands in a number taken at `moment`, by the organisation's clock and calendar."""
    local = moment.astimezone(organisation.zone).date()
    return hijri_year(local) if organisation.year_kind == YearKind.HIJRI else local.year


def take_number(organisation: Organisation, moment: datetime, series: str = REQUESTS) -> Number:
    """The next number of a series.

    Call it last inside the transaction that uses the number: the counter's row stays locked until
    that transaction ends, and a rollback gives the number back.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction that uses it.")
    year = year_of(organisation, moment)
    counters = NumberCounter.objects.filter(organisation=organisation, series=series, year=year)
    if not counters.update(last=F("last") + 1):
        NumberCounter.objects.get_or_create(organisation=organisation, series=series, year=year)
        counters.update(last=F("last") + 1)
    serial = counters.values_list("last", flat=True).get()
    return Number(series, year, serial, f"{organisation.number_prefix}-{year}-{serial:06d}")


@dataclass(frozen=True)
class Written:
    """A number as somebody wrote it; a bare one says neither whose it is nor of which year."""

    serial: int
    prefix: str = ""
    year: int | None = None


# As offices write what they file: the number, then its year.
_WITH_YEAR = re.compile(r"(\d{1,9})[/\-](\d{4})")
_WRITTEN = re.compile(r"(?:([A-Z]{2,8})(\d{4}))?(\d{1,9})")


def read_number(typed: str) -> Written | None:
    """`67`, `67/1448`, `NJR-1448-000067` or any in other digits; None for what is no number of a request."""
    with_year = _WITH_YEAR.fullmatch("".join(digits(clean(typed[:60])).split()))
    if with_year is not None:
        return Written(int(with_year[1]), year=int(with_year[2]))
    found = _WRITTEN.fullmatch(compact(typed[:60]).upper())
    if found is None:
        return None
    prefix, year, serial = found.groups()
    return Written(int(serial), prefix or "", int(year) if year else None)
