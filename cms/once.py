"""Answers that are asked for several times while one page is made, and read from the database once.

They live as long as the HTTP request: the next one reads again, so whoever loses a post has lost it on his next
click. Outside of a request (jobs, commands) nothing is kept.
"""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


def once_per_request(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` answers; asked only the first time in this request."""
    known = _answers.get()
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    answer: T = known[key]
    return answer


def forget() -> None:
    """After something was written that an answer depends on."""
    known = _answers.get()
    if known is not None:
        known.clear()


class OnceMiddleware:
    """Keeps answers for one request, each request its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _answers.set({})
        try:
            return self.get_response(request)
        finally:
            _answers.reset(token)
