"""A public body from `organisation.json`: itself, its departments, the shelves of its services."""

from typing import Any, TypeVar

from django.db.models import Model

from cms.history import FROM_CONTENT
from services_catalog.content.media import Media
from services_catalog.models import ServiceCategory
from services_catalog.organisations.calendars import Closure
from services_catalog.organisations.models import Department, Organisation, WorkingCalendar

M = TypeVar("M", bound=Model)

_PARTS = frozenset({"departments", "categories", "working_calendar"})


def load_organisation(content: dict[str, Any], media: Media) -> Organisation:
    """Make or change what the file names; nothing is deleted."""
    body = {name: value for name, value in content.items() if name not in _PARTS}
    if "emblem" in body:
        body["emblem_id"] = media.image(body.pop("emblem"))
    organisation = kept(Organisation, {"key": body.pop("key")}, body)
    keep_working_calendar(organisation, content.get("working_calendar"))
    for department in content.get("departments", []):
        values = {**department}
        kept(Department, {"organisation": organisation, "key": values.pop("key")}, values)
    for category in content.get("categories", []):
        values = {**category}
        kept(ServiceCategory, {"key": values.pop("key")}, values)
    return organisation


def keep_working_calendar(
    organisation: Organisation, written: dict[str, Any] | None, reason: str = FROM_CONTENT
) -> None:
    """The hours and closed days a file gives an organisation; without any it keeps what it has.

    Raises:
        ValidationError: when they are wrong, or none are working hours.
    """
    if not written:
        return
    row = WorkingCalendar.objects.filter(organisation=organisation).first() or WorkingCalendar(
        organisation=organisation
    )
    closures = sorted(map(Closure.read, written.get("closures", [])), key=lambda closure: closure.day)
    hours, ramadan = written.get("hours", {}), written.get("ramadan_hours", {})
    if row.pk is not None and (row.hours, row.ramadan_hours, row.closed) == (hours, ramadan, closures):
        return
    row.hours, row.ramadan_hours = hours, ramadan
    row.closures.clear()
    row.close_on(closures)
    row.full_clean()
    row._change_reason = reason  # type: ignore[attr-defined]  # read by simple_history
    row.save()


def working_calendar_of(organisation: Organisation) -> dict[str, Any] | None:
    """The same again, as a file writes it."""
    row = WorkingCalendar.objects.filter(organisation=organisation).first()
    if row is None:
        return None
    closures = [closure.as_record() for closure in row.closed]
    return {"hours": row.hours, "ramadan_hours": row.ramadan_hours, "closures": closures}


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
