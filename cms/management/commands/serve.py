"""`manage.py serve`: the portal in one process, for demonstrations and small offices. `make demo` calls it."""

import signal
from argparse import ArgumentParser
from contextlib import nullcontext
from types import FrameType
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.urls import reverse

from cms.jobs.embedded import EmbeddedWorker
from home.accounts.national.demonstration import national_test_identity

THREADS = 8


class Command(BaseCommand):
    help = "Serve the portal on one address; without REDIS_URL jobs run in a thread of the same process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        server = _server(host, port)
        # Also where a shell that started it in the background had switched the interrupt off.
        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGTERM, _interrupt)
        address = f"http://{host}:{port}"
        self.stdout.write(f"Diwan is at {address}/ (Ctrl-C stops it)")
        self.stdout.write(f"Staff: {address}{reverse('wagtailadmin_home')}")
        if settings.OUTBOX_FOR_EVERYONE:
            self.stdout.write(f"What would have been sent: {address}{reverse('outbox')}")
        self.stdout.write(
            "Jobs: handed to the workers on REDIS_URL."
            if settings.REDIS_URL
            else "Jobs: embedded, one thread in this process; what a stop cuts off is done after the next start."
        )
        with nullcontext() if settings.REDIS_URL else EmbeddedWorker(), national_test_identity(address):
            # Ends on Ctrl-C and on SIGTERM.
            server.run()
        self.stdout.write("Stopped.")


def _server(host: str, port: int) -> Any:
    """Bound to its address, not yet serving.

    Raises:
        CommandError: somebody else serves there, or may not be replaced.
    """
    try:
        return waitress.create_server(
            get_internal_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            # Room for the largest upload and the form around it.
            max_request_body_size=settings.MAX_REQUEST_BYTES,
            ident=None,
        )
    except OSError as error:
        raise CommandError(
            f"Cannot serve on {host}:{port}: {error.strerror or error}. Choose another: make demo PORT={port + 1}"
        ) from error


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
