"""Earlier requests that an inquiry, a complaint or any other request names by their numbers."""

import re

from cms.arabic import clean, digits
from service_requests.records.earlier import in_the_name_of
from service_requests.records.models import ServiceRequest

_NUMBER = re.compile(r"[A-Z]{2,8}-\d{4}-\d{6}")
# A number is asked for in a short answer; nobody reads whole letters for one.
_LONGEST = 60


def mentioned_in(request: ServiceRequest) -> list[ServiceRequest]:
    """The applicant's own requests whose numbers his short answers name; no query where they name none.

    Only his own, and in the same name: a number of somebody else's must not become a way to it, and what he sent for
    himself is nothing to the others who act for an establishment; theirs is what any of them sent for it.
    """
    texts = [answer for answer in request.answers.values() if isinstance(answer, str) and len(answer) <= _LONGEST]
    numbers = {number for text in texts for number in _NUMBER.findall(digits(clean(text)).upper())}
    if not numbers:
        return []
    own = in_the_name_of(request.applicant_id, request.acting_for_id)
    named = own.filter(number__in=numbers).exclude(pk=request.pk)
    return list(named.defer("answers", "search_text").order_by("submitted_at"))
