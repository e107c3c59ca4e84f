"""`manage.py import_service FILE`: what export_service wrote, made or changed here. All of it or nothing.

Ends with 0 when it was imported or nothing had to be done, 1 when it was refused, and 3 when the
service was left alone because somebody changed it here since.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from services_catalog.bundles import BundleRefused, Plan, import_bundle, plan_of, rehearse, unpack
from services_catalog.bundles.archive import LARGEST_FILE

LEFT_ALONE = 3


class Command(BaseCommand):
    help = "Import a service from a file. With --plan only says what would be done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--plan", action="store_true", help="Say what would be done, and change nothing.")
        parser.add_argument("--draft", action="store_true", help="Keep the service as a draft; do not publish it.")
        parser.add_argument("--force", action="store_true", help="Replace what was changed here since.")

    # Whoever runs commands reads English, as from every other command.
    @override("en")
    def handle(
        self, *args: Any, file: Path, plan: bool = False, draft: bool = False, force: bool = False, **options: Any
    ) -> None:
        try:
            bundle = unpack(_content(file))
            found = plan_of(bundle, live=not draft)
            self._tell(found)
            if plan:
                _refuse(found.problems or rehearse(bundle, live=not draft, force=force))
                return
            outcome = import_bundle(bundle, live=not draft, force=force)
        except BundleRefused as refusal:
            raise CommandError("\n".join(["Nothing was imported.", *refusal.messages])) from refusal
        if not force and found.conflicts:
            left = ", ".join(item.title for item in found.conflicts)
            self.stderr.write(f"Left as it is here: {left}. Use --force to replace it.")
        done = ", ".join(item.title for item in outcome.written)
        self.stderr.write(f"Imported: {done}." if done else "There was nothing to import.")
        if not force and any(item.section == "services" for item in found.conflicts):
            raise CommandError("The service was not imported.", returncode=LEFT_ALONE)

    def _tell(self, plan: Plan) -> None:
        for item in plan.items:
            parts = f" ({', '.join(item.parts)})" if item.parts else ""
            why = f": {item.why}" if item.why else ""
            self.stderr.write(f"{item.kind} “{item.title}” {item.verdict.words}{parts}{why}")
        for note in plan.notes:
            self.stderr.write(note)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            # One more than may be: reading the whole of a file that is too large anyway helps nobody.
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _refuse(problems: list[str]) -> None:
    if problems:
        raise CommandError("\n".join(["This cannot be imported.", *problems]))
