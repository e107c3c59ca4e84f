"""Wagtail's command of the same name, such that one page that cannot go live does not stop the others.

The schedule runs it; the refused page stays as it was, its history says why, and it is taken off the
schedule until somebody publishes or schedules it again.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from services_catalog.going_live import NotReadyToGoLive

REFUSED = "services_catalog.publish_refused"


class Command(BaseCommand):
    help = "Publish what is due and take down what has expired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dryrun", action="store_true", help="Only say what would be done.")

    def handle(self, *args: Any, dryrun: bool = False, **options: Any) -> None:
        now = timezone.now()
        for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at").specific():
            self.stdout.write(f"Take down: {page.url_path}")
            if not dryrun:
                page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
            self.stdout.write(f"Publish: {revision.object_str}")
            if not dryrun:
                self._publish(revision)

    def _publish(self, revision: Revision) -> None:
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except NotReadyToGoLive as refusal:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            log(instance=refusal.page, action=REFUSED, revision=revision, data={"reason": refusal.sentence})
            self.stderr.write(refusal.sentence)
