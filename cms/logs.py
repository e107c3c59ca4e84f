"""How log lines look: one JSON object each in production, readable ones elsewhere.

Logs outlive what people ask us to erase, so no personal data goes there: of an exception they keep
its class and where it happened, never its words (a database error quotes the row).
"""

import re
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What stands in an address and opens something by itself: signed marks (django.core.signing), and Django's keys of a
# day, for a new password or an e-mail address. Django names the address of whatever it refuses.
_KEYS = re.compile(r"[\w=-]+:[\w-]+:[\w-]{20,}|[0-9a-z]{4,13}-[0-9a-f]{32}(?![\w-])")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def without_words_of_exceptions(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it came through."""
    info = event.pop("exc_info", None)
    event.pop("exc_text", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["exception"] = _chain(info[1])
    return event


def without_keys(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Whoever reads the log opens nothing by it: no draft of a guest, no account."""
    if isinstance(event.get("event"), str):
        event["event"] = _KEYS.sub("…", event["event"])
    return event


def settings(*, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [without_words_of_exceptions, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_keys, *last],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # It would print every answer again, with the address of who asked.
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "rq": {"level": "WARNING"},
            # Titles of what editors save, and two lines for every row that is indexed.
            "wagtail": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "waitress": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            # Addresses of chats, which hold their passwords.
            "apprise": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def _chain(error: BaseException) -> list[dict[str, Any]]:
    links = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)
        links.append(
            {
                "type": type(current).__name__,
                "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        current = current.__cause__ or current.__context__
    return links
