"""What the catalogue is told of requests: a service that has any is not deleted, and how many use a form version.

Registered in apps.py.
"""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import ngettext

from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from services_catalog.usage import Usage


def services_that_must_stay(pages: list[ServicePage]) -> Iterator[str]:
    """A sentence for each service with requests or with applications that are being written."""
    for page in pages:
        number = ServiceRequest.objects.filter(service=page).count() + Draft.objects.filter(service=page).count()
        if number:
            yield ngettext(
                "“%(service)s” has %(number)s request and is not deleted. Unpublish it or suspend it instead.",
                "“%(service)s” has %(number)s requests and is not deleted. Unpublish it or suspend it instead.",
                number,
            ) % {"service": page.title, "number": number}


def usage_of_versions(versions: list[int]) -> dict[int, Usage]:
    """Applications and requests by key of the form version they are of."""
    requests = ServiceRequest.objects.filter(form_version__in=versions).order_by()
    drafts = Draft.objects.filter(form_version__in=versions, closed_at=None).order_by()
    sent = dict(requests.values_list("form_version").annotate(number=Count("pk")))
    begun = dict(drafts.values_list("form_version").annotate(number=Count("pk")))
    return {key: Usage(begun.get(key, 0), sent.get(key, 0)) for key in {*sent, *begun}}
