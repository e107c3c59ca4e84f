"""What may stand in curly brackets in a message template. Pure."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms import placeholders

# The fixed list: whoever writes a template finds these words beside it.
PLACEHOLDERS: Mapping[str, str | Promise] = {
    "number": _("number of the request"),
    "applicant": _("name of the applicant"),
    "service": _("name of the service"),
    "organisation": _("name of the organisation"),
    "department": _("name of the department"),
    "documents": _("documents that are missing or do not match, by the checklist"),
}


def unknown_in(text: str) -> list[str]:
    """Words in curly brackets that mean nothing."""
    return placeholders.unknown_in(text, PLACEHOLDERS)
