"""`manage.py serve`: the portal in one process, for demonstrations and small offices. `make demo` calls it."""

import signal
from argparse import ArgumentParser
from contextlib import nullcontext
from types import FrameType
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import get_internal_wsgi_application

from cms.jobs.embedded import EmbeddedWorker

THREADS = 8


class Command(BaseCommand):
    help = "Serve the portal on one address; without REDIS_URL jobs run in a thread of the same process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        server = waitress.create_server(
            get_internal_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            # Room for the largest upload and the form around it.
            max_request_body_size=settings.MAX_REQUEST_BYTES,
            ident=None,
        )
        # Also where a shell that started it in the background had switched the interrupt off.
        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGTERM, _interrupt)
        self.stdout.write(f"Diwan is at http://{host}:{port}/ (Ctrl-C stops it)")
        self.stdout.write(
            "Jobs: handed to the workers on REDIS_URL."
            if settings.REDIS_URL
            else "Jobs: embedded, one thread in this process; what a stop cuts off is done after the next start."
        )
        with nullcontext() if settings.REDIS_URL else EmbeddedWorker():
            # Ends on Ctrl-C and on SIGTERM.
            server.run()
        self.stdout.write("Stopped.")


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
