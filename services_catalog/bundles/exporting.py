"""A service out of the portal, as it is published now."""

from typing import Any

from django.utils.translation import gettext as _

from services_catalog.bundles import office
from services_catalog.bundles.archive import BundleRefused, Related, pack
from services_catalog.bundles.sections import sections
from services_catalog.bundles.services import record_of
from services_catalog.content.media import Packed
from services_catalog.models import ServicePage


def export_service(page: ServicePage) -> bytes:
    """The bundle of a service. The same service gives the same bytes.

    Raises:
        BundleRefused: when it was never published.
    """
    source = page.source
    if not source.live:
        raise BundleRefused(
            _("“%(title)s” is not published. Publish it first, then export it.") % {"title": source.title}
        )
    media, related = Packed(), dict[str, Related]()
    service = record_of(source, media, related, published=True)
    records: dict[str, dict[str, Any]] = {}
    for name, section in sections().items():
        found = {key: section.read(key, media) for key in sorted(set(section.used_by(service)))}
        records[name] = {
            key: section.record.model_validate(record).model_dump(mode="json", exclude_defaults=True)
            for key, record in found.items()
            if record is not None
        }
    members = {f"services/{source.slug}.json": service}
    body = office.as_file(records)
    if body:
        members["organisation.json"] = body
    members |= {f"{name}.json": part for name, part in records.items() if part and name not in office.OF_THE_BODY}
    return pack(members, media, related)
