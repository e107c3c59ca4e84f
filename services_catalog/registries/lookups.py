"""Registries as forms ask for them (`forms_builder.ports.Registries`). Registered in apps.py."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cms.languages import in_language
from forms_builder.ports import Entry, KnownRegistry, RegistryColumn, Wanted
from services_catalog.registries.attempts import Attempt
from services_catalog.registries.columns import lookup_key
from services_catalog.registries.models import Registry, RegistryEntry

_SAMPLES = 20


class StoredRegistries:
    """The registries of the database."""

    def names(self) -> list[tuple[str, str]]:
        registries = Registry.objects.select_related("organisation").order_by("organisation__key", "key")
        return [(row.key, f"{in_language(row.organisation.name)} · {row}") for row in registries]

    def columns(self) -> dict[str, tuple[RegistryColumn, ...]]:
        return {row.key: row.column_list for row in Registry.objects.all()}

    def registry(self, key: str) -> KnownRegistry | None:
        row = Registry.objects.select_related("organisation").filter(key=key).first() if key else None
        if row is None:
            return None
        return KnownRegistry(
            key=row.key,
            organisation=row.organisation.key,
            columns=row.column_list,
            has_expiry=bool(row.expiry),
            is_empty=not row.entries.exists(),
        )

    def find(self, wanted: Wanted) -> Entry | None:
        """One query on the unique index, besides counting the attempt."""
        key = lookup_key(wanted.key)
        attempt = Attempt(wanted, key)
        attempt.count()
        row = _entries(wanted.organisation, wanted.registry).filter(lookup_key=key).first() if key else None
        if row is None:
            return None
        entry = _entry(row)
        if not entry.is_expired:
            attempt.succeeded()
        return entry

    def samples(self, organisation: str, key: str) -> Sequence[Entry]:
        rows = _entries(organisation, key).filter(used_by="").order_by("pk")[:_SAMPLES]
        return [entry for entry in map(_entry, rows) if not entry.is_expired]

    def use(self, entry: str, *, by: str) -> bool:
        # Of two who submit at once exactly one finds a row to change.
        used = RegistryEntry.objects.filter(public_id=entry, used_by="").update(used_by=by)
        if used:
            rows = list(RegistryEntry.objects.filter(public_id=entry))
            RegistryEntry.history.bulk_history_create(rows, update=True)
        return bool(used)

    def give_back(self, entries: Collection[str], *, of: Collection[str], by: Any) -> None:
        # What staff have made available meanwhile, and another request has used, is that one's.
        used = RegistryEntry.objects.filter(public_id__in=entries, used_by__in=of)
        # In one order for everyone, so that nobody waits in a ring.
        rows = list(used.select_for_update(of=("self",)).order_by("pk"))
        if not rows:
            return
        RegistryEntry.objects.filter(pk__in=[row.pk for row in rows]).update(used_by="")
        for row in rows:
            row.used_by = ""
        RegistryEntry.history.bulk_history_create(rows, update=True, default_user=by)


def _entries(organisation: str, key: str) -> "QuerySet[RegistryEntry]":
    return (
        RegistryEntry.objects.filter(registry__key=key, registry__organisation__key=organisation)
        .select_related("registry__organisation")
        .defer("search_text", "registry__columns", "registry__name", "registry__organisation__name")
    )


def _entry(row: RegistryEntry) -> Entry:
    today = timezone.now().astimezone(row.registry.organisation.zone).date()
    return Entry(
        id=str(row.public_id),
        values=row.values,
        is_expired=row.expires_on is not None and row.expires_on < today,
        is_used=bool(row.used_by),
    )
