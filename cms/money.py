"""Amounts of money in words, and how many decimals a currency has.

Names and decimals come from the CLDR through Babel (JOD and KWD have three decimals, JPY none).
Digits are Latin in every language, as everywhere in the portal.
"""

from decimal import Decimal

from babel.numbers import get_currency_name, get_currency_precision, list_currencies

DEFAULT = "SAR"


def currencies() -> frozenset[str]:
    """ISO 4217 codes that are known."""
    return frozenset(list_currencies())


def decimals_of(currency: str) -> int:
    return int(get_currency_precision(currency))


def currency_name(currency: str, language: str, amount: Decimal | int = 0) -> str:
    """The currency's name as it stands after an amount; the code itself where it has no name."""
    return str(get_currency_name(currency, amount, locale=language)) if currency in currencies() else currency


def number_text(number: Decimal, decimals: int) -> str:
    """`1,234.50`; the decimals are left out where there is nothing in them."""
    shown = 0 if number == number.to_integral_value() else decimals
    return f"{number:,.{shown}f}"


def money_text(amount: Decimal, currency: str, language: str) -> str:
    """`1,234.50 Saudi riyals`."""
    return f"{number_text(amount, decimals_of(currency))} {currency_name(currency, language, amount)}"
