"""The requests that somebody sent before, in the name he applies in now: what forms ask (forms_builder.ports).

Of his own those he sent for himself; of an establishment he acts for, all that were sent for it. Nothing else is
found, so that a number tells nobody whether another person's request exists. Staff who fill in for him find those of
their own bodies alone: what he asks of another one is nothing to them.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import override

from cms.arabic import digits
from forms_builder.fields.date import gregorian_text
from forms_builder.ports import EarlierRequest
from service_requests.records.models import ServiceRequest
from service_requests.records.querysets import ServiceRequestQuerySet
from service_requests.records.scope import of_bodies
from service_requests.records.services import service_names

if TYPE_CHECKING:
    from home.accounts.models import User

# As many as somebody looks through; an older one is named by its number.
MOST = 50
_MARK = re.compile(r"(\d+)\.(\d*)(?:\.(\d+))?")
_SERIAL = re.compile(r"\d{1,9}")


def mark_of(applicant: "User", acting_for: int | None, *, read_by: "User | None" = None) -> str:
    """Whose earlier requests a form may name (Context.applicant); empty for guests, who are known by nothing yet.

    `read_by` is the member of staff who fills it in or corrects it for him: of other bodies he learns nothing.
    """
    if applicant.is_guest:
        return ""
    mark = f"{applicant.pk}.{acting_for or ''}"
    return f"{mark}.{read_by.pk}" if read_by else mark


def in_the_name_of(applicant: int, acting_for: int | None) -> ServiceRequestQuerySet:
    """What this person sent for himself or, where an establishment is named, what was sent for it by whomever."""
    in_name = Q(acting_for=acting_for) if acting_for else Q(applicant=applicant, acting_for=None)
    return ServiceRequest.objects.filter(in_name)


class OwnRequests:
    """The answer to forms. Registered in apps.py."""

    def offered(self, applicant: str, language: str) -> Sequence[EarlierRequest]:
        """Two queries; the newest first."""
        rows = list(
            _of(applicant)
            .order_by("-submitted_at", "-pk")
            .select_related("organisation")
            .only("number", "service", "submitted_at", "organisation__time_zone")[:MOST]
        )
        with override(language):
            names = service_names({row.service_id for row in rows}) if rows else {}
        return [EarlierRequest(row.number, f"{names[row.service_id]} · {_day(row, language)}") for row in rows]

    def find(self, applicant: str, written: str) -> str:
        number = digits(written).replace(" ", "").upper()
        named = Q(number=number) | Q(transaction_number=written)
        if _SERIAL.fullmatch(number):
            named |= Q(serial=int(number))
        found = list(_of(applicant).filter(named).order_by().values_list("number", flat=True)[:2])
        if number in found:
            return number
        # The last digits alone may be those of several: which one is meant is not for us to say.
        return found[0] if len(found) == 1 else ""


def _of(mark: str) -> ServiceRequestQuerySet:
    read = _MARK.fullmatch(mark)
    if read is None:
        return ServiceRequest.objects.none()
    own = in_the_name_of(int(read[1]), int(read[2]) if read[2] else None)
    return own & of_bodies(get_user_model().objects.get(pk=read[3])) if read[3] else own


def _day(request: ServiceRequest, language: str) -> str:
    return gregorian_text(request.submitted_at.astimezone(request.organisation.zone).date(), language)
