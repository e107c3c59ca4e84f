"""One id for each answer: in its header, in every log line written meanwhile, and on the page of an error.

A person who reports an error reads it out, and the line in the log is found without asking who he is.
"""

import secrets
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

HEADER = "X-Request-ID"
# Without letters that are mistaken for one another when read out.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 10


class RequestIdMiddleware:
    """Before all that may fail. An id that a client sends is not believed: it would stand in our logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
        with structlog.contextvars.bound_contextvars(request_id=reference):
            response = self.get_response(request)
        response.headers[HEADER] = reference
        return response


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a 404 (handler404): of one that knows why, with its title and its words."""
    said = {"title": getattr(exception, "title", ""), "words": getattr(exception, "words", "")}
    return render(request, "404.html", said, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a 500 (handler500)."""
    reference = structlog.contextvars.get_contextvars().get("request_id", "")
    return render(None, "500.html", {"reference": reference}, status=500)
