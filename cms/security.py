"""Middleware that differs between the public site and the admin."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import get_language

# Addresses without a language in front. A 404 there stays one: a redirect to `/ar/…` would tell that
# something lies behind it, and would send programs to a page for people.
WITHOUT_LANGUAGE = ("/admin/", "/api/", "/documents/", "/healthz/", "/static/", "/media/")
ADMIN = "/admin/"


class LanguageMiddleware(LocaleMiddleware):
    """Django's, except that it leaves addresses without a language alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.path_info.startswith(WITHOUT_LANGUAGE):
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", get_language() or settings.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)


class OwnPagesMiddleware:
    """What was drawn for somebody with a session is kept by no proxy, nor for the next one at the same computer.

    A view that has said itself how long its page is good is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_a_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_a_page and settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """Strict on the public site; under the admin as strict as Wagtail's inline scripts allow."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(ADMIN):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
            # A nonce would switch the inline scripts of Wagtail off.
            parts.nonce = None
        return parts
