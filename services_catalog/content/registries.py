"""A registry from `registries/*.json`: its columns, and entries to begin with."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from services_catalog.content.folders import ContentError, Folder
from services_catalog.content.organisations import REASON
from services_catalog.content.written import Words, Writer
from services_catalog.organisations.models import Organisation
from services_catalog.registries.models import Registry, RegistryEntry
from services_catalog.registries.storing import Plan, present_entries, store


@transaction.atomic
def load_registry(content: dict[str, Any], folder: Folder) -> Registry:
    """Make or change the registry and the entries that the file names; no entry is deleted.

    Raises:
        ContentError: naming what is wrong in the file.
    """
    key = content["key"]
    place = f"{folder.name}, registry {key}"
    registry = Registry.objects.filter(key=key).first() or Registry(key=key)
    registry.organisation = _organisation(content["organisation"], place)
    registry.name = content["name"]
    block = registry._meta.get_field("columns").stream_block
    registry.columns = block.to_python(_writer(key).raw(block, content["columns"], "columns"))
    registry._change_reason = REASON  # type: ignore[attr-defined]  # read by simple_history
    try:
        registry.full_clean()
        registry.save()
        store(registry, _plan(registry, content.get("entries", [])), reason=REASON)
    except ValidationError as error:
        raise ContentError(f"{place}: {error.messages}") from error
    return registry


def _organisation(key: str, place: str) -> Organisation:
    found = Organisation.objects.filter(key=key).first()
    if found is None:
        raise ContentError(f"{place}: there is no organisation “{key}”")
    return found


def _writer(key: str) -> Writer:
    def nothing(block: Any, name: str) -> int:
        raise ContentError(f"registry {key}: “{name}” cannot be chosen here")

    return Writer(key, Words(""), nothing)


def _plan(registry: Registry, entries: list[dict[str, str]]) -> Plan:
    plan, present = Plan(), present_entries(registry)
    for written in entries:
        entry = RegistryEntry(registry=registry)
        entry.fill(written)
        known = present.get(entry.lookup_key)
        if known is None:
            plan.added.append(entry)
        elif known.values != entry.values:
            before = known.values
            known.fill(written)
            plan.changed.append((known, before))
    return plan
