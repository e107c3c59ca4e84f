"""What stands in curly brackets in a message template, and how many text messages a text takes. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The fixed list: whoever writes a template finds these words beside it.
PLACEHOLDERS: Mapping[str, str | Promise] = {
    "number": _("number of the request"),
    "applicant": _("name of the applicant"),
    "service": _("name of the service"),
    "organisation": _("name of the organisation"),
    "department": _("name of the department"),
    "documents": _("documents that are missing or do not match, by the checklist"),
}
# A space more at either end is what a person types; whatever else stands there is a word that means nothing.
_WORD = re.compile(r"\{([^{}]*)\}")

# The alphabet of GSM 03.38; what stands in the second takes two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")


def unknown_in(text: str) -> list[str]:
    """Words in curly brackets that mean nothing."""
    return [word for found in _WORD.findall(text) if (word := found.strip()) not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; what is filled in is never read as a placeholder itself."""
    return _WORD.sub(lambda match: values.get(match[1].strip(), match[0]), text)


@dataclass(frozen=True)
class Segments:
    """How a gateway would send a text: characters counted its way, and parts."""

    characters: int
    parts: int


def segments(text: str) -> Segments:
    """Text messages it takes: 160 characters, or 153 in each of several; with Arabic 70, or 67."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length = sum(2 if sign in _GSM_TWICE else 1 for sign in text)
        alone, each = 160, 153
    else:
        # Gateways count UTF-16 units.
        length = len(text.encode("utf-16-le")) // 2
        alone, each = 70, 67
    if not length:
        return Segments(0, 0)
    return Segments(length, 1 if length <= alone else math.ceil(length / each))
