"""Calendars travel with the services that ask for an appointment (services_catalog.bundles.sections)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict
from wagtail.permissions import policy_registry

from cms.history import WITH_A_SERVICE
from cms.languages import Texts
from service_requests.appointments.models import AppointmentCalendar
from services_catalog.bundles.sections import Record, Reference, Section, questions_of
from services_catalog.content import ContentError
from services_catalog.content.media import Media, Packed
from services_catalog.organisations.models import Organisation


class CalendarRecord(BaseModel):
    """One calendar as a file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str
    name: Texts
    place: Texts = {}
    hours: dict[str, list[str]] = {}
    slot_minutes: int = 30
    capacity: int = 1
    lead_hours: int = 24
    horizon_days: int = 30
    closed_days: list[str] = []


class CalendarSection(Section):
    name = "calendars"
    label = _("calendar")
    record = CalendarRecord
    after = ("organisations",)

    def used_by(self, service: Record) -> Iterable[str]:
        return [
            question["calendar"]
            for question in questions_of(service)
            if question.get("type") == "appointment" and isinstance(question.get("calendar"), str)
        ]

    def needs(self, record: Record) -> Iterable[Reference]:
        return [Reference("organisations", record["organisation"])]

    def read(self, key: str, media: Packed) -> Record | None:
        row = AppointmentCalendar.objects.select_related("organisation").filter(key=key).first()
        if row is None:
            return None
        values = {name: getattr(row, name) for name in CalendarRecord.model_fields if name != "organisation"}
        return {"organisation": row.organisation.key, **values}

    def write(self, key: str, record: Record, media: Media) -> None:
        values = dict(record)
        organisation = Organisation.objects.filter(key=values.pop("organisation")).first()
        if organisation is None:
            raise ContentError(f"{key}: there is no organisation “{record['organisation']}”")
        keep_calendar(key, values, organisation)

    def part_words(self, part: str) -> str:
        return str(AppointmentCalendar._meta.get_field(part).verbose_name)  # type: ignore[union-attr]

    def may_write(self, user: Any, key: str) -> bool:
        policy = policy_registry.get_by_type(AppointmentCalendar)
        row = AppointmentCalendar.objects.filter(key=key).first()
        if row is None:
            return bool(policy.user_has_permission(user, "add"))
        return bool(policy.user_has_permission_for_instance(user, "change", row))


def keep_calendar(key: str, values: Mapping[str, Any], organisation: Organisation) -> AppointmentCalendar:
    """The calendar with these values; not written where they say nothing new.

    Raises:
        ContentError: when it is another organisation's.
        ValidationError: when a value is wrong.
    """
    row = AppointmentCalendar.objects.filter(key=key).first() or AppointmentCalendar(key=key, organisation=organisation)
    if row.organisation_id != organisation.pk:
        raise ContentError(f"{key}: a calendar of another organisation has this key")
    if row.pk is not None and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row._change_reason = WITH_A_SERVICE  # type: ignore[attr-defined]  # read by simple-history
    row.save()
    return row
