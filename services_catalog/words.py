"""Facts of a service in words: duration, fees, beneficiaries."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cms.money import DEFAULT, money_text

if TYPE_CHECKING:
    from services_catalog.models import ServicePage


def duration_in_words(page: "ServicePage") -> str:
    """`3 working days`; empty when none is given."""
    if page.duration_unit == "immediate":
        return _("At once")
    if not page.duration:
        return ""
    number = page.duration
    in_words = {
        "minutes": ngettext("%(number)s minute", "%(number)s minutes", number),
        "hours": ngettext("%(number)s working hour", "%(number)s working hours", number),
        "working_days": ngettext("%(number)s working day", "%(number)s working days", number),
        "days": ngettext("%(number)s day", "%(number)s days", number),
    }
    return in_words[page.duration_unit] % {"number": number}


def money_in_words(amount: Decimal, currency: str) -> str:
    """An amount with its currency; no decimals where there are none."""
    return money_text(amount, currency, (get_language() or "ar").split("-")[0])


def fees_in_words(page: "ServicePage") -> str:
    """`No fees`, or what the lines come to; empty when the page says nothing of fees."""
    lines = [line.value for line in page.fee_lines if line.value.get("amount") is not None]
    if not lines:
        return _("No fees") if page.no_fees else ""
    organisation = page.organisation
    always = [line["amount"] for line in lines if not _is_conditional(line)]
    amount = sum(always, Decimal(0)) if always else min(line["amount"] for line in lines)
    words = money_in_words(amount, organisation.currency if organisation else DEFAULT)
    by_the_answers = len(always) < len(lines) or any(line.get("per") for line in lines)
    return _("From %(amount)s, by your answers") % {"amount": words} if by_the_answers else words


def _is_conditional(line: Mapping[str, Any]) -> bool:
    condition = line.get("show_if")
    return bool(condition and condition.get("rules"))


def beneficiaries_in_words(page: "ServicePage") -> str:
    """Who the service is for, in one line."""
    return " / ".join(str(entry.value) for entry in page.beneficiaries)


def size_in_words(size: int) -> str:
    """`84 KB`, `1.2 MB`: as file managers print it, in Latin letters in every language."""
    kilobytes = max(round(size / 1024), 1)
    return f"{kilobytes} KB" if kilobytes < 1024 else f"{size / 1024 / 1024:.1f} MB"
