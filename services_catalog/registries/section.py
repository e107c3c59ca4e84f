"""Registries travel with the services that look something up in them (services_catalog.bundles.sections).

A bundle carries the definition: columns, not entries, which are the office's own. A content folder may
bring entries to begin with.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field
from wagtail.permissions import policy_registry

from cms.history import WITH_A_SERVICE
from cms.languages import Texts
from forms_builder.ports import ColumnKind
from services_catalog.bundles.sections import Record, Reference, Section, questions_of
from services_catalog.content.media import Media, Packed
from services_catalog.content.refusal import ContentError
from services_catalog.organisations.models import Organisation
from services_catalog.registries.models import Registry, RegistryEntry
from services_catalog.registries.storing import Plan, present_entries, store


class ColumnRecord(BaseModel):
    """One column as a file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    label: Texts
    kind: ColumnKind = "text"
    is_key: bool = False
    is_expiry: bool = False


class RegistryRecord(BaseModel):
    """One registry as a file writes it; no entry that stands in the portal is deleted for a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str = Field(title=str(_("organisation")))
    name: Texts
    columns: list[ColumnRecord]
    entries: list[dict[str, str]] = []


class RegistrySection(Section):
    name = "registries"
    label = _("registry")
    record = RegistryRecord
    after = ("organisations",)

    def used_by(self, service: Record) -> Iterable[str]:
        return [
            question["registry"]
            for question in questions_of(service)
            if question.get("type") == "lookup" and isinstance(question.get("registry"), str)
        ]

    def needs(self, record: Record) -> Iterable[Reference]:
        return [Reference("organisations", record["organisation"])]

    def read(self, key: str, media: Packed) -> Record | None:
        registry = Registry.objects.select_related("organisation").filter(key=key).first()
        if registry is None:
            return None
        columns = [
            ColumnRecord(
                key=column.key,
                label=dict(column.label),
                kind=column.kind,
                is_key=column.is_key,
                is_expiry=column.key == registry.expiry,
            ).model_dump()
            for column in registry.column_list
        ]
        return {"organisation": registry.organisation.key, "name": registry.name, "columns": columns, "entries": []}

    def write(self, key: str, record: Record, media: Media) -> None:
        organisation = Organisation.objects.filter(key=record["organisation"]).first()
        if organisation is None:
            raise ContentError(f"{key}: there is no organisation “{record['organisation']}”")
        registry = Registry.objects.filter(key=key).first() or Registry(key=key)
        if registry.pk and registry.organisation_id != organisation.pk:
            raise ContentError(f"{key}: a registry of another organisation has this key")
        registry.organisation = organisation
        registry.name = record["name"]
        registry.columns = _stream(registry, key, record["columns"])
        registry._change_reason = WITH_A_SERVICE  # type: ignore[attr-defined]  # read by simple-history
        registry.full_clean()
        registry.save()
        if record["entries"]:
            store(registry, _plan(registry, record["entries"]), reason=WITH_A_SERVICE)

    def may_write(self, user: Any, key: str) -> bool:
        policy, registry = policy_registry.get_by_type(Registry), Registry.objects.filter(key=key).first()
        if registry is None:
            return bool(policy.user_has_permission(user, "add"))
        return bool(policy.user_has_permission_for_instance(user, "change", registry))


def _stream(registry: Registry, key: str, columns: list[Record]) -> Any:
    block = registry._meta.get_field("columns").stream_block
    # The key of a column is the name of its block, so that a column keeps it when others are put before it.
    return block.to_python([{"type": "column", "value": column, "id": f"{key}.{column['key']}"} for column in columns])


def _plan(registry: Registry, entries: list[dict[str, str]]) -> Plan:
    plan, present = Plan(), present_entries(registry)
    for written in entries:
        entry = RegistryEntry(registry=registry)
        try:
            entry.fill(written)
        except ValidationError as error:
            raise ContentError(f"{registry.key}, {written}: {' '.join(error.messages)}") from error
        known = present.get(entry.lookup_key)
        if known is None:
            plan.added.append(entry)
        elif known.values != entry.values:
            before = known.values
            known.fill(written)
            plan.changed.append((known, before))
    return plan
