"""The technical check of a request: findings, and what is to be paid, line by line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cms.money import decimals_of, money_text
from forms_builder.fees import fees_for
from service_requests.casework.models import AmountLine, Finding, discard, keep
from service_requests.casework.rights import held
from service_requests.records.models import ServiceRequest

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True)
class Line:
    """What is to be paid for something."""

    label: str
    amount: Decimal


def lines_of(request: ServiceRequest) -> list[AmountLine]:
    """As they were set, with whoever set them."""
    return list(AmountLine.objects.filter(request=request).select_related("set_by"))


def proposed(request: ServiceRequest, language: str) -> list[Line]:
    """What the form asks for these answers: where whoever sets the amounts begins."""
    places = Decimal(1).scaleb(-decimals_of(request.organisation.currency))
    return [
        Line(fee.label(language), fee.amount.quantize(places))
        for fee in fees_for(request.form_version.value, request.answers)
    ]


def priced(requests: Collection[int]) -> set[int]:
    """Which of these requests have their amounts."""
    return set(AmountLine.objects.filter(request__in=requests).values_list("request", flat=True))


def set_by(person: "User", requests: Collection[int]) -> set[int]:
    """On which of these requests he ever set what is to be paid, also where a colleague set it again since."""
    rows = AmountLine.history.filter(request__in=requests, set_by=person)
    return set(rows.order_by().values_list("request", flat=True))


def total_of(lines: Sequence[AmountLine], language: str) -> str:
    """The sum in words; empty without lines."""
    if not lines:
        return ""
    return money_text(sum((line.amount for line in lines), Decimal(0)), lines[0].currency, language)


def set_lines(request: ServiceRequest, lines: Sequence[Line], *, by: "User", now: datetime) -> None:
    """Put these lines in the place of those there were. Called by the outcome that sets the amount."""
    currency = request.organisation.currency
    for old in AmountLine.objects.filter(request=request):
        discard(old, by=by)
    for position, line in enumerate(lines, start=1):
        fresh = AmountLine(
            request=request, position=position, label=line.label, amount=line.amount, currency=currency,
            set_by=by, set_at=now,
        )  # fmt: skip
        keep(fresh, by=by)


class WrittenMeanwhile(Exception):
    """A colleague wrote other findings in between; nothing was changed."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


def finding_of(request: ServiceRequest) -> Finding | None:
    return Finding.objects.filter(request=request).select_related("written_by").first()


def finding_seen(finding: Finding | None) -> str:
    """Which findings stand there, for a page to carry: that none do, as well."""
    return finding.written_at.isoformat() if finding else "-"


@transaction.atomic
def write_finding(request: ServiceRequest, text: str, *, by: "User", seen: str = "") -> None:
    """Write down what the technical check found.

    Args:
        seen: which findings stood there when he wrote (`finding_seen`); empty where nobody says.

    Raises:
        WrittenMeanwhile: when a colleague wrote others, which he did not see.
        PermissionDenied: when he may not work on this request.
    """
    held(request, by)
    there = finding_of(request)
    if there and seen not in {"", finding_seen(there)} and there.text != text:
        raise WrittenMeanwhile(there)
    finding = there or Finding(request=request)
    finding.text, finding.written_by, finding.written_at = text, by, timezone.now()
    keep(finding, by=by)
