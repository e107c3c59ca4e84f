"""The portal's addresses, and the floors beside them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cms.urls import *  # noqa: F403 -- the handlers of errors too
from cms.urls import urlpatterns as portal
from tests.benchmarks.models import BareRow

# As long as a service page; `service_page` puts the page itself here.
PAGE = {"body": b""}


def bare(request: HttpRequest) -> HttpResponse:
    """A bare Django view: the same middleware, the same bytes, no work."""
    return HttpResponse(PAGE["body"])


def bare_insert(request: HttpRequest) -> HttpResponse:
    """The least a submit can do: one INSERT and a redirect."""
    BareRow.objects.create(answers=request.POST.dict())
    return HttpResponse(status=303, headers={"Location": "/bare/"})


urlpatterns = [path("bare/", bare), path("bare-insert/", bare_insert), *portal]
