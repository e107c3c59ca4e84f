"""What the catalogue is told of requests: a service that has any is not deleted. Registered in apps.py."""

from collections.abc import Iterator

from django.utils.translation import ngettext

from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage


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
