"""`manage.py load_content [FOLDER…]`: bodies, pages and media from data files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.front.content import load
from services_catalog.content import ContentError


class Command(BaseCommand):
    help = "Load content folders. A file that did not change since it was loaded is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, help="Default: every folder of content/ with pages.")
        parser.add_argument("--again", action="store_true", help="Load unchanged files too; edits made since are lost.")

    def handle(self, *args: Any, folders: list[Path], again: bool = False, **options: Any) -> None:
        chosen = folders or [
            path
            for path in sorted((settings.BASE_DIR / "content").iterdir())
            if any(path.glob("*.json")) and path.name != "demo"
        ]
        for folder in chosen:
            if not folder.is_dir():
                raise CommandError(f"{folder} is not a folder.")
            if not any(folder.glob("*.json")) and not any(folder.glob("services/*.json")):
                raise CommandError(f"{folder} holds no content. Name a folder such as content/<body>, or none for all.")
        try:
            for name in load(chosen, again=again):
                self.stdout.write(f"Loaded {name}")
        except ContentError as error:
            raise CommandError(str(error)) from error
