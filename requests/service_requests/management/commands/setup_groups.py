"""Make the groups of staff: editor, clerk, supervisor, auditor."""

from typing import Any

from django.core.management.base import BaseCommand

from service_requests.workflow.groups import RIGHTS, set_up_groups


class Command(BaseCommand):
    help = "Makes the groups editor, clerk, supervisor and auditor, and gives them their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        set_up_groups()
        self.stdout.write(", ".join(RIGHTS))
