"""Calendars from content files: `calendars/*.json` in the folder of the organisation whose they are.

A section of content (services_catalog.content.sections), registered in apps.py.
"""

from typing import Any

from django.core.exceptions import ValidationError

from service_requests.appointments.models import AppointmentCalendar
from services_catalog.content import ContentError, Folder, Section
from services_catalog.organisations.models import Organisation

REASON = "Loaded from content files"


def load_calendar(content: dict[str, Any], folder: Folder) -> None:
    """Make or change one calendar of the folder's organisation.

    Raises:
        ContentError: naming what is wrong in the file.
    """
    key = (folder.read("organisation.json") or {}).get("key", "")
    organisation = Organisation.objects.filter(key=key).first()
    if organisation is None:
        raise ContentError(f"{folder.name}: a calendar needs an organisation.json beside it, and that to be loaded")
    keep_calendar(content, organisation)


def keep_calendar(content: dict[str, Any], organisation: Organisation) -> AppointmentCalendar:
    """The calendar as the file says; unchanged where it says nothing new."""
    key = content.get("key", "")
    values = {name: value for name, value in content.items() if name != "key"}
    unknown = sorted(set(values) - {field.name for field in AppointmentCalendar._meta.fields})
    if unknown:
        raise ContentError(f"{key}: a calendar has no {', '.join(unknown)}")
    row = AppointmentCalendar.objects.filter(key=key).first() or AppointmentCalendar(key=key, organisation=organisation)
    if row.organisation_id != organisation.pk:
        raise ContentError(f"{key}: a calendar of another organisation has this key")
    if row.pk is not None and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise ContentError(f"{key}: {'; '.join(error.messages)}") from error
    row._change_reason = REASON  # type: ignore[attr-defined]  # read by simple-history
    row.save()
    return row


CALENDARS = Section("calendars", load_calendar)
