"""Forget imports nobody confirmed: they hold personal data. Run by the schedule."""

from datetime import timedelta

from django.utils import timezone

from cms.jobs import schedule
from service_requests.exchange.models import ImportRun


@schedule("forget_imports", every=timedelta(hours=1))
def forget_imports() -> None:
    ImportRun.objects.filter(applied_at=None, expires_at__lt=timezone.now()).delete()
