"""Public pages, drawn once for everyone who is not signed in.

The address stands in front of Wagtail's own view in cms.urls. A reader without a session gets the
page as it was drawn once for this edition of the site: one query, no session, no cookie, no CSRF
token. Everybody else, and every address with parameters, goes through Wagtail as usual.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.views import serve

from services_catalog import editions

_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Drawn:
    """A page as it is sent."""

    content: bytes
    etag: str


def public_page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Wagtail's page at this address."""
    if not _is_for_everyone(request):
        return cast(HttpResponseBase, serve(request, path))
    key = f"page:{editions.current()}:{request.get_host()}:{get_language()}:{timezone.localdate()}:{request.path}"
    cache = caches[editions.CACHE]
    drawn = cache.get(key)
    if drawn is None:
        request.same_for_everyone = True  # type: ignore[attr-defined]  # read by templates and facts
        answer = serve(request, path)
        if not _may_be_kept(answer):
            return cast(HttpResponseBase, answer)
        answer.render()
        if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            # It carries this reader's token: a page with a form is nobody else's.
            return answer
        drawn = Drawn(answer.content, f'"{sha256(answer.content).hexdigest()[:32]}"')
        cache.set(key, drawn, _DAY)
    return _sent(request, drawn)


def _is_for_everyone(request: HttpRequest) -> bool:
    """No session and nothing to tell him: he is one of all. Asking `request.user` would open the session."""
    personal = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    return request.method in {"GET", "HEAD"} and not personal and not request.META.get("QUERY_STRING")


def _may_be_kept(answer: object) -> bool:
    if not isinstance(answer, TemplateResponse) or answer.status_code != 200 or answer.cookies:
        return False
    page = (answer.context_data or {}).get("page")
    return isinstance(page, Page) and page.live and not page.get_view_restrictions().exists()


def _sent(request: HttpRequest, drawn: Drawn) -> HttpResponseBase:
    response = HttpResponse(drawn.content)
    response["ETag"] = drawn.etag
    # Revalidated each time: after signing in the same address answers differently.
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=drawn.etag, response=response) or response
