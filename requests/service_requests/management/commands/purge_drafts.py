"""`manage.py purge_drafts`: delete drafts and files that nobody came back for in 28 days."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from service_requests.wizard.purge import purge


class Command(BaseCommand):
    help = "Delete drafts, stashes and unclaimed files that are older than 28 days."

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purge(timezone.now())
        self.stdout.write(f"drafts={purged.drafts} stashes={purged.stashes} files={purged.files}")
