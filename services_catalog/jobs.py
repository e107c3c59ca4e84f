"""What the catalogue does now and then."""

from datetime import timedelta

from cms.jobs import schedule
from services_catalog.bundles.holding import forget_expired


@schedule("forget_bundles", every=timedelta(hours=1))
def forget_bundles() -> None:
    """Bundles that were uploaded and never confirmed."""
    forget_expired()
