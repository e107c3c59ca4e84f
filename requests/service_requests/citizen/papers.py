"""The documents that were issued to a person, for himself."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from home.accounts.models import User
from service_requests.documents.models import IssuedDocument
from service_requests.documents.opening import paper_response
from service_requests.records.scope import own_requests


@never_cache
@login_required
@require_GET
def paper(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One of a request of his own; any other is not there."""
    assert isinstance(http.user, User)  # login_required stands before
    papers = IssuedDocument.objects.filter(request__in=own_requests(http.user))
    return paper_response(get_object_or_404(papers, public_id=public_id))
