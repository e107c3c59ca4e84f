"""Write many entries of a registry at once, each with its history: an import, or a content file.

One transaction: whoever looks something up meanwhile finds the old entries or the new ones, never some
of each. Entries are recognised by their key, so an entry that stays keeps its id and what used it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from services_catalog.registries.models import Registry, RegistryEntry

_AT_ONCE = 1_000
# SQLite takes no more values than this in one statement, and each changed row brings several.
_CHANGED_AT_ONCE = 200


@dataclass
class Plan:
    """What would become of a registry.

    Attributes:
        changed: (entry as it will be, its values as they are).
    """

    added: list[RegistryEntry] = field(default_factory=list)
    changed: list[tuple[RegistryEntry, dict[str, str]]] = field(default_factory=list)
    removed: list[RegistryEntry] = field(default_factory=list)
    unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "removed": len(self.removed)}

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def present_entries(registry: Registry) -> dict[str, RegistryEntry]:
    """Every entry of a registry by its key, in one query."""
    rows = RegistryEntry.objects.filter(registry=registry).defer("search_text").order_by("pk")
    found = {}
    for row in rows.iterator(chunk_size=_AT_ONCE * 5):
        row.registry = registry
        found[row.lookup_key] = row
    return found


@transaction.atomic
def store(registry: Registry, plan: Plan, *, by: Any = None, reason: str = "") -> None:
    """Do what the plan says. The registry is locked against another import meanwhile."""
    Registry.objects.select_for_update().filter(pk=registry.pk).first()
    moment = timezone.now()
    for removed in _parts(plan.removed, _AT_ONCE):
        _remember(removed, "-", moment, by, reason)
        RegistryEntry.objects.filter(pk__in=[row.pk for row in removed])._raw_delete("default")
    for added in _parts(plan.added, _AT_ONCE):
        RegistryEntry.objects.bulk_create(added)
        _remember(added, "+", moment, by, reason)
    for changed in _parts((row for row, _before in plan.changed), _CHANGED_AT_ONCE):
        RegistryEntry.objects.bulk_update(changed, ["values", "search_text", "expires_on"])
        _remember(changed, "~", moment, by, reason)


def _parts(rows: Iterable[RegistryEntry], size: int) -> Iterator[list[RegistryEntry]]:
    several = iter(rows)
    while part := list(islice(several, size)):
        yield part


def _remember(rows: Sequence[RegistryEntry], kind: str, moment: Any, by: Any, reason: str) -> None:
    history = get_history_model_for_model(RegistryEntry)
    history.objects.bulk_create(_remembered(history, rows, kind, moment, by, reason), batch_size=_AT_ONCE)


def _remembered(
    history: Any, rows: Sequence[RegistryEntry], kind: str, moment: Any, by: Any, reason: str
) -> Iterator[Any]:
    names = [tracked.attname for tracked in history.tracked_fields]
    for row in rows:
        yield history(
            history_date=moment,
            history_user=by,
            history_change_reason=reason,
            history_type=kind,
            **{name: getattr(row, name) for name in names},
        )
