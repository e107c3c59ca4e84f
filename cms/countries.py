"""Countries by their ISO 3166-1 code, with names in every language from the CLDR (Babel)."""

from functools import cache

from babel import Locale

# Codes that the CLDR names beside the countries: unions, parts of countries, and those kept for other uses.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


@cache
def country_names(language: str) -> dict[str, str]:
    """Code → name, in the order of the names."""
    territories = Locale.parse(language).territories
    named = {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def country_name(code: str, language: str) -> str:
    """The name; the code itself where nothing has it."""
    return country_names(language).get(code, code)
