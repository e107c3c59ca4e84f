"""`manage.py worker`: run jobs, relay what is due to the queue, and start what recurs."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.jobs import workers


class Command(BaseCommand):
    help = "Run jobs until SIGTERM or Ctrl-C; the job at hand is finished first. Start as many as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--burst", action="store_true", help="Stop when nothing is left to do.")

    def handle(self, *args: Any, burst: bool, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError("REDIS_URL is not set: without it `manage.py serve` runs jobs in its own process.")
        stopping = threading.Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()

        # While rq works its own handlers stand; these are for the time it waits for Redis.
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        workers.work(stopping, burst=burst)
