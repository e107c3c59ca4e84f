"""The portal's addresses, and the floors beside them."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from wagtail.views import serve

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


def stock(request: HttpRequest) -> HttpResponseBase:
    """The stock form page by Wagtail's own view: what the portal does for its pages is not the peer's."""
    return serve(request, "form/")


urlpatterns = [path("bare/", bare), path("bare-insert/", bare_insert), path("ar/form/", stock), *portal]
