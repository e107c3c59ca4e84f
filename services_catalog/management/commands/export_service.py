"""`manage.py export_service SLUG > service.diwan.zip`: a service as one file, to import elsewhere."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from services_catalog.bundles import BundleRefused, export_service
from services_catalog.models import ServicePage


class Command(BaseCommand):
    help = "Write a service with all it needs to standard output or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The last part of the service's address.")
        parser.add_argument("-o", "--output", type=Path, help="The file to write; standard output without it.")

    # Whoever runs commands reads English, as from every other command.
    @override("en")
    def handle(self, *args: Any, slug: str, output: Path | None = None, **options: Any) -> None:
        page = ServicePage.objects.filter(slug=slug, locale__language_code=settings.LANGUAGE_CODE).first()
        if page is None:
            known = ServicePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE, live=True)
            slugs = ", ".join(known.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no service “{slug}”. There are: {slugs}.")
        try:
            content = export_service(page)
        except BundleRefused as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        if output is not None:
            try:
                output.write_bytes(content)
            except OSError as error:
                raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        elif sys.stdout.isatty():
            raise CommandError("A bundle is no text for a terminal. Write `> file` behind the command, or use -o.")
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
