"""Promised against actual: how long a service really took of late, told on its page (services_catalog.facts)."""

import math
from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.working_time import WorkingTime
from service_requests.records.models import ServiceRequest
from services_catalog.facts import Fact
from services_catalog.models import ServicePage
from services_catalog.organisations.calendars import working_time_of
from services_catalog.words import duration_in_words

PERIOD = timedelta(days=90)
# Below it a number would tell of single people, and of chance.
FEWEST = 5


def actual_duration(page: ServicePage, request: HttpRequest) -> Iterable[Fact]:
    """What half of the requests took that were closed of late; nothing where these are few."""
    if page.pk is None or page.organisation is None:
        return []
    closed = ServiceRequest.objects.filter(service=page.pk, closed_at__gte=timezone.now() - PERIOD)
    worked = closed.exclude(worked_minutes=None).order_by("worked_minutes").values_list("worked_minutes", flat=True)
    number = worked.count()
    if number < FEWEST:
        return []
    middle = worked[(number - 1) // 2]
    assert middle is not None  # excluded above
    told = ngettext(
        "Half took %(duration)s or less (%(number)s request closed in the last 90 days)",
        "Half took %(duration)s or less (%(number)s requests closed in the last 90 days)",
        number,
    )
    actual = told % {"duration": in_working_time(middle, working_time_of(page.organisation)), "number": number}
    promised = duration_in_words(page)
    if promised:
        actual = _("Promised: %(promised)s. %(actual)s") % {"promised": promised, "actual": actual}
    return [Fact("key", _("Promised and actual duration"), actual)]


def in_working_time(minutes: int, office: WorkingTime) -> str:
    """Working minutes in the largest unit that fits, rounded up; a day is as long as the office's days are."""
    if minutes < 60:
        number = max(minutes, 1)
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    a_day = _minutes_a_day(office)
    if minutes < a_day:
        number = math.ceil(minutes / 60)
        return ngettext("%(number)s working hour", "%(number)s working hours", number) % {"number": number}
    number = math.ceil(minutes / a_day)
    return ngettext("%(number)s working day", "%(number)s working days", number) % {"number": number}


def _minutes_a_day(office: WorkingTime) -> float:
    days = [sum(span.closes - span.opens for span in spans) for spans in office.hours.values() if spans]
    return sum(days) / len(days) if days else 24 * 60
