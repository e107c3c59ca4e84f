"""The documents that were issued to a person, for himself."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from home.accounts.guests import at_the_keyboard, known_person
from service_requests.documents.models import IssuedDocument
from service_requests.documents.opening import paper_response
from service_requests.records.scope import own_requests


@never_cache
@known_person
@require_GET
def paper(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One of a request of his own; any other is not there."""
    person = at_the_keyboard(http)
    assert person is not None  # known_person stands before
    papers = IssuedDocument.objects.filter(request__in=own_requests(person))
    return paper_response(get_object_or_404(papers, public_id=public_id))
