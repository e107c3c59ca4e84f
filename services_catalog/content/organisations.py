"""A public body from `organisation.json`: itself, its departments, the shelves of its services."""

from typing import Any, TypeVar

from django.db.models import Model

from cms.history import FROM_CONTENT
from services_catalog.content.media import Media
from services_catalog.models import ServiceCategory
from services_catalog.organisations.models import Department, Organisation

M = TypeVar("M", bound=Model)


def load_organisation(content: dict[str, Any], media: Media) -> Organisation:
    """Make or change what the file names; nothing is deleted."""
    body = {name: value for name, value in content.items() if name not in {"departments", "categories"}}
    if "emblem" in body:
        body["emblem_id"] = media.image(body.pop("emblem"))
    organisation = kept(Organisation, {"key": body.pop("key")}, body)
    for department in content.get("departments", []):
        values = {**department}
        kept(Department, {"organisation": organisation, "key": values.pop("key")}, values)
    for category in content.get("categories", []):
        values = {**category}
        kept(ServiceCategory, {"key": values.pop("key")}, values)
    return organisation


def kept(model: type[M], found_by: dict[str, Any], values: dict[str, Any], reason: str = FROM_CONTENT) -> M:
    """The row with these values: made, changed, or left alone where nothing differs."""
    row = model._default_manager.filter(**found_by).first() or model(**found_by)
    changed = row.pk is None or any(getattr(row, name) != value for name, value in values.items())
    if changed:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row._change_reason = reason  # type: ignore[attr-defined]  # read by simple_history
        row.save()
    return row
